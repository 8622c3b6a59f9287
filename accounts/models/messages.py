"""What the site tells people: mails (an outbox) and notifications."""

from typing import Any

from django.db import models
from django.utils import timezone

from openevent.fields import line, moment

from ..placeholders import fill_in
from ..querysets import MailQuerySet, NotificationQuerySet
from .users import User


class Mail(models.Model):
    """A mail in the outbox. The row is the truth: it is sent after commit, and again until it went out."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        DECOY = "decoy"  # never sent: the same work as for a real one (accounts/one_time_tokens.py)

    recipient = models.EmailField(max_length=254)
    # The event that it is about, whose team sees it in the outbox; never of mails about somebody's account. Without
    # a constraint: this app knows of no events, and a mail outlives what it is about.
    event_id = models.BigIntegerField(null=True, blank=True, editable=False)
    action = models.CharField(max_length=64)  # which template
    subject = models.CharField(max_length=998)
    message = models.TextField()  # HTML
    text = models.TextField(default="")
    # What the one-time token of this mail is made from; message and text hold a placeholder.
    nonce = models.CharField(max_length=64, default="", blank=True, editable=False)
    # the same key never makes a second mail: tasks may run twice
    key = models.CharField(max_length=255, unique=True, null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(default="", blank=True)
    time = models.DateTimeField(default=timezone.now)  # when it was written, as the wire names it
    sent_at = moment()

    objects = models.Manager.from_queryset(MailQuerySet)()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], name="mail_unsent", condition=models.Q(state__in=["queued", "sending"])),
            models.Index(fields=["event_id", "id"], name="mail_by_event", condition=models.Q(event_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.action} to {self.recipient}"

    def message_for(self, viewer: Any) -> str:
        """The HTML as ``viewer`` may read it: nobody below a super admin sees a one-time token."""
        may_see_token = viewer.is_authenticated and viewer.is_active and viewer.is_super_admin
        return fill_in(self.message, self.nonce) if may_see_token else self.message


class Notification(models.Model):
    """A message inside the site, read by its user."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    content = models.JSONField(default=dict)
    title = line()
    is_read = models.BooleanField(default=False)
    key = models.CharField(max_length=255, unique=True, null=True, editable=False)  # what is told once
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = models.Manager.from_queryset(NotificationQuerySet)()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"notification {self.pk} for user {self.user_id}"
