"""Probes, numbers and request ids."""

import time

import pytest
from django.core.cache import cache
from django.test import override_settings

from openevent import health, metrics
from openevent.tasks import HEARTBEAT_KEY, heartbeat


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(health.Migrations, "are_applied", False)


def test_live_answers_without_any_io(client, django_assert_num_queries):
    answer = client.get("/health/live", headers={"host": "10.1.2.3"})  # a probe comes by address
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_every_part_works(client, db, work_off_queue):
    heartbeat.publish()
    work_off_queue()
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["parts"] == {"database": "ok", "broker": "ok", "migrations": "ok", "worker": "ok"}


def test_ready_names_a_silent_worker(client, db):
    cache.set(HEARTBEAT_KEY, time.time() - health.HEARTBEAT_LIMIT - 1)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "down"


@override_settings(CACHE_URL="redis://127.0.0.1:1/0")
def test_ready_names_a_broker_that_is_away_and_tells_visitors_no_more(client, db):
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"] == "down"
    assert b"127.0.0.1" not in answer.content


def test_ready_names_missing_migrations(client, db, monkeypatch):
    monkeypatch.setattr(health, "pending_migrations", lambda: ["events.0099_more"])
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "down"


def test_complete_migrations_are_looked_up_once(client, db, monkeypatch):
    calls = []
    monkeypatch.setattr(health, "pending_migrations", lambda: calls.append(1) or [])
    client.get("/health/ready")
    client.get("/health/ready")
    assert len(calls) == 1


def test_metrics_are_hidden_while_they_are_off(client):
    assert client.get("/metrics").status_code == 404


@override_settings(METRICS=True)
def test_metrics_count_requests_by_route(client, db):
    client.get("/no/such/page")
    text = client.get("/metrics").content.decode()
    assert 'openevent_requests_total{method="GET",route="-",status="404"}' in text
    assert "/no/such/page" not in text


@override_settings(METRICS=True, METRICS_TOKEN="let-me-see")
def test_metrics_ask_for_their_token(client):
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer let-me-see"}).status_code == 200


@override_settings(METRICS=True)
def test_metric_that_cannot_be_read_hides_no_other(client, monkeypatch):
    monkeypatch.setattr(metrics, "_gauges", {})
    metrics.gauge("openevent_broken", "Cannot be read", lambda: 1 / 0)
    metrics.gauge("openevent_waiting_mails", "Mails to send", lambda: 7)
    assert "openevent_waiting_mails 7.0" in client.get("/metrics").content.decode()
