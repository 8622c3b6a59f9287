"""Nobody changes or removes a row of the door's log, whatever program he uses; only an account that is removed
leaves the rows of its scans without a name."""

from django.db import migrations

FORBID = """
CREATE FUNCTION orders_checkin_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.by_id IS NULL THEN
        NEW.by_id := OLD.by_id;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            NEW.by_id := NULL;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The log of the door is append-only.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER orders_checkin_is_append_only
    BEFORE UPDATE OR DELETE ON orders_checkin
    FOR EACH ROW EXECUTE FUNCTION orders_checkin_is_append_only();
"""
ALLOW = """
DROP TRIGGER orders_checkin_is_append_only ON orders_checkin;
DROP FUNCTION orders_checkin_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
