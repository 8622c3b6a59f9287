"""``POST /v1/events/<id|identifier>/virtual/check-in``: attendees who come to what is streamed."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.schema.plain import documents, members
from openevent.exceptions import MalformedInput

from ...checkins.virtual import find_virtual_spot, record_virtual_scans
from ...models import CheckIn
from .callers import spot_at
from .reading import Members, ids_of
from .scans import ANSWER, ID, as_wire, key_of

MOST = 500  # attendees of one request
WHERE = "/data/attributes"
GIVEN = members(
    {"attendees": [ID]},
    {"is-check-in": bool, "microlocation-id": ID},
)


class VirtualCheckInView(APIView):
    """Whom the people at the door let into the stream of the event, or of a room. Ticket holders do not check
    themselves in: what they may watch is asked when they join the stream."""

    permission_classes: list[Any] = []

    @documents(
        body=members({"data": members({"attributes": GIVEN})}),
        answer=members({"attendees": [members({"id": str, "scan": ANSWER})]}),
        errors=[400, 401, 403, 404, 409, 422],
    )
    def post(self, request: Request, key: str) -> Response:
        """The decision for each attendee, in the order in which they were named."""
        spot = spot_at(request, key)
        given = attributes_of(request.data)
        ids = ids_of(given, "attendees", "attendee_ids", "attendee_id", most=MOST)
        if not ids:
            raise given.refuse("attendees", "ids of attendees are needed.")
        is_in = given.members.get("is_check_in", True)
        if not isinstance(is_in, bool):
            raise given.refuse("is_check_in", "true or false.")
        place = find_virtual_spot(spot, room_id=given.key("microlocation_id"), pointer=f"{WHERE}/microlocation-id")
        kind = CheckIn.Kind.IN if is_in else CheckIn.Kind.OUT
        decisions = record_virtual_scans(spot=place, attendee_ids=ids, kind=kind, by=request.user, key=key_of(request))
        return Response({"attendees": [{"id": str(pk), "scan": as_wire(made)} for pk, made in decisions]})


def attributes_of(body: Any) -> Members:
    """The attributes in the body's resource object."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("attributes"), dict):
        raise MalformedInput("The document has no data with attributes.", pointer=WHERE)
    return Members(data["attributes"], WHERE)
