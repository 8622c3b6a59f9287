"""Log lines and request ids."""

import json
import logging

import pytest

from openevent.logging import JsonFormatter, PlainFormatter, request_id, set_request_id, without_secrets
from openevent.tasks import Task, heartbeat


@pytest.fixture(autouse=True)
def _no_request():
    yield
    set_request_id("")


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "openevent", "levelname": "INFO", "levelno": 20, "msg": message})
    vars(made).update(extra)
    return made


def test_request_id_of_a_proxy_is_kept(client):
    assert client.get("/health/live", headers={"x-request-id": "abc-12345"})["X-Request-Id"] == "abc-12345"


@pytest.mark.parametrize("sent", ["", "short", "x" * 200, "white space", "new\nline-id", "<script>alert(1)"])
def test_request_id_that_is_not_sane_is_replaced(client, sent):
    answered = client.get("/health/live", headers={"x-request-id": sent})["X-Request-Id"]
    assert answered != sent
    assert len(answered) == 32


def test_request_id_is_forgotten_after_the_request(client):
    client.get("/health/live")
    assert request_id() == ""


def test_each_answer_is_logged_once_without_its_query(client, db, caplog):
    with caplog.at_level(logging.INFO, logger="openevent.access"):
        client.get("/no/such/page?token=hush")
    lines = [r.getMessage() for r in caplog.records if r.name == "openevent.access"]
    assert lines == ["GET /no/such/page 404"]


def test_json_line_carries_request_id_and_extras():
    set_request_id("abc-12345")
    line = json.loads(JsonFormatter().format(record("sold", order=7, took=1.5)))
    assert line["request_id"] == "abc-12345"
    assert (line["message"], line["level"], line["order"], line["took"]) == ("sold", "info", 7, 1.5)


def test_json_line_hides_extras_that_are_called_secret():
    assert json.loads(JsonFormatter().format(record("login", password="hush")))["password"] == "***"


def test_json_line_holds_the_whole_exception():
    try:
        raise ValueError("postgresql://u:hush@db/x")
    except ValueError as error:
        line = json.loads(JsonFormatter().format(record("failed", exc_info=(type(error), error, error.__traceback__))))
    assert "ValueError: postgresql://u:***@db/x" in line["exception"]


def test_plain_line_ends_with_the_request_id():
    set_request_id("abcdefgh-123")
    assert PlainFormatter().format(record("sold")).endswith("openevent: sold [abcdefgh]")


@pytest.mark.parametrize(
    "text",
    [
        "redis://:hush@cache:6379/0",
        "postgresql://openevent:hush@db/x",
        "Authorization: JWT hushhush.hushhush",
        "Authorization: Bearer hushhushhush",
        '{"password": "hush", "email": "ada@example.com"}',
        "reset_token=hush&x=1",
        "new-password='hush'",
        "STRIPE_API_KEY=hush",
        "eyJhbGciOi.eyJpZGVudGl0eSI6MX0.hush",
    ],
)
def test_secrets_never_reach_the_log(text):
    assert "hush" not in without_secrets(text)


def test_ordinary_words_stay():
    text = "order 7 of ada@example.com placed in 12 ms, see https://example.com/orders/7"
    assert without_secrets(text) == text


def test_request_id_travels_with_the_task(work_off_queue, monkeypatch):
    seen = []
    monkeypatch.setattr(heartbeat, "run", lambda: seen.append(request_id()))
    set_request_id("from-the-request")
    heartbeat.publish()
    set_request_id("")
    work_off_queue()
    assert seen == ["from-the-request"]
    assert isinstance(heartbeat, Task)
