"""The number of an event's living orders and attendees is kept by the database itself."""

from django.db import migrations

KEEP = """
CREATE FUNCTION orders_tally_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders_tally (event_id, kind, number)
        SELECT event_id, TG_ARGV[0], CASE TG_OP WHEN 'INSERT' THEN COUNT(*) ELSE -COUNT(*) END
        FROM changed WHERE deleted_at IS NULL GROUP BY event_id;
    RETURN NULL;
END $$;
CREATE FUNCTION orders_tally_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.deleted_at IS NULL THEN
        INSERT INTO orders_tally (event_id, kind, number) VALUES (OLD.event_id, TG_ARGV[0], -1);
    END IF;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO orders_tally (event_id, kind, number) VALUES (NEW.event_id, TG_ARGV[0], 1);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION orders_tally_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM orders_tally WHERE kind = TG_ARGV[0];
    RETURN NULL;
END $$;
"""
OF_TABLE = """
CREATE TRIGGER orders_tally_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION orders_tally_rows('{kind}');
CREATE TRIGGER orders_tally_removed AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION orders_tally_rows('{kind}');
CREATE TRIGGER orders_tally_emptied AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION orders_tally_nothing('{kind}');
CREATE TRIGGER orders_tally_moved AFTER UPDATE OF deleted_at, event_id ON {table} FOR EACH ROW
    WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) OR OLD.event_id <> NEW.event_id)
    EXECUTE FUNCTION orders_tally_move('{kind}');
INSERT INTO orders_tally (event_id, kind, number)
    SELECT event_id, '{kind}', COUNT(*) FROM {table} WHERE deleted_at IS NULL GROUP BY event_id;
"""
FORGET_TABLE = """
DROP TRIGGER orders_tally_added ON {table};
DROP TRIGGER orders_tally_removed ON {table};
DROP TRIGGER orders_tally_emptied ON {table};
DROP TRIGGER orders_tally_moved ON {table};
"""
FORGET = """
DROP FUNCTION orders_tally_rows();
DROP FUNCTION orders_tally_move();
DROP FUNCTION orders_tally_nothing();
"""
TABLES = {"orders": "orders_order", "attendees": "orders_attendee"}


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_log_of_the_door_is_append_only")]

    operations = [
        migrations.RunSQL(KEEP, FORGET),
        *[
            migrations.RunSQL(OF_TABLE.format(table=table, kind=kind), FORGET_TABLE.format(table=table))
            for kind, table in TABLES.items()
        ],
    ]
