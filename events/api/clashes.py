"""What cannot be at once in a programme, for those who make it."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.permissions import demand
from openevent.api.schema.plain import documents, members, or_null
from openevent.api.wire import JSONAPIRenderer, PlainRenderer

from ..services.clashes import Clash, clashes_of_event
from .finding import visible_event

CLASH = members({"sessions": [str], "microlocation": or_null(str), "speakers": [str], "detail": str})


def describe(clash: Clash) -> dict[str, Any]:
    """The ids of the two sessions, of the room (or null) and of the speakers they both need; and a sentence."""
    return {
        "sessions": [str(clash.one.pk), str(clash.other.pk)],
        "microlocation": None if clash.room is None else str(clash.room.pk),
        "speakers": [str(speaker.pk) for speaker in clash.speakers],
        "detail": f"{clash.one.title} and {clash.other.title} need {clash.needed} at the same time.",
    }


class ClashesView(APIView):
    """``GET /v1/events/<id|identifier>/sessions/clashes`` by who makes the programme."""

    permission_classes: list[Any] = []
    renderer_classes = [PlainRenderer, JSONAPIRenderer]

    @documents(answer=[CLASH], errors=[401, 403, 404])
    def get(self, request: Request, pk: str) -> Response:
        """Each two sessions of the programme that need a room or a speaker at the same time."""
        event = visible_event(request, pk)
        demand(request, "events.organize_session", event)
        return Response([describe(clash) for clash in clashes_of_event(event)])
