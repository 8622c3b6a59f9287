"""What all tests stand on: a real PostgreSQL, a real Valkey, and the queue worked off on demand."""

import os
import signal
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from openevent.celery import app
from openevent.local import postgres, process, valkey

pytest_plugins = ["tests.world"]

TEMPLATE = "openevent_template"
TEMPLATE_LOCK = 7_203_841  # any number: the workers that want the template meet at it


def is_worker() -> bool:
    """Whether this process is one of pytest-xdist's; the servers belong to the process that started them."""
    return "PYTEST_XDIST_WORKER" in os.environ


def pytest_configure(config: pytest.Config) -> None:
    if not is_worker():
        places = settings.PLACES
        config.stash[SERVERS] = [
            postgres.start(places, is_careless=True),
            valkey.start(places, is_careless=True),
        ]


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in config.stash.get(SERVERS, []):
        process.stop(server, stop_signal=signal.SIGQUIT)


SERVERS = pytest.StashKey[list]()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Migrate once, whoever comes first; every test database is a copy of the result."""
    lock = postgres.connect(settings.PLACES)
    try:
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
            if cursor.fetchone() is None:
                with django_db_blocker.unblock():
                    make_template(cursor)
    finally:
        lock.close()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE
    connection.ops.sql_flush = delete_rows  # type: ignore[method-assign]


def delete_rows(style: Any, tables: list[str], **options: Any) -> list[str]:
    """The SQL that empties the database after a test that committed. TRUNCATE makes new files for each of a hundred
    tables and their indexes, which takes half a second; only a few tables have rows, and those are few."""
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(filled)
        names = [name for (name,) in cursor.fetchall()]
    # neither the order of foreign keys matters then, nor that the ledger forbids it
    return ["SET LOCAL session_replication_role = replica", *(f'DELETE FROM "{name}"' for name in names)]


def make_template(cursor: "psycopg2.extensions.cursor") -> None:
    cursor.execute(f"CREATE DATABASE {TEMPLATE}")
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = TEMPLATE
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except BaseException:
        connection.close()
        cursor.execute(f"DROP DATABASE {TEMPLATE}")  # half of a template would mislead the next worker
        raise
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


@pytest.fixture(autouse=True)
def _empty_cache_and_queue() -> None:
    """No test sees what another one cached, counted or queued."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
    cache.clear()


@pytest.fixture
def work_off_queue() -> Callable[[], list[str]]:
    """Call it to do what a worker would: take every waiting task from the broker and run it here.

    Returns the names of the tasks that ran. They run in the test's own transaction, and an error in
    one of them is raised. Tasks that are queued meanwhile run as well.
    """

    def work_off() -> list[str]:
        done = []
        with app.connection_for_read() as broker, broker.channel() as channel:
            while messages := [m for name in app.amqp.queues if (m := channel.basic_get(name, no_ack=True))]:
                for message in messages:
                    args, kwargs, _ = message.payload
                    app.tasks[message.headers["task"]].apply(args, kwargs, throw=True, headers=message.headers)
                    done.append(message.headers["task"])
        return done

    return work_off
