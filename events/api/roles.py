"""Roles, who has them in which event, and invitations to take one."""

from typing import Any

from django.db.models import Q
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from openevent import api
from openevent.api.inputs import ResourceInput
from openevent.api.permissions import demand, demand_login
from openevent.api.schema.plain import documents, members
from openevent.api.serializers import ResourceSerializer
from openevent.api.throttling import ScopedThrottle
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import InvalidInput, NotAllowed, NotFound

from .. import services
from ..models import Event, EventMember, Role, RoleInvite
from ..rules import is_owner


class RoleSerializer(ResourceSerializer):
    class Meta:
        model = Role
        type = "role"
        fields = ["name", "title_name"]


@api.resource
class RoleViewSet(ResourceViewSet):
    serializer_class = RoleSerializer


class EventMemberSerializer(ResourceSerializer):
    class Meta:
        model = EventMember
        type = "users-events-roles"
        fields: list[str] = []
        relations = ["event", "user", "role"]
        read_only_relations = ["user"]


@api.resource
class EventMemberViewSet(ResourceViewSet):
    serializer_class = EventMemberSerializer
    path = "users-events-roles"
    actions = ("retrieve", "update", "destroy")
    list_needs = {Event: "events.view_team"}
    needs_login = True

    def perform_update(self, row: EventMember, attrs: dict[str, Any]) -> EventMember:
        """Give another role; that of an owner is given and taken by owners only."""
        role = attrs.get("role", row.role)
        if role != row.role and "owner" in (role.name, row.role.name):
            self._demand_owner(row)
        updated: EventMember = super().perform_update(row, attrs)
        return updated

    def perform_destroy(self, row: EventMember) -> None:
        """Take the role away."""
        if row.role.name == "owner":
            self._demand_owner(row)
        services.remove_member(row)

    def _demand_owner(self, row: EventMember) -> None:
        if not is_owner(self.request.user, row):
            raise NotAllowed("Only an owner of the event may do this.")


class RoleInviteSerializer(ResourceSerializer):
    class Meta:
        model = RoleInvite
        type = "role-invite"
        fields = ["email", "hash", "role_name", "status", "created_at"]
        read_only_fields = ["hash", "status"]
        relations = ["event", "role"]
        extra_kwargs = {"role_name": {"required": False}}
        restricted = {"hash": "events.see_invite_token"}


@api.resource
class RoleInviteViewSet(ResourceViewSet):
    """Invitations. The mailed token is what accepts them; nobody but the site's super admin reads it here."""

    serializer_class = RoleInviteSerializer
    actions = ("create", "retrieve", "destroy")
    list_needs = {Event: "events.view_team"}
    needs_login = True

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Accepting and declining, by token."""
        return [
            path("accept-invite", AcceptInviteView.as_view(), name="role-invite-accept"),
            path("<int:pk>/resend-invite", ResendInviteView.as_view(), name="role-invite-resend"),
            path("<int:pk>/decline", DeclineInviteView.as_view(), name="role-invite-decline"),
        ]

    def relations(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """The kit's; an invitation that does not name its role by a word means that of the relationship."""
        found = super().relations(given, row, scope)
        if found.get("role") is None:
            raise InvalidInput("An invitation is to a role.", "required", "/data/relationships/role")
        if not given.attributes.get("role_name"):
            given.attributes["role_name"] = found["role"].name
        return found

    def perform_create(self, attrs: dict[str, Any]) -> RoleInvite:
        """Store the invitation and mail it."""
        return services.invite_to_role(**attrs, by=self.request.user)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(max_length=64)


def invite_token(request: Request) -> str:
    """The token in ``{"data": {"token"}}``."""
    data = request.data.get("data") if isinstance(request.data, dict) else None
    given = TokenSerializer(data=data if isinstance(data, dict) else {})
    given.is_valid(raise_exception=True)
    return str(given.validated_data["token"])


class AcceptInviteView(APIView):
    """``POST /v1/role-invites/accept-invite`` ``{"data": {"token"}}``: the token is the authorization."""

    permission_classes: list[Any] = []
    serializer_class = TokenSerializer
    throttle_classes = [ScopedThrottle]
    throttle_scope = "token"

    @documents(
        body=members({"data": members({"token": str})}),
        answer=members({"email": str, "event": int, "event_identifier": str, "name": str, "role": str}),
        errors=[401, 403, 404, 409, 422, 429],
    )
    def post(self, request: Request) -> Response:
        """The invitation, accepted."""
        invite = services.accept_role_invite(token=invite_token(request))
        user = User.objects.by_email(invite.email).get()
        return Response(
            {
                "email": invite.email,
                "event": invite.event_id,
                "event_identifier": invite.event.identifier,
                "name": user.full_name,
                "role": invite.role_name,
            }
        )


class InvitedAddressView(APIView):
    """``POST /v1/role_invites/user`` ``{"data": {"token"}}``: which address an invitation is for."""

    permission_classes: list[Any] = []
    throttle_classes = [ScopedThrottle]
    throttle_scope = "token"

    @documents(
        body=members({"data": members({"token": str})}),
        answer=members({"email": str, "exists": bool}),
        errors=[401, 404, 422, 429],
    )
    def post(self, request: Request) -> Response:
        """The address, and whether it has an account: who holds the token reads its mail."""
        invite = RoleInvite.objects.filter(hash=invite_token(request)).first()
        if invite is None:
            raise NotFound("There is no such invitation.")
        return Response({"email": invite.email, "exists": User.objects.by_email(invite.email).exists()})


class ResendInviteView(APIView):
    """``POST /v1/role-invites/<id>/resend-invite`` by who may invite."""

    permission_classes: list[Any] = []

    @documents(answer=members({"success": bool, "message": str}), errors=[401, 403, 404, 409])
    def post(self, request: Request, pk: int) -> Response:
        """Nothing but success."""
        demand_login(request)
        invite = RoleInvite.objects.visible_to(request.user).get(pk=pk)
        demand(request, "events.delete_roleinvite", invite)
        services.resend_role_invite(invite)
        return Response({"success": True, "message": "Resent role invite successfully"})


class DeclineInviteView(APIView):
    """``POST /v1/role-invites/<id>/decline`` by who was invited."""

    permission_classes: list[Any] = []

    @documents(answer=members({"message": str}), errors=[401, 403, 404, 409])
    def post(self, request: Request, pk: int) -> Response:
        """Nothing but success."""
        demand_login(request)
        invite = RoleInvite.objects.visible_to(request.user).get(pk=pk)
        demand(request, "events.decline_roleinvite", invite)
        services.decline_role_invite(invite=invite)
        return Response({"message": "Invitation declined"})


def _with_role(name: str) -> Q:
    return Q(event_roles__role__name=name)


api.nest(Event, EventMember, "roles", lookup="event", path="users-events-roles")
api.nest(Event, RoleInvite, "role_invites", lookup="event")
api.nest(Event, User, "owner", lookup="event_roles__event", many=False, where=_with_role("owner"))
for _plural, _role in [
    ("organizers", "organizer"),
    ("coorganizers", "coorganizer"),
    ("track_organizers", "track_organizer"),
    ("moderators", "moderator"),
    ("registrars", "registrar"),
]:
    api.nest(Event, User, _plural, lookup="event_roles__event", where=_with_role(_role))
api.nest(User, Event, "events", lookup="roles__user")
for _role in [
    "owner",
    "organizer",
    "coorganizer",
    "track_organizer",
    "registrar",
    "moderator",
    "marketer",
    "sales_admin",
]:
    api.nest(User, Event, f"{_role}_events", lookup="roles__user", where=Q(roles__role__name=_role))
