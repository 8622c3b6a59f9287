"""Publishing tasks to a broker that may be away."""

import shutil
import socket
import tempfile
import time
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.core.cache import caches

from openevent.cache import FailOpenRedisCache
from openevent.env import redis as redis_urls
from openevent.local import process, valkey
from openevent.local.places import Places
from openevent.tasks import Broker, Task, heartbeat


@pytest.fixture(autouse=True)
def _broker_counts_as_present(monkeypatch):
    monkeypatch.setattr(Broker, "away_until", 0.0)


@pytest.fixture
def places():
    folder = Path(tempfile.mkdtemp(prefix="oe-", dir="/tmp"))
    yield Places(folder)
    shutil.rmtree(folder)


def ping_task(broker_url: str) -> Task:
    """A task of an application of its own, configured like ours, on another broker."""
    app = Celery("test", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = broker_url

    def ping() -> None:
        """Nothing: only the way to the broker matters."""

    return app.task(ping, name="ping", base=Task)


def test_publish_works_again_when_the_broker_is_back(places, monkeypatch):
    ping = ping_task(redis_urls(places.redis_url, db=0)[1])
    server = valkey.start(places)
    assert ping.publish()
    process.kill_group(server)
    begun = time.monotonic()
    assert not ping.publish()
    assert time.monotonic() - begun < 1.5
    server = valkey.start(places)
    try:
        monkeypatch.setattr(Broker, "away_until", 0.0)
        assert ping.publish()
    finally:
        process.stop(server)


def test_broker_that_accepts_and_says_nothing_costs_a_second_once():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        ping = ping_task(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        begun = time.monotonic()
        assert [ping.publish() for _ in range(5)] == [False] * 5
        assert time.monotonic() - begun < 2.5


def test_publish_on_commit_waits_for_the_commit(work_off_queue, db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        heartbeat.publish_on_commit()
        assert work_off_queue() == []
    assert work_off_queue() == ["openevent.tasks.heartbeat"]


def test_failing_task_is_raised_when_the_queue_is_worked_off(work_off_queue, monkeypatch):
    monkeypatch.setattr(heartbeat, "run", lambda: 1 / 0)
    heartbeat.publish()
    with pytest.raises(ZeroDivisionError):
        work_off_queue()


def test_every_scheduled_task_exists():
    from openevent.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


@pytest.fixture(autouse=True)
def _no_cache_counts_as_away():
    yield
    FailOpenRedisCache.resume_at.clear()


def down() -> FailOpenRedisCache:
    options = {"OPTIONS": {"socket_connect_timeout": 0.2}, "KEY_PREFIX": "t", "TIMEOUT": 5}
    return FailOpenRedisCache("redis://127.0.0.1:1/0", options)


def test_cache_that_is_away_fails_no_caller(monkeypatch):
    cache = down()
    monkeypatch.setattr("openevent.cache.PAUSE_SECONDS", -1.0)  # asks the server each time
    assert cache.get("a", "default") == "default"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True
    assert cache.incr("a") == 1
    assert cache.set_many({"a": 1}) == ["a"]
    assert cache.get_or_set("a", lambda: 7) == 7
    assert ("a" in cache, cache.delete("a"), cache.touch("a")) == (False, False, False)


def test_cache_that_is_away_is_left_alone_for_a_moment(monkeypatch):
    cache = down()
    cache.get("a")
    monkeypatch.setattr(FailOpenRedisCache.__mro__[1], "get", lambda *a, **k: pytest.fail("asked again"))
    assert cache.get("a") is None


def test_cache_works_when_the_server_does():
    cache = caches["default"]
    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert cache.incr("a") == 2
    with pytest.raises(ValueError, match="not found"):
        cache.incr("never-set")
