"""Groups that hold events, who runs them and who follows them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from openevent.fields import flag, link, rich_text
from openevent.models import ListedProxy, SoftDeletable

from ..querysets import PublicSoftQuerySet
from ..querysets.groups import FollowerQuerySet, GroupMemberQuerySet
from ..querysets.opinions import OwnQuerySet
from .content import validate_list
from .roles import Role, new_invite_token


class Group(SoftDeletable):
    """People who hold events together. ``user`` founded it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="founded_groups"
    )
    name = models.CharField(max_length=255)
    about = rich_text()
    banner_url = link()
    logo_url = link()
    thumbnail_image_url = link(editable=False)
    social_links = models.JSONField(default=list, blank=True, validators=[validate_list])
    is_promoted = flag()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PublicSoftQuerySet.as_living_manager()
    with_trashed = PublicSoftQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """One person in one role of one group (`users-groups-role` on the wire): an invitation until it is accepted."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="roles")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="group_members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="group_roles"
    )
    email = models.EmailField(max_length=254)
    accepted = flag(editable=False)
    token = models.CharField(max_length=64, unique=True, default=new_invite_token, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                "group",
                "role",
                name="group_member_once_per_role",
                violation_error_message="This address has the role, or an invitation to it, already.",
                violation_error_code="duplicate",
            ),
            models.CheckConstraint(
                condition=Q(accepted=False) | Q(user__isnull=False), name="accepted_group_member_is_a_user"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role_id}"


class GroupFollower(models.Model):
    """Somebody who wants to hear of a group (`user-follow-group` on the wire)."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_groups")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "group"],
                name="group_followed_once",
                violation_error_message="You follow this group already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.group_id}"


class OwnGroupFollower(GroupFollower):
    """The same rows, of which everybody sees only his own: a group's ``follower``."""

    objects = OwnQuerySet.as_manager()
    Meta = ListedProxy
