from django.db import connection

from openevent.tasks import heartbeat


def test_database_is_postgresql(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


def test_queue_is_worked_off_on_demand(work_off_queue):
    assert heartbeat.publish()
    assert work_off_queue() == ["openevent.tasks.heartbeat"]
    assert work_off_queue() == []
