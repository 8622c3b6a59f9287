"""What all tests stand on: a real PostgreSQL, a real Valkey, and the queue worked off on demand."""

import gc
import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import blocking_manager_key

from openevent.celery import app
from tests import servers
from tests.factories import client_of

pytest_plugins = ["tests.world"]

SERVERS = pytest.StashKey[list]()


def is_worker() -> bool:
    """Whether this process is one of pytest-xdist's; the servers belong to the process that started them."""
    return "PYTEST_XDIST_WORKER" in os.environ


def pytest_configure(config: pytest.Config) -> None:
    TransactionTestCase._fixture_teardown = servers.restore_baseline  # type: ignore[attr-defined, method-assign]
    if not is_worker():
        config.stash[SERVERS] = servers.start(settings.PLACES, config.stash[blocking_manager_key])


def pytest_unconfigure(config: pytest.Config) -> None:
    servers.stop(config.stash.get(SERVERS, []))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking for garbage in it, again and again, would be a fifth of a run's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Every test database is a copy of the migrated one."""
    connection.settings_dict["TEST"]["TEMPLATE"] = servers.TEMPLATE


@pytest.fixture(scope="session")
def _broker() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        yield broker


@pytest.fixture(autouse=True)
def _empty_cache_and_queue(_broker: redis.Redis) -> None:
    """No test sees what another one cached, counted or queued."""
    _broker.flushdb()
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


@pytest.fixture
def fetch(
    cast: SimpleNamespace, work_off_queue: Callable[[], list[str]], django_capture_on_commit_callbacks: Any
) -> Callable[..., bytes]:
    """The file of an export that one of the cast asks for: the way clients go."""

    def get(path: str, who: str = "cora", body: Any = None) -> bytes:
        client = client_of(getattr(cast, who))
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.get(path) if body is None else client.post(path, body, format="json")
        assert answer.status_code == 200, answer.content
        work_off_queue()
        task = client.get(answer.json()["task_url"]).json()
        assert task["state"] == "SUCCESS", task
        return b"".join(client.get(task["result"]["download_url"]).streaming_content)

    return get
