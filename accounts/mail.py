"""Sending mail: a row in the outbox first, the mail server after commit (delivery.py)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from .message_kinds import kind_of
from .models import Mail, MessageSetting, Setting
from .tasks import deliver_mail_task

SUBJECT_LENGTH = Mail._meta.get_field("subject").max_length


def send_mail(
    *,
    action: str,
    to: str,
    context: dict[str, Any],
    key: str | None = None,
    nonce: str = "",
    is_decoy: bool = False,
    event: Any = None,
) -> Mail | None:
    """Write a mail into the outbox, in the caller's transaction; it goes out after commit.

    ``action`` names the templates ``templates/mail/<action>.{subject.txt,txt,html}``; besides ``context``
    they know ``site_name``, ``site_url`` and ``frontend_url``; ``link`` becomes the button of the mail.
    A second mail with the same ``key`` is not written: None; nor is one of a kind that an administrator has
    switched off. ``nonce`` stands for a one-time token, whose
    place in the context is TOKEN_PLACEHOLDER (placeholders.py). ``is_decoy`` does the same work for a mail
    that is never sent. ``event`` is the event that the mail is about: its team sees the mail in the outbox, so
    it says nothing that is not theirs to know.
    """
    if key is not None and Mail.objects.filter(key=key).exists():
        return None
    kind = kind_of(action)
    if kind is not None and MessageSetting.objects.stops(kind):
        return None
    mail = compose_mail(action=action, to=to, context=context)
    mail.key, mail.nonce, mail.event_id = key, nonce, event.pk if event is not None else None
    if is_decoy:
        mail.state = Mail.State.DECOY
    try:
        with transaction.atomic(savepoint=key is not None):
            mail.save(force_insert=True)
    except IntegrityError:
        if key is None:
            raise
        return None  # somebody else wrote it since we looked
    queue_mail(mail)
    return mail


def written(mails: Iterable[Mail | None]) -> int:
    """How many of the answers of ``send_mail`` are mails that were written now."""
    return sum(mail is not None for mail in mails)


def compose_mail(*, action: str, to: str, context: dict[str, Any]) -> Mail:
    """The unsaved row, rendered. An address that is none makes a mail that has failed already."""
    site = Setting.load()
    values = {
        "site_name": site.app_name or "openevent",
        "site_url": settings.SITE_URL,
        "frontend_url": frontend_url(site),
        **context,
    }
    subject = " ".join(render_to_string(f"mail/{action}.subject.txt", values).split())
    mail = Mail(
        action=action,
        recipient=to.strip()[:254],
        subject=subject[:SUBJECT_LENGTH],
        message=render_to_string(f"mail/{action}.html", {**values, "subject": subject}),
        text=render_to_string(f"mail/{action}.txt", values).strip() + "\n",
    )
    try:
        validate_email(mail.recipient)
    except ValidationError:
        mail.state, mail.error = Mail.State.FAILED, "not an e-mail address"
    return mail


def frontend_url(site: Setting | None = None) -> str:
    """Where the web app lives, without a slash at the end: what the admin says, else the environment.

    Links with one-time tokens lead there. So an admin chooses among the origins that the operator
    trusts (CORS_ALLOWED_ORIGINS): a place of his own would collect the tokens.
    """
    chosen = (site or Setting.load()).frontend_url or ""
    parts = urlsplit(chosen)
    is_trusted = f"{parts.scheme}://{parts.netloc}" in settings.CORS_ALLOWED_ORIGINS
    return (chosen if is_trusted else settings.FRONTEND_URL).rstrip("/")


def queue_mail(mail: Mail) -> None:
    """Tell the workers about a mail when the transaction has been committed."""
    deliver_mail_task.publish_on_commit(mail.pk)


def send_mail_again(*, mail: Mail) -> None:
    """Put a mail that failed, or that somebody lost, into the queue once more."""
    Mail.objects.filter(pk=mail.pk, state__in=[Mail.State.FAILED, Mail.State.SENT]).update(
        state=Mail.State.QUEUED, due_at=timezone.now(), attempts=0, error=""
    )
    queue_mail(mail)
