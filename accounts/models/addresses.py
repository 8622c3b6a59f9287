"""Further addresses of people."""

from typing import Any

from django.db import models
from django.db.models.functions import Lower

from openevent.models import SoftDeletable

from ..querysets import OwnSoftQuerySet
from .users import User


class UserEmail(SoftDeletable):
    """An address that somebody has besides the one of the account (`user-email` on the wire)."""

    class Type(models.TextChoices):
        HOME = "home"
        WORK = "work"
        BUSINESS = "business"
        OFFICE = "office"
        OTHER = "other"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="alternate_emails")
    email_address = models.EmailField(max_length=254)
    type = models.CharField(max_length=16, choices=Type.choices, default=Type.OTHER)

    objects = OwnSoftQuerySet.as_living_manager()
    with_trashed: Any = OwnSoftQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email_address"),
                "user",
                name="user_email_once",
                condition=models.Q(deleted_at__isnull=True),
                violation_error_message="This address is among the user's already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return self.email_address
