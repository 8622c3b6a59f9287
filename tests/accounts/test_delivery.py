"""From the outbox to a mail server: a real SMTP server, real workers' code, real concurrency."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from accounts import delivery, services, tasks
from accounts.mail import send_mail, send_mail_again
from accounts.models import Mail, Setting
from accounts.placeholders import TOKEN_PLACEHOLDER, new_nonce, token_of
from openevent.celery import app
from openevent.tasks import Broker
from tests.smtp import Mailbox, mail_server


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as (box, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.DEFAULT_FROM_EMAIL = "Site <noreply@site.example>"
        yield box


def write(to: str = "ada@example.com", **options: Any) -> Mail:
    mail = send_mail(action="test", to=to, context={}, **options)
    assert mail is not None
    return mail


@pytest.mark.django_db(transaction=True)
def test_mail_goes_out_after_commit_and_not_before(mailbox, work_off_queue):
    with transaction.atomic():
        mail = write()
        assert work_off_queue() == []
    assert work_off_queue() == ["accounts.tasks.deliver_mail_task"]

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (Mail.State.SENT, 1, "")
    assert mail.sent_at is not None
    [message] = mailbox.messages
    assert message["To"] == "ada@example.com"
    assert message["From"] == "Site <noreply@site.example>"
    assert message.get_body(("plain",)).get_content().startswith("Mail works.")
    assert "Mail works" in message.get_body(("html",)).get_content()


@pytest.mark.django_db(transaction=True)
def test_mail_of_a_transaction_that_fails_does_not_exist(mailbox, work_off_queue):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert work_off_queue() == []
    assert not Mail.objects.exists()


def test_mail_is_sent_once_however_often_it_is_tried(mailbox, db):
    mail = write()

    assert [delivery.deliver_mail(mail_id=mail.pk) for _ in range(3)] == [True, False, False]
    assert len(mailbox.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_mail_is_sent_once_by_many_workers(mailbox):
    mails = [write() for _ in range(5)]
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        for mail in mails:
            delivery.deliver_mail(mail_id=mail.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len({m["Message-ID"] for m in mailbox.messages}) == len(mailbox.messages) == 5


def test_mail_waits_longer_after_each_failure_and_gives_up_at_last(mailbox, db):
    mailbox.refusal = "451 try later"
    mail = write()
    waits = []
    for _ in range(8):
        Mail.objects.filter(state="queued").update(due_at=timezone.now())
        assert delivery.deliver_mail(mail_id=mail.pk) is False
        mail.refresh_from_db()
        waits.append(round((mail.due_at - timezone.now()) / timedelta(minutes=1)))
        assert "451" in mail.error

    assert waits[:7] == [1, 5, 30, 120, 360, 720, 1440]
    assert (mail.state, mail.attempts) == (Mail.State.FAILED, 8)
    assert delivery.deliver_mail(mail_id=mail.pk) is False


def test_mail_to_an_address_the_server_refuses_for_good_is_not_tried_again(mailbox, db):
    mailbox.rcpt_refusal = "550 no such user"
    mail = write()
    delivery.deliver_mail(mail_id=mail.pk)
    mail.refresh_from_db()

    assert mail.state == Mail.State.FAILED
    assert "550" in mail.error


def test_mail_survives_a_mail_server_that_is_away(settings, db, mailbox):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    mail = write()
    assert delivery.deliver_mail(mail_id=mail.pk) is False
    settings.EMAIL_PORT = port
    Mail.objects.update(due_at=timezone.now())

    assert delivery.deliver_mail(mail_id=mail.pk) is True
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (Mail.State.SENT, "")


def test_mail_is_repeated_under_the_same_message_id(mailbox, db):
    mail = write()
    delivery.deliver_mail(mail_id=mail.pk)
    send_mail_again(mail=mail)
    delivery.deliver_mail(mail_id=mail.pk)

    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@site.example>")


def test_worker_that_died_leaves_its_mail_to_another_when_the_lease_is_over(mailbox, db):
    mail = write()
    assert delivery.claim_mail(mail.pk) is not None
    assert delivery.claim_mail(mail.pk) is None
    assert delivery.take_overdue_mails() == []
    Mail.objects.update(due_at=timezone.now() - timedelta(minutes=1))

    assert delivery.take_overdue_mails() == [mail.pk]
    assert delivery.deliver_mail(mail_id=mail.pk) is True


def test_worker_that_outlives_its_lease_does_not_touch_the_row(db):
    mail = write()
    slow = delivery.claim_mail(mail.pk)
    Mail.objects.update(due_at=timezone.now())
    fast = delivery.claim_mail(mail.pk)
    assert slow is not None
    assert fast is not None
    delivery.put_back(slow, OSError("too late"))

    mail.refresh_from_db()
    assert (mail.state, mail.error) == (Mail.State.SENDING, "")


@pytest.mark.django_db(transaction=True)
def test_sweeper_sends_what_was_never_queued(mailbox, work_off_queue: Callable[[], list[str]]):
    mails = [write() for _ in range(3)]
    app.control.purge()  # the broker lost its messages
    assert work_off_queue() == []
    tasks.deliver_overdue_mails_task()
    assert work_off_queue() == []  # too young: its message may still be on the way
    Mail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    tasks.deliver_overdue_mails_task()
    tasks.deliver_overdue_mails_task()

    assert len(work_off_queue()) == len(mails)
    assert Mail.objects.filter(state="sent").count() == 3


@pytest.mark.django_db(transaction=True)
def test_mail_is_kept_while_the_broker_is_away(mailbox, monkeypatch, work_off_queue):
    monkeypatch.setattr(Broker, "away_until", time.monotonic() + 60)
    mail = write()
    assert work_off_queue() == []
    monkeypatch.setattr(Broker, "away_until", 0.0)
    Mail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    tasks.deliver_overdue_mails_task()
    work_off_queue()

    mail.refresh_from_db()
    assert mail.state == Mail.State.SENT


def test_mail_with_the_same_key_is_written_once(db):
    assert write(key="order:1") is not None
    assert send_mail(action="test", to="ada@example.com", context={}, key="order:1") is None
    assert Mail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_mail_with_the_same_key_is_written_once_by_many_at_the_same_time():
    start, written = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        written.append(send_mail(action="test", to="ada@example.com", context={}, key="order:1"))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(written) == 4
    assert len([mail for mail in written if mail is not None]) == Mail.objects.count() == 1


def test_mail_comes_from_whom_the_admin_says(mailbox, db):
    Setting.objects.create(pk=1, email_from="hello@conf.example", email_from_name="Größe, Conf", app_name="Conf")
    delivery.deliver_mail(mail_id=write().pk)

    [message] = mailbox.messages
    assert message["From"].addresses[0].addr_spec == "hello@conf.example"
    assert message["From"].addresses[0].display_name == "Größe, Conf"
    assert message["Subject"] == "Test mail from Conf"


def test_mail_headers_cannot_be_injected(mailbox, db):
    evil = "Conf\r\nBcc: eve@example.com"
    Setting.objects.create(pk=1, app_name=evil, email_from="a@b.example\r\nBcc: eve@example.com", email_from_name=evil)
    mail = write()
    delivery.deliver_mail(mail_id=mail.pk)
    Setting.objects.update(email_from="a@b.example")
    Mail.objects.update(due_at=timezone.now())
    delivery.deliver_mail(mail_id=mail.pk)

    [message] = mailbox.messages
    assert message["Bcc"] is None
    assert mailbox.recipients == ["ada@example.com"]
    assert message["Subject"] == "Test mail from Conf Bcc: eve@example.com"


@pytest.mark.parametrize("address", ["", "no address", "a@b.example\nBcc: c@d.example", "x" * 300 + "@b.example"])
def test_mail_to_something_that_is_no_address_fails_without_an_error(db, address):
    mail = write(address)

    assert (mail.state, mail.error) == (Mail.State.FAILED, "not an e-mail address")
    assert delivery.deliver_mail(mail_id=mail.pk) is False


def test_mail_escapes_what_people_write_in_html_and_not_in_text(ada):
    ada.first_name = '<b>A&da"</b>'
    Mail.objects.all().delete()
    services.send_welcome_mail(user=ada)

    mail = Mail.objects.get()
    assert "<b>A&da" not in mail.message
    assert "&lt;b&gt;A&amp;da" in mail.message
    assert '<b>A&da"</b>' in mail.text


def test_token_is_in_what_is_sent_and_in_what_a_super_admin_reads(mailbox, ada, adam, sue):
    nonce = new_nonce()
    context = {"link": f"https://site.example/reset-password?token={TOKEN_PLACEHOLDER}"}
    mail = send_mail(action="reset_password", to=ada.email, context=context, nonce=nonce)
    assert mail is not None
    delivery.deliver_mail(mail_id=mail.pk)

    [message] = mailbox.messages
    assert f"token={token_of(nonce)}" in message.get_body(("plain",)).get_content()
    assert f"token={token_of(nonce)}" in message.get_body(("html",)).get_content()
    assert f"token={token_of(nonce)}" in mail.message_for(sue)
    for other in (adam, ada):
        assert token_of(nonce) not in mail.message_for(other)
        assert TOKEN_PLACEHOLDER in mail.message_for(other)


def test_every_mail_has_a_subject_a_text_and_a_valid_address(ada, mailed_token):
    services.send_verification_mail(user=ada)
    services.request_password_reset(email=ada.email)
    services.reset_password(token=mailed_token(ada.email), password="another horse")
    services.update_user(user=ada, by=ada, changes={"email": "ada@elsewhere.example"})
    write()

    actions = set(Mail.objects.values_list("action", flat=True))
    assert actions == {
        "welcome",
        "verify_email",
        "reset_password",
        "password_changed",
        "email_changed",
        "test",
    }
    for mail in Mail.objects.all():
        assert isinstance(delivery.message_of(mail), EmailMultiAlternatives)
        assert mail.subject
        for body in (mail.text, mail.message):
            assert len(body) > 100
            assert "{{" not in body
            assert "{%" not in body
            assert "None" not in body
