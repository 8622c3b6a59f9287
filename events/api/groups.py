"""Groups, who runs them and who follows them."""

from typing import Any

from django.db.models import Count
from django.urls import URLPattern, path
from rest_framework import serializers

from accounts.models import User
from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Event, Group, GroupFollower, GroupMember, OwnGroupFollower
from ..services import groups
from . import group_actions


class GroupSerializer(ResourceSerializer):
    follower_count = serializers.SerializerMethodField()

    class Meta:
        model = Group
        type = "group"
        fields = [
            "name",
            "about",
            "banner_url",
            "logo_url",
            "thumbnail_image_url",
            "social_links",
            "is_promoted",
            "follower_count",
            "created_at",
            "deleted_at",
        ]
        relations = ["user"]
        read_only_relations = ["user"]

    @staticmethod
    def prepare(rows: list[Group], user: Any, names: set[str]) -> None:
        """How many follow each of ``rows``, by one query."""
        found: dict[int, int] = {}
        if "follower_count" in names:
            followers = GroupFollower.objects.filter(group__in=[row.pk for row in rows], user__deleted_at=None)
            found = dict(followers.order_by().values("group_id").annotate(n=Count("pk")).values_list("group_id", "n"))
        for row in rows:
            row.followed_by = found.get(row.pk, 0)  # type: ignore[attr-defined]

    def get_follower_count(self, row: Any) -> int:
        return row.followed_by


@api.resource
class GroupViewSet(ResourceViewSet):
    """Groups. Whether one is promoted is the site's to say."""

    serializer_class = GroupSerializer

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Telling followers of an event, and writing to who runs the group."""
        return [
            path("<int:pk>/events/<str:event>/announce", group_actions.AnnounceView.as_view(), name="group-announce"),
            path("<int:pk>/contact-organizer", group_actions.ContactView.as_view(), name="group-contact"),
        ]

    @property
    def needs_login(self) -> bool:  # type: ignore[override]
        """Lists are public, a single group is for people with an account."""
        return bool(self.detail)

    def perform_create(self, attrs: dict[str, Any]) -> Group:
        """Whoever founds it owns it."""
        self._leave_to_site(attrs)
        return groups.create_group(by=self.request.user, attributes=attrs)

    def perform_update(self, row: Group, attrs: dict[str, Any]) -> Group:
        """Change the group."""
        self._leave_to_site(attrs)
        updated: Group = super().perform_update(row, attrs)
        return updated

    def _leave_to_site(self, attrs: dict[str, Any]) -> None:
        if not self.request.user.is_any_admin:
            attrs.pop("is_promoted", None)


class GroupMemberSerializer(ResourceSerializer):
    class Meta:
        model = GroupMember
        type = "users-groups-role"
        fields = ["email", "accepted", "token"]
        relations = ["group", "role", "user"]
        read_only_relations = ["user"]
        scope = "group"
        restricted = {"token": "events.see_invite_token"}


@api.resource
class GroupMemberViewSet(ResourceViewSet):
    """Who runs a group, and who is invited to. The mailed token accepts; it is not read here."""

    serializer_class = GroupMemberSerializer
    actions = ("create", "retrieve", "destroy")
    list_needs = {Group: "events.change_group"}
    needs_login = True

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Accepting by token."""
        return [path("accept-invite", group_actions.AcceptGroupInviteView.as_view(), name="group-invite-accept")]

    def perform_create(self, attrs: dict[str, Any]) -> GroupMember:
        """Store the invitation and mail it."""
        return groups.invite_to_group(
            group=attrs["group"], role=attrs["role"], email=attrs["email"], by=self.request.user
        )

    def perform_destroy(self, row: GroupMember) -> None:
        """Take the role, or the invitation, away."""
        groups.remove_group_member(row)


class GroupFollowerSerializer(ResourceSerializer):
    class Meta:
        model = GroupFollower
        type = "user-follow-group"
        fields = ["created_at"]
        relations = ["group", "user"]
        read_only_relations = ["user"]
        scope = "group"


@api.resource
class GroupFollowerViewSet(ResourceViewSet):
    serializer_class = GroupFollowerSerializer
    actions = ("create", "retrieve", "destroy")
    needs_login = True

    def perform_create(self, attrs: dict[str, Any]) -> GroupFollower:
        """The caller follows the group."""
        follower: GroupFollower = super().perform_create({**attrs, "user": self.request.user})
        return follower


@api.narrowed
class OwnGroupFollowerViewSet(GroupFollowerViewSet):
    model = OwnGroupFollower
    actions = ("retrieve",)


api.nest(Group, Event, "events", lookup="group", is_writable=True)
api.nest(Group, GroupMember, "roles", lookup="group", path="users-groups-roles")
api.nest(Group, GroupFollower, "followers", lookup="group")
api.nest(Group, OwnGroupFollower, "follower", lookup="group", many=False)
api.nest(User, Group, "groups", lookup="roles__user")
api.nest(User, GroupFollower, "followed_groups", lookup="user")
