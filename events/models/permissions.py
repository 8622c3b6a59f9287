"""What the roles of events may do with the parts of events."""

from typing import Any

from django.db import models

from accounts.querysets import PublicQuerySet

from ..role_permissions import forget_permissions
from .roles import Role


class Service(models.Model):
    """A part of events that roles have permissions on. The rows come with the installation."""

    class Name(models.TextChoices):
        MICROLOCATION = "microlocation"
        SESSION = "session"
        SPEAKER = "speaker"
        TRACK = "track"
        SPONSOR = "sponsor"

    name = models.CharField(max_length=32, choices=Name.choices, default=Name.TRACK)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_permissions()


class EventRolePermission(models.Model):
    """What one role may do with one part of its events (`event-role-permissions` on the wire)."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="permissions")
    can_create = models.BooleanField(default=False)
    can_read = models.BooleanField(default=False)
    can_update = models.BooleanField(default=False)
    can_delete = models.BooleanField(default=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "service"],
                name="event_role_permission_once",
                violation_error_message="The role has permissions on this service already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} on {self.service}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_permissions()
