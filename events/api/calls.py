"""Calls for speakers, and invitations to one."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent import api
from openevent.api.permissions import demand, demand_login
from openevent.api.schema.plain import documents, members
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Event, Session, SpeakerInvite, SpeakersCall
from ..services import speaking


class SpeakersCallSerializer(ResourceSerializer):
    """``hash`` ends the link of a private call: the team hands it out, nobody else reads it."""

    class Meta:
        model = SpeakersCall
        type = "speakers-call"
        fields = ["announcement", "starts_at", "soft_ends_at", "ends_at", "hash", "privacy", "deleted_at"]
        relations = ["event"]
        restricted = {"hash": "events.change_speakerscall"}


@api.resource
class SpeakersCallViewSet(ResourceViewSet):
    serializer_class = SpeakersCallSerializer
    actions = ("create", "retrieve", "update", "destroy")


class SpeakerInviteSerializer(ResourceSerializer):
    class Meta:
        model = SpeakerInvite
        type = "speaker-invite"
        fields = ["email", "status"]
        read_only_fields = ["status"]
        relations = ["event", "session"]
        read_only_relations = ["event"]
        scope = "session"


@api.resource
class SpeakerInviteViewSet(ResourceViewSet):
    """Invitations to speak, by who works on the programme and by who speaks in the session."""

    serializer_class = SpeakerInviteSerializer
    actions = ("create", "retrieve", "destroy")
    needs_login = True

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Accepting and rejecting, by who was invited."""
        return [
            path("<int:pk>/accept-invite", AnswerInviteView.as_view(is_yes=True), name="speaker-invite-accept"),
            path("<int:pk>/reject-invite", AnswerInviteView.as_view(is_yes=False), name="speaker-invite-reject"),
        ]

    def perform_create(self, attrs: dict[str, Any]) -> SpeakerInvite:
        """Store the invitation and mail it."""
        return speaking.invite_speaker(session=attrs["session"], email=attrs["email"], by=self.request.user)


class AnswerInviteView(APIView):
    """``/v1/speaker-invites/<id>/{accept,reject}-invite`` by who was invited; clients ask with GET."""

    permission_classes: list[Any] = []
    is_yes = False

    @documents(answer=members({"success": bool, "message": str}), errors=[401, 403, 404, 409])
    def get(self, request: Request, pk: int) -> Response:
        """Nothing but success."""
        return self.post(request, pk)

    @documents(answer=members({"success": bool, "message": str}), errors=[401, 403, 404, 409])
    def post(self, request: Request, pk: int) -> Response:
        """The same."""
        demand_login(request)
        invite = SpeakerInvite.objects.visible_to(request.user).get(pk=pk)
        demand(request, "events.answer_speakerinvite", invite)
        if self.is_yes:
            speaking.accept_speaker_invite(invite=invite, by=request.user)
        else:
            speaking.reject_speaker_invite(invite=invite)
        return Response({"success": True, "message": f"Invitation {invite.status}"})


api.nest(Event, SpeakersCall, "speakers_call", lookup="event", many=False)
api.nest(Event, SpeakerInvite, "speaker_invites", lookup="event")
api.nest(Session, SpeakerInvite, "speaker_invites", lookup="session")
