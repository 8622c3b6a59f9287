"""What providers told us, word for word."""

from django.db import models
from django.utils import timezone

from openevent.fields import moment

from ..querysets import WebhookEventQuerySet
from .payments import Payment


class WebhookEvent(models.Model):
    """One message of a provider. Stored before anything else happens; the same one is stored once."""

    class State(models.TextChoices):
        NEW = "new"
        DONE = "done"
        IGNORED = "ignored"  # of something that is not ours
        FAILED = "failed"

    provider = models.CharField(max_length=16, choices=Payment.Provider.choices)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=255, default="")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State.choices, default=State.NEW)
    traceback = models.TextField(default="", blank=True)
    attempts = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)
    processed_at = moment()

    objects = WebhookEventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="webhook_stored_once")]
        indexes = [models.Index(fields=["received_at"], condition=models.Q(state="new"), name="webhook_waiting")]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.event_id}"
