"""Which mails about an event somebody wants."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from accounts.querysets import OwnSoftQuerySet
from openevent.models import SoftDeletable

from .event import Event


class EmailNotificationQuerySet(OwnSoftQuerySet):
    def declined(self, event: Event, name: str) -> Self:
        """The rows of people who do not want mails of the kind ``name`` about ``event``."""
        return self.filter(event=event, **{name: False})


def wanted(default: bool = True) -> models.BooleanField:
    """Whether mails of one kind are wanted."""
    return models.BooleanField(null=True, blank=True, default=default)


class EmailNotification(SoftDeletable):
    """Somebody's choice of mails about one event. Made with a role in the event, changed by the person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="email_notifications")
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="email_notifications"
    )
    next_event = wanted()
    new_paper = wanted()
    session_schedule = wanted()
    session_accept_reject = wanted()
    after_ticket_purchase = wanted()

    objects = EmailNotificationQuerySet.as_living_manager()
    with_trashed: Any = EmailNotificationQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "event"],
                name="email_notification_once",
                condition=models.Q(deleted_at__isnull=True),
                violation_error_message="The user has chosen for this event already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return f"mails of event {self.event_id} for user {self.user_id}"
