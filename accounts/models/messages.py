"""What the site tells people: mails (an outbox) and notifications."""

from django.db import models
from django.utils import timezone

from openevent.fields import line, moment

from ..querysets import MailQuerySet, NotificationQuerySet
from .users import User


class Mail(models.Model):
    """A mail in the outbox. The row is the truth: it is sent after commit, and again until it went out."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"

    recipient = models.EmailField(max_length=254)
    action = models.CharField(max_length=64)  # which template
    subject = models.CharField(max_length=998)
    message = models.TextField()  # HTML
    text = models.TextField(default="")
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
            models.Index(fields=["due_at"], name="mail_unsent", condition=models.Q(state__in=["queued", "sending"]))
        ]

    def __str__(self) -> str:
        return f"{self.action} to {self.recipient}"


class Notification(models.Model):
    """A message inside the site, read by its user."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    content = models.JSONField(default=dict)
    title = line()
    is_read = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = models.Manager.from_queryset(NotificationQuerySet)()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"notification {self.pk} for user {self.user_id}"
