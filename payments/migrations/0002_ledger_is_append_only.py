"""Nobody changes or removes a line of the ledger, whatever program he uses."""

from django.db import migrations

FORBID = """
CREATE FUNCTION payments_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER payments_ledger_is_append_only
    BEFORE UPDATE OR DELETE ON payments_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_is_append_only();
"""
ALLOW = """
DROP TRIGGER payments_ledger_is_append_only ON payments_ledgerentry;
DROP FUNCTION payments_ledger_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
