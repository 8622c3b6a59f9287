"""Asking for speakers: the call to everybody, and the invitation to one."""

import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from openevent.fields import choice, line, moment, rich_text

from ..querysets import SpeakerInviteQuerySet
from .content import once_per_event
from .event import Event
from .programme import OfEvent, Session


class SpeakersCall(OfEvent):
    """When proposals may be handed in. A private call is announced by its link, which ends in ``hash``."""

    class Privacy(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers_calls")
    announcement = rich_text()
    starts_at = models.DateTimeField()
    soft_ends_at = moment()
    ends_at = models.DateTimeField()
    hash = line()
    privacy = choice(Privacy, default=Privacy.PUBLIC)

    class Meta(OfEvent.Meta):
        constraints = [once_per_event("speakers_call_once_per_event", "a speakers call")]

    def __str__(self) -> str:
        return f"{self.starts_at} to {self.ends_at}"

    def clean(self) -> None:
        """Dates in order."""
        errors: dict[str, Any] = {}
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = ValidationError("ends-at should be after starts-at", code="date_order")
        elif self.soft_ends_at and not self.starts_at <= self.soft_ends_at <= self.ends_at:
            errors["soft_ends_at"] = ValidationError(
                "soft-ends-at should be between starts-at and ends-at", code="date_order"
            )
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.privacy == self.Privacy.PRIVATE and not self.hash:
            self.hash = secrets.token_urlsafe(16)
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "hash"}
        super().save(*args, **kwargs)

    def is_open_at(self, now: datetime) -> bool:
        """Whether proposals are taken."""
        return self.starts_at <= now <= self.ends_at


class SpeakerInvite(models.Model):
    """An invitation to speak in a session, for whoever proves to have the address."""

    class Status(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speaker_invites")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="speaker_invites")
    email = models.EmailField(max_length=254)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SpeakerInviteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                "session",
                name="speaker_invite_once",
                condition=models.Q(status="pending"),
                violation_error_message="This address has an open invitation to the session already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} for {self.session_id}"
