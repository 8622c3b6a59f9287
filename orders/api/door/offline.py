"""For devices that scan without us: what they need beforehand, and what they bring afterwards."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.schema.plain import documents, members
from openevent.exceptions import DomainError, InvalidInput, MalformedInput, Several

from ...checkins.log import Double, Passage, as_logged
from ...checkins.merging import MOST_SCANS, LateScan, MergeReport, merge_scans
from ...checkins.packing import door_pack, parse_cursor
from ...models import CheckIn, DoorDevice
from .callers import SCANNERS, device_in, person_of, spot_at
from .reading import Members, read_scan
from .scans import SCAN

NDJSON = "application/x-ndjson"
LARGEST_OFFSET = 10 * 365 * 24 * 3600 * 1000  # milliseconds: a clock that was never set
MOST_ERRORS = 20
REASONS = tuple(str(reason) for reason in CheckIn.Reason)
RESULTS = (CheckIn.Result.ACCEPTED, CheckIn.Result.REFUSED)
WAY = members({"scan-id": str, "at": str, "gate": str})
DOUBLE = members({"attendee": str, "place": str, "first": WAY, "second": WAY})


class DoorPackView(APIView):
    """``GET /v1/events/<id>/door-pack?after=<cursor>``: lines of JSON, see docs/door.md."""

    authentication_classes = SCANNERS
    permission_classes: list[Any] = []

    @extend_schema(
        parameters=[OpenApiParameter("after", str)],
        responses={(200, NDJSON): OpenApiResponse(OpenApiTypes.BINARY, "OK"), 401: 401, 403: 403, 404: 404, 422: 422},
    )
    def get(self, request: Request, key: str) -> StreamingHttpResponse:
        """The whole pack, or what changed since the one with that cursor."""
        spot = spot_at(request, key)
        after = parse_cursor(request.query_params.get("after", ""))
        answer = StreamingHttpResponse(door_pack(spot=spot, after=after), content_type=NDJSON)
        answer["Cache-Control"] = "no-store"
        return answer


class ScanBatchesView(APIView):
    """``POST /v1/events/<id>/scan-batches``: up to 5,000 scans that were decided without us."""

    authentication_classes = SCANNERS
    permission_classes: list[Any] = []

    @documents(
        body=members({"scans": [SCAN]}, {"device": str}),
        answer=members(
            {
                **dict.fromkeys(["received", "new", "known"], int),
                "unknown": [members({"scan-id": str, "reason": str, "message": str})],
                "double-admissions": [DOUBLE],
            }
        ),
        errors=[400, 401, 403, 404, 409, 422],
    )
    def post(self, request: Request, key: str) -> Response:
        """What was new, whom nobody knows, and who of these people came in twice."""
        spot = spot_at(request, key)
        device = device_in(request)
        scans = read_batch(request.data, device)
        return Response(as_wire(merge_scans(spot=spot, scans=scans, by=person_of(request), door_device=device)))


def read_batch(body: Any, device: DoorDevice | None) -> list[LateScan]:
    """The scans of a body; the first errors of them all at once."""
    given = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(given, list):
        raise MalformedInput("scans is a list of scans.", pointer="/scans")
    if not isinstance(body.get("device"), str | None):
        raise MalformedInput("device is a text.", pointer="/device")
    if len(given) > MOST_SCANS:
        raise InvalidInput(f"At most {MOST_SCANS} scans at once.", "too_many", "/scans")
    scans, errors = [], []
    for place, entry in enumerate(given):
        try:
            scans.append(_read(entry, body.get("device"), device, f"/scans/{place}"))
        except DomainError as error:
            errors.append(error)
            if len(errors) == MOST_ERRORS:
                break
    if errors:
        raise Several(errors)
    return scans


def _read(entry: Any, name: Any, device: DoorDevice | None, pointer: str) -> LateScan:
    given = Members(entry, pointer)
    if name is not None:
        given.members.setdefault("device", name)
    found = read_scan(given, device=device)
    scan = found.scan
    if not scan.scan_id:
        raise given.refuse("scan_id", "each scan of a batch needs its id.")
    if scan.at is None:
        raise given.refuse("at", "when was it scanned?")
    is_refused = given.choice("result", RESULTS) == CheckIn.Result.REFUSED
    offset = timedelta(milliseconds=given.whole("clock_offset", LARGEST_OFFSET))
    if not 1970 <= (scan.at.year - offset.days // 365) < 9000:
        raise given.refuse("clock_offset", "at and clock-offset together are no time that could be.")
    return LateScan(
        scan_id=scan.scan_id,
        at=scan.at,
        code=scan.code,
        attendee_id=scan.attendee_id,
        kind=scan.kind,
        written=scan.written,
        device=scan.device,
        station_id=found.station_id,
        session_id=found.session_id,
        clock_offset=offset,
        is_refused=is_refused,
        reason=given.choice("reason", REASONS) if is_refused else "",
        pointer=pointer,
    )


def as_wire(report: MergeReport) -> dict[str, Any]:
    """The report of a batch."""
    return {
        "received": report.received,
        "new": report.received - report.known,
        "known": report.known,
        "unknown": [{"scan-id": row.scan_id, "reason": row.reason, "message": row.message} for row in report.refused],
        "double-admissions": list(doubles_as_wire(report.doubles)),
    }


def doubles_as_wire(doubles: list[Double]) -> Iterator[dict[str, Any]]:
    """Who came in twice, and both gates."""
    for first, second in doubles:
        place, key = second.place
        yield {
            "attendee": str(second.attendee_id),
            "place": place if place == "event" else f"{place} {key}",
            "first": _way(first),
            "second": _way(second),
        }


def _way(passage: Passage) -> dict[str, Any]:
    gate = passage.gate or "by hand"
    return {"scan-id": passage.scan_id, "at": as_logged(passage.happened_at), "gate": gate}
