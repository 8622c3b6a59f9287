"""The commands of accounts."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Mail, User


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_create_superadmin_prints_a_generated_password_once(db):
    out = run("create_superadmin", "--email", "sue@example.com", "--generate")

    user = User.objects.get()
    assert user.is_super_admin
    assert user.is_verified
    assert user.check_password(re.search(r"Password: (\S+)", out).group(1))
    again = run("create_superadmin", "--email", "SUE@example.com", "--generate")
    assert "Password" not in again
    assert User.objects.count() == 1


def test_create_superadmin_takes_the_password_from_the_environment(db, monkeypatch):
    monkeypatch.setenv("SUES_PASSWORD", "correct horse")
    out = run("create_superadmin", "--email", "sue@example.com", "--password-env", "SUES_PASSWORD")

    assert "correct horse" not in out
    assert User.objects.get().check_password("correct horse")


@pytest.mark.parametrize("password", ["", "short"])
def test_create_superadmin_refuses_a_weak_password(db, monkeypatch, password):
    monkeypatch.setenv("SUES_PASSWORD", password)
    with pytest.raises(CommandError):
        run("create_superadmin", "--email", "sue@example.com", "--password-env", "SUES_PASSWORD")
    with pytest.raises(CommandError):
        run("create_superadmin", "--email", "sue", "--generate")
    assert not User.objects.exists()


def test_create_superadmin_promotes_an_account_that_exists(ada):
    assert "Password" not in run("create_superadmin", "--email", ada.email, "--generate")
    ada.refresh_from_db()
    assert ada.is_super_admin


def test_send_test_email_sends_at_once(db, mailoutbox):
    assert "Sent" in run("send_test_email", "ada@example.com")
    assert [m.to for m in mailoutbox] == [["ada@example.com"]]
    assert Mail.objects.get().state == "sent"


def test_send_test_email_says_what_went_wrong(db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match="refused"):
        run("send_test_email", "ada@example.com")
