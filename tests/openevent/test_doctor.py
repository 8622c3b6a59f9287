"""What the doctor finds, and the first super admin."""

import io
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import override_settings

from openevent import doctor
from openevent.tasks import HEARTBEAT_KEY

GOOD_KEY = "Vw3kq9Lr7Xz2Tn8Ym4Pc6Hb1Gd5Sf0JaQeUiOvRyKtNhBxZm-_q"


def problem(name: str) -> str | None:
    found = doctor.EXAMINATIONS[name]()
    return found.what if found else None


@override_settings(SECRET_KEY=GOOD_KEY)
def test_healthy_installation_has_no_problems(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.set(HEARTBEAT_KEY, time.time())
    out = io.StringIO()
    call_command("doctor", stdout=out, no_color=True)
    assert out.getvalue().count("ok ") == len(doctor.EXAMINATIONS)
    assert list(tmp_path.iterdir()) == []


def test_problems_are_listed_with_their_remedy_and_fail_the_command(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.DEBUG = True
    out = io.StringIO()
    with pytest.raises(CommandError, match="problems found"):
        call_command("doctor", stdout=out, no_color=True)
    assert "DEBUG is on" in out.getvalue()
    assert "-> Unset DEBUG." in out.getvalue()


def test_known_or_weak_secret_key_is_found(settings):
    settings.SECRET_KEY = settings.DEVELOPMENT_KEY
    assert "anybody can forge" in problem("secret key")
    settings.SECRET_KEY = "short"
    assert "short" in problem("secret key")


@override_settings(CACHE_URL="redis://127.0.0.1:1/0")
def test_broker_that_is_away_is_found():
    assert "does not answer" in problem("broker")


def test_missing_worker_is_found():
    assert "no sign of a worker" in problem("worker and beat")


def test_storage_that_cannot_be_written_is_found(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "below"
    assert "cannot be stored" in problem("storage")


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1)
def test_mail_server_that_is_away_is_found():
    assert "127.0.0.1:1 does not take our mails" in problem("mail server")


def test_clock_that_is_off_is_found(db, monkeypatch):
    now = time.time()
    monkeypatch.setattr(doctor.time, "time", lambda: now - 60)
    assert "+60 s off" in problem("clock")


def test_full_disk_is_found(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE", 2**63)
    assert "are free" in problem("disk")


def test_examination_that_breaks_is_a_problem_and_not_the_end(monkeypatch):
    monkeypatch.setattr(doctor, "EXAMINATIONS", {"broken": lambda: 1 / 0, "fine": lambda: None})
    found = dict(doctor.examine())
    assert "ZeroDivisionError" in found["broken"].what
    assert found["fine"] is None


def test_first_super_admin_is_made_once_with_a_password_that_works(db):
    said = call_command("init", stdout=io.StringIO())
    admin = get_user_model().objects.get(is_super_admin=True)
    assert admin.check_password(said.rpartition(" ")[2])
    assert not call_command("init", stdout=io.StringIO())
    assert get_user_model().objects.count() == 1


def test_first_super_admin_is_the_one_that_was_asked_for(db, monkeypatch):
    monkeypatch.setenv("OPENEVENT_ADMIN_EMAIL", "sue@example.com")
    monkeypatch.setenv("OPENEVENT_ADMIN_PASSWORD", "a password of Sue's")
    said = call_command("init", stdout=io.StringIO())
    assert get_user_model().objects.get(is_super_admin=True).check_password("a password of Sue's")
    assert "Sue's" not in said


@pytest.mark.parametrize("address", ["nonsense", "ada@example.com"])
def test_first_super_admin_needs_an_address_of_its_own(db, monkeypatch, address):
    get_user_model().objects.create_user("Ada@example.com")
    monkeypatch.setenv("OPENEVENT_ADMIN_EMAIL", address)
    with pytest.raises(CommandError, match=address):
        call_command("init", stdout=io.StringIO())
