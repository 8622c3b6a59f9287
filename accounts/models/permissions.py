"""What an administrator allows groups of people on the site."""

from typing import Any

from django.db import models

from openevent.fields import text
from openevent.models import SoftDeletable

from ..querysets import AdminOnlyQuerySet, PublicQuerySet, PublicSoftQuerySet


class UserPermissionQuerySet(PublicSoftQuerySet):
    def allow_unverified(self, name: str) -> bool:
        """Whether people may do ``name`` before they have proved their address."""
        return self.living().filter(name=name, unverified_user=True).exists()


class UserPermission(SoftDeletable):
    """What people may do before they have proved their address, or without an account."""

    name = models.CharField(max_length=255)
    description = text()
    unverified_user = models.BooleanField(null=True, blank=True, default=False)
    anonymous_user = models.BooleanField(null=True, blank=True, default=False)

    objects = UserPermissionQuerySet.as_living_manager()
    with_trashed = UserPermissionQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="user_permission_name_unique",
                condition=models.Q(deleted_at__isnull=True),
                violation_error_message="There is a permission of this name already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CustomSystemRole(models.Model):
    """A role on the site that an administrator has thought of, such as sales."""

    name = models.CharField(max_length=255)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="custom_system_role_name_unique",
                violation_error_message="There is a role of this name already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PanelPermission(models.Model):
    """Which panel of the back office is open to which of those roles."""

    panel_name = models.CharField(max_length=255)
    can_access = models.BooleanField(default=True)
    custom_system_roles: Any = models.ManyToManyField(CustomSystemRole, blank=True, related_name="panel_permissions")

    objects = AdminOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.panel_name
