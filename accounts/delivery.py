"""From the outbox to the mail server.

The row is the truth and the queue is a hint. A worker claims a due row by a conditional UPDATE and a
lease, so that two workers never send the same mail; what fails is tried again, later and later; what
was never queued because the broker was away is found by a beat task. A worker that dies between the
server's "accepted" and the row's "sent" is the one case that repeats a mail, under the same Message-ID.
"""

import logging
import smtplib
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils import timezone

from .models import Mail, Setting
from .placeholders import fill_in

logger = logging.getLogger(__name__)

# Longer than a task may run: a claim outlives its worker, and never the other way round.
LEASE = timedelta(minutes=15)
# The time until the next attempt, after the first, the second, …; after the last comes FAILED.
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60)]
ERROR_LENGTH = 2000
# A mail that was just written has a message in the queue already: the sweeper gives it this time first.
GRACE = timedelta(seconds=20)
# At most this many in one sweep.
BATCH = 500


def deliver_mail(*, mail_id: int) -> bool:
    """Send the mail if it is due and nobody else does; True when it went out. May be called twice."""
    mail = claim_mail(mail_id)
    if mail is None:
        return False
    try:
        message_of(mail).send()
    except Exception as error:  # noqa: BLE001  (every provider raises its own; whatever it is, the mail is tried again)
        put_back(mail, error)
        return False
    _finish(mail, state=Mail.State.SENT, sent_at=timezone.now(), error="")
    return True


def claim_mail(mail_id: int) -> Mail | None:
    """The mail, ours alone until the lease ends; None when it is not due or somebody else has it."""
    claimed = (
        Mail.objects.due()
        .filter(pk=mail_id)
        .update(state=Mail.State.SENDING, due_at=timezone.now() + LEASE, attempts=F("attempts") + 1)
    )
    return Mail.objects.get(pk=mail_id) if claimed else None


def put_back(mail: Mail, error: Exception) -> None:
    """After an error: try again later, or give up, after the last try or when the address is refused."""
    logger.warning("mail %s was not sent (attempt %s): %r", mail.pk, mail.attempts, error)
    reason = f"{type(error).__name__}: {error}"[:ERROR_LENGTH].replace("\0", "")
    if mail.attempts > len(BACK_OFF) or is_refused_for_good(error):
        _finish(mail, state=Mail.State.FAILED, error=reason)
    else:
        due_at = timezone.now() + BACK_OFF[mail.attempts - 1]
        _finish(mail, state=Mail.State.QUEUED, error=reason, due_at=due_at)


def is_refused_for_good(error: Exception) -> bool:
    """Whether the mail server said of every recipient that it will never take the mail (5xx)."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        500 <= code < 600 for code, _ in error.recipients.values()
    )


def _finish(mail: Mail, **values: Any) -> None:
    # only while the claim is still ours: ``attempts`` grows with every claim
    held = Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING, attempts=mail.attempts)
    if not held.update(**values):
        logger.error("mail %s: its lease ended before it was done", mail.pk)


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes over the wire, with its one-time token and a Message-ID that stays the same."""
    sender = sender_of(Setting.load())
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    mark = int(mail.time.timestamp() * 1_000_000)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=fill_in(mail.text, mail.nonce),
        from_email=sender,
        to=[mail.recipient],
        headers={"Message-ID": f"<mail-{mail.pk}-{mark}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(fill_in(mail.message, mail.nonce), "text/html")
    return message


def sender_of(site: Setting) -> str:
    """The From of all mails: what the admin says, else DEFAULT_FROM_EMAIL."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((_one_line(site.email_from_name) or name, _one_line(site.email_from) or address))


def _one_line(value: str | None) -> str:
    return " ".join((value or "").split())


def take_overdue_mails() -> list[int]:
    """The ids of mails that nobody seems to work on, longest waiting first.

    They count as queued from now on: the next sweeps leave them alone for a while and look at others, so
    that a long queue does not grow with every sweep.
    """
    now = timezone.now()
    overdue = Mail.objects.due().filter(due_at__lte=now - GRACE).order_by("due_at", "pk")
    mail_ids = list(overdue.values_list("pk", flat=True)[:BATCH])
    Mail.objects.due().filter(pk__in=mail_ids).update(due_at=now)
    return mail_ids
