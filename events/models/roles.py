"""Who works on an event, and who is asked to."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from openevent.fields import line

from ..querysets import EventMemberQuerySet, PublicQuerySet, RoleInviteQuerySet
from .event import Event


def new_invite_token() -> str:
    """Unguessable: whoever has it, and the invited address, may accept."""
    return secrets.token_urlsafe(32)


class Role(models.Model):
    """A role people can have in an event; the standard ones come with the first migration."""

    name = models.CharField(max_length=255, unique=True)
    title_name = line()

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title_name or self.name


class EventMember(models.Model):
    """One person in one role of one event (`users-events-roles` on the wire)."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="event_roles")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="members")

    objects = EventMemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user", "role"],
                name="member_once_per_role",
                violation_error_message="This person has the role already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class RoleInvite(models.Model):
    """An invitation by mail to take a role in an event."""

    class Status(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="role_invites")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="invites")
    email = models.EmailField(max_length=254)
    role_name = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True, default=new_invite_token, editable=False)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sent_role_invites",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)  # when the newest mail was written

    OPEN_FOR = timedelta(days=30)

    objects = RoleInviteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                "event",
                "role",
                name="role_invite_once",
                condition=models.Q(status="pending"),
                violation_error_message="This address has an open invitation to the role already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role_name}"

    @property
    def has_expired(self) -> bool:
        """Whether it was left unanswered for too long."""
        return self.status == self.Status.PENDING and self.sent_at + self.OPEN_FOR < timezone.now()
