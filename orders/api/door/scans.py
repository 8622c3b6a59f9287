"""``POST /v1/events/<id>/scans``: may this person pass?"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.idempotency import HEADER
from openevent.api.schema.plain import documents, members, or_null
from openevent.exceptions import DomainError, InvalidInput

from ...checkins import Decision, demand_fitting, record_scan
from ...checkins.log import as_logged
from ...models import Attendee, CheckIn
from .callers import SCANNERS, device_in, person_of, spot_at
from .reading import ID_LENGTH, read_scan

ID = {"oneOf": [{"type": "integer"}, {"type": "string"}]}
SCAN = members(
    {},
    {
        **dict.fromkeys(["scan-id", "code", "kind", "device", "at"], str),
        **dict.fromkeys(["attendee", "station", "session"], ID),
    },
)
HOLDER = members({"id": str, "name": str, "ticket": str})
ANSWER = members(
    {
        "scan-id": str,
        "result": str,
        "reason": or_null(str),
        "message": str,
        "kind": str,
        "at": str,
        "recorded-at": str,
        "attendee": or_null(HOLDER),
    }
)


class ScanView(APIView):
    """One scan, decided now. Accepted and refused are answers alike (200); a scan that is sent again with its id, in
    the body or as ``Idempotency-Key``, gets the answer that it got first."""

    authentication_classes = SCANNERS
    permission_classes: list[Any] = []

    @documents(body=SCAN, answer=ANSWER, errors=[400, 401, 403, 404, 409, 422])
    def post(self, request: Request, key: str) -> Response:
        """The decision, and who it is about."""
        device = device_in(request)
        try:
            given = read_scan(request.data, key=key_of(request), device=device)
        except DomainError:
            spot_at(request, key)  # strangers are told that they are
            raise
        spot = spot_at(request, key, given.station_id, given.session_id)
        demand_fitting(spot, station_id=given.station_id, session_id=given.session_id, kind=given.scan.kind)
        decision = record_scan(spot=spot, scan=given.scan, by=person_of(request), door_device=device)
        return Response(as_wire(decision))


def key_of(request: Request) -> str:
    """The id of a scan that has none in its body."""
    key = request.headers.get(HEADER, "").strip()
    if len(key) > ID_LENGTH or not key.isprintable():
        raise InvalidInput(f"{HEADER} of a scan has at most {ID_LENGTH} printable characters.", "invalid_key")
    return key


def as_wire(decision: Decision) -> dict[str, Any]:
    """What the device shows."""
    row = decision.row
    return {
        "scan-id": row.scan_id,
        "result": row.result,
        "reason": row.reason or None,
        "message": row.message,
        "kind": row.kind,
        "at": as_logged(row.at),
        "recorded-at": as_logged(row.recorded_at),
        "attendee": holder(decision.attendee, row),
    }


def holder(attendee: Attendee | None, row: CheckIn) -> dict[str, Any] | None:
    """Name and ticket of who was scanned, where it is one of this event."""
    if attendee is None:
        return None
    return {"id": str(attendee.pk), "name": attendee.full_name, "ticket": attendee.ticket.name}
