"""Settings read from the environment."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from openevent import env


def test_text_prefers_the_variable_then_the_file_then_the_default(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    assert env.text("THING", "default") == "default"
    monkeypatch.setenv("THING_FILE", str(secret))
    assert env.text("THING", "default") == "from a file"
    monkeypatch.setenv("THING", "from a variable")
    assert env.text("THING", "default") == "from a variable"


def test_unreadable_secret_file_is_named(monkeypatch):
    monkeypatch.setenv("THING_FILE", "/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match="THING_FILE: /nowhere/secret cannot be read"):
        env.text("THING")


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("off", False), ("", True)])
def test_boolean_understands_words(monkeypatch, value, expected):
    monkeypatch.setenv("THING", value)
    assert env.boolean("THING", default=True) is expected


def test_boolean_and_integer_refuse_anything_else(monkeypatch):
    monkeypatch.setenv("THING", "maybe")
    with pytest.raises(ImproperlyConfigured, match="THING=maybe"):
        env.boolean("THING")
    with pytest.raises(ImproperlyConfigured, match="THING=maybe"):
        env.integer("THING", 1)


def test_words_are_split_at_commas_and_blanks(monkeypatch):
    monkeypatch.setenv("THING", "a.example, b.example c.example")
    assert env.words("THING") == ["a.example", "b.example", "c.example"]


def test_prefixed_collects_a_provider_s_settings(monkeypatch, tmp_path):
    key = tmp_path / "key"
    key.write_text("k-123")
    monkeypatch.setenv("ANYMAIL_MAILGUN_API_KEY_FILE", str(key))
    monkeypatch.setenv("ANYMAIL_MAILGUN_SENDER_DOMAIN", "mg.example.com")
    assert env.prefixed("ANYMAIL_") == {"MAILGUN_API_KEY": "k-123", "MAILGUN_SENDER_DOMAIN": "mg.example.com"}


def test_database_url_is_decoded():
    found = env.database("postgresql://o%40e:p%2Fw@db.example:6432/tickets?sslmode=require")
    assert (found["USER"], found["PASSWORD"]) == ("o@e", "p/w")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "tickets")
    assert found["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}


def test_database_url_may_name_a_socket_folder():
    assert env.database("postgresql:///tickets?host=/run/postgresql")["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://db/tickets", "only postgresql"),
        ("postgresql://db", "names no database"),
        ("postgresql://db:port/tickets", "port is not a number"),
    ],
)
def test_database_url_that_cannot_work_is_refused(url, complaint):
    with pytest.raises(ImproperlyConfigured, match=complaint):
        env.database(url)


@pytest.mark.parametrize(
    ("url", "db", "client", "broker"),
    [
        ("redis://cache:6379", 1, "redis://cache:6379/1", "redis://cache:6379/1"),
        ("rediss://:pw@cache/4", 1, "rediss://:pw@cache/5", "rediss://:pw@cache/5"),
        ("unix:///run/v.sock", 0, "unix:///run/v.sock?db=0", "redis+socket:///run/v.sock?virtual_host=0"),
        ("unix:///run/v.sock?db=6", 1, "unix:///run/v.sock?db=7", "redis+socket:///run/v.sock?virtual_host=7"),
    ],
)
def test_redis_url_is_spelt_for_both_clients(url, db, client, broker):
    assert env.redis(url, db=db) == (client, broker)


@pytest.mark.parametrize("url", ["http://cache", "redis://cache/zero", "cache:6379"])
def test_redis_url_that_cannot_work_is_refused(url):
    with pytest.raises(ImproperlyConfigured):
        env.redis(url, db=0)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail", 25, False, False),
        ("smtp://u:p@mail?tls=1", 587, True, False),
        ("smtps://u:p@mail", 465, False, True),
        ("smtp://mail:2525", 2525, False, False),
    ],
)
def test_email_url_gives_port_and_encryption(url, port, tls, ssl):
    found = env.email(url)
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, tls, ssl)
