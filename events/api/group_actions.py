"""What people do with groups beyond reading and writing them."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from openevent.api.inputs import plain_body
from openevent.api.permissions import demand, demand_login
from openevent.api.schema.plain import documents, members
from openevent.api.throttling import ScopedThrottle

from ..models import Group, GroupMember
from ..services import groups
from .finding import visible_event


def data_of(request: Request) -> dict[str, Any]:
    """The members of ``data`` in a plain body, or of the body itself."""
    body = plain_body(request)
    data = body.get("data", body)
    return data if isinstance(data, dict) else {}


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(max_length=64)


class MessageSerializer(serializers.Serializer):
    email = serializers.CharField(max_length=5000)  # the message: clients call it by its medium


class AcceptGroupInviteView(APIView):
    """``POST /v1/users-groups-roles/accept-invite`` ``{"data": {"token"}}``: the token is the authorization."""

    permission_classes: list[Any] = []
    serializer_class = TokenSerializer
    throttle_classes = [ScopedThrottle]
    throttle_scope = "token"

    @documents(
        body=members({"data": members({"token": str})}),
        answer=members({"email": str, "group": int, "name": str, "role": str}),
        errors=[401, 403, 404, 422, 429],
    )
    def post(self, request: Request) -> Response:
        """The invitation, accepted."""
        given = TokenSerializer(data=data_of(request))
        given.is_valid(raise_exception=True)
        member = groups.accept_group_invite(token=given.validated_data["token"], by=request.user)
        user: User = member.user  # type: ignore[assignment]
        return Response(
            {
                "email": member.email,
                "group": member.group_id,
                "name": user.full_name,
                "role": member.role.name,
            }
        )


class ResendGroupInviteView(APIView):
    """``POST /v1/group-role-invites/<id>/resend-invite`` by who runs the group."""

    permission_classes: list[Any] = []

    @documents(answer=members({"success": bool, "message": str}), errors=[401, 403, 404, 409])
    def post(self, request: Request, pk: int) -> Response:
        """Nothing but success."""
        demand_login(request)
        member = GroupMember.objects.visible_to(request.user).get(pk=pk)
        demand(request, "events.change_group", member.group)
        groups.resend_group_invite(member=member, by=request.user)
        return Response({"success": True, "message": "Resent invite successfully"})


class AnnounceView(APIView):
    """``/v1/groups/<id>/events/<id|identifier>/announce`` by who runs the group; clients ask with GET."""

    permission_classes: list[Any] = []

    @documents(answer=members({"success": bool, "mails": int}), errors=[401, 403, 404, 409])
    def get(self, request: Request, pk: int, event: str) -> Response:
        """How many followers got a mail."""
        return self.post(request, pk, event)

    @documents(answer=members({"success": bool, "mails": int}), errors=[401, 403, 404, 409])
    def post(self, request: Request, pk: int, event: str) -> Response:
        """The same."""
        group = Group.objects.visible_to(request.user).get(pk=pk)
        demand(request, "events.change_group", group)
        count = groups.announce_event(group=group, event=visible_event(request, event))
        return Response({"success": True, "mails": count})


class ContactView(APIView):
    """``POST /v1/groups/<id>/contact-organizer`` ``{"email": "<message>"}`` by people with an account."""

    permission_classes: list[Any] = []
    serializer_class = MessageSerializer
    throttle_classes = [ScopedThrottle]
    throttle_scope = "contact"

    @documents(
        body=members({"email": str}),
        answer=members({"success": bool, "message": str}),
        errors=[401, 403, 404, 422, 429],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Nothing but success."""
        demand(request, "events.contact_group")
        group = Group.objects.visible_to(request.user).get(pk=pk)
        data = data_of(request)
        given = MessageSerializer(data={"email": data.get("email") or data.get("message")})
        given.is_valid(raise_exception=True)
        groups.contact_group(group=group, message=given.validated_data["email"], by=request.user)
        return Response({"success": True, "message": "Message sent"})


urlpatterns = [
    path("v1/group-role-invites/<int:pk>/resend-invite", ResendGroupInviteView.as_view(), name="group-invite-resend"),
]
