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


# the flag of an account that gives it the custom system role of this name
ROLE_OF_FLAG = {"is_sales_admin": "Sales Admin", "is_marketer": "Marketer"}


class PanelPermissionQuerySet(AdminOnlyQuerySet):
    def open_to(self, user: Any, panel: str) -> bool:
        """Whether one of the custom system roles that ``user`` has opens ``panel``."""
        names = [name for flag, name in ROLE_OF_FLAG.items() if getattr(user, flag, False)]
        roles = CustomSystemRole.objects.filter(name__in=names)
        return bool(names) and self.filter(panel_name=panel, can_access=True, custom_system_roles__in=roles).exists()


class PanelPermission(models.Model):
    """Which panel of administration is open to which of those roles. The server knows one, ``sales``: who has it reads
    the sales of the site (``/v1/admin/sales/…``)."""

    panel_name = models.CharField(max_length=255)
    can_access = models.BooleanField(default=True)
    custom_system_roles: Any = models.ManyToManyField(CustomSystemRole, blank=True, related_name="panel_permissions")

    objects = PanelPermissionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.panel_name
