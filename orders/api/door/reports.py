"""What the people at the door and the team ask about an event: occupancy, devices, and what went wrong."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.api.finding import visible_event
from events.models import Event
from openevent.api.idempotency import idempotent
from openevent.api.permissions import demand, demand_login
from openevent.api.schema.plain import documents, members, or_null
from openevent.exceptions import InvalidInput, NotFound

from ...checkins.counting import occupancy_of, statistics_of
from ...checkins.devices import issue_device, revoke_device
from ...checkins.log import as_logged
from ...checkins.reporting import admitted_without_ticket, devices_of, double_admissions
from ...models import DoorDevice, Station
from .offline import DOUBLE, doubles_as_wire
from .reading import LARGEST_ID
from .searching import event_at_door

COUNTS = dict.fromkeys(["expected", "arrived", "registered", "inside"], int)
DEVICE = members(
    {"name": str, "scans": int, "refused": int, "last-scan-at": or_null(str)},
    {"id": or_null(str), "station": or_null(int), "is-revoked": bool},
)


class OccupancyView(APIView):
    """``GET /v1/events/<id>/occupancy``: who is inside the event, its rooms and its sessions."""

    permission_classes: list[Any] = []

    @documents(
        answer=members({**COUNTS, "rooms": [members({"inside": int})], "sessions": [members({"inside": int})]}),
        errors=[401, 403, 404],
    )
    def get(self, request: Request, key: str) -> Response:
        """Counted from the log."""
        return Response(occupancy_of(event_at_door(request, key)))


class DoorReportView(APIView):
    """``GET /v1/events/<id>/door-report``: who came in twice, and who without a valid ticket."""

    permission_classes: list[Any] = []

    @documents(
        answer=members(
            {
                "double-admissions": [DOUBLE],
                "without-ticket": [members({"attendee": str, "at": str, "gate": str, "reason": str})],
            }
        ),
        errors=[401, 403, 404],
    )
    def get(self, request: Request, key: str) -> Response:
        """Both follow from the log alone, whenever and in which order its rows came."""
        event = event_at_door(request, key)
        without = [
            {
                "attendee": str(row.attendee_id),
                "at": as_logged(row.happened_at),
                "gate": row.gate or "by hand",
                "reason": reason,
            }
            for row, reason in admitted_without_ticket(event)
        ]
        return Response(
            {"double-admissions": list(doubles_as_wire(double_admissions(event))), "without-ticket": without}
        )


class DeviceInput(serializers.Serializer):
    """A name for people, and the station where the device stands, if any."""

    name = serializers.CharField(max_length=100)
    station = serializers.PrimaryKeyRelatedField(queryset=Station.objects.none(), required=False, allow_null=True)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = Station.objects.filter(event=event)


class DevicesView(APIView):
    """``/v1/events/<id>/door-devices``: GET who scanned, and when last; POST a token for another device."""

    permission_classes: list[Any] = []

    @documents(answer=members({"devices": [DEVICE]}), errors=[401, 403, 404])
    def get(self, request: Request, key: str) -> Response:
        """Devices that have a token, and the names that others gave."""
        return Response({"devices": [_device(entry) for entry in devices_of(_event_of_team(request, key))]})

    @documents(
        body=members({"name": str}, {"station": int}),
        success=201,
        answer=members({"id": str, "name": str, "token": str}),
        errors=[400, 401, 403, 404, 409, 422],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """The token, this once."""
        event = _event_of_team(request, key)
        given = DeviceInput(data=request.data, event=event)
        given.is_valid(raise_exception=True)
        device, token = issue_device(event=event, by=request.user, **given.validated_data)
        return Response({"id": str(device.pk), "name": device.name, "token": token}, status=201)


class DeviceView(APIView):
    """``DELETE /v1/events/<id>/door-devices/<id>``: its token opens nothing any more."""

    permission_classes: list[Any] = []

    @documents(answer=members({"revoked": bool}), errors=[401, 403, 404])
    def delete(self, request: Request, key: str, pk: int) -> Response:
        """What it scanned stays."""
        event = _event_of_team(request, key)
        device = DoorDevice.objects.filter(event=event, pk=pk).first()
        if device is None:
            raise NotFound("Object not found.")
        revoke_device(device=device)
        return Response({"revoked": True})


def _event_of_team(request: Request, key: str) -> Event:
    demand_login(request)
    event = visible_event(request, key)
    demand(request, "orders.manage_devices", event)
    return event


def _device(entry: dict[str, Any]) -> dict[str, Any]:
    device = entry["door_device"]
    return {
        "id": str(device.pk) if device else None,
        "name": entry["device"],
        "station": device.station_id if device else None,
        "is-revoked": bool(device and device.revoked_at),
        "scans": entry["scans"],
        "refused": entry["refused"],
        "last-scan-at": as_logged(entry["last_scan_at"]) if entry["last_scan_at"] else None,
    }


class StatisticsView(APIView):
    """``GET /v1/user-check-in/stats/event/<id>?session_ids=1,2&track_ids=3``: today's numbers."""

    permission_classes: list[Any] = []

    @documents(
        parameters=dict.fromkeys(["session_ids", "track_ids"], str),
        answer=members(
            {
                **dict.fromkeys(["total_attendee", "total_registered", "total_not_checked_in"], int),
                **{f"total_{what}_checked_{way}": int for what in ("session", "track") for way in ("in", "out")},
                "session_stats": [members({})],
                "track_stats": [members({})],
            }
        ),
        errors=[401, 403, 404, 422],
    )
    def get(self, request: Request, key: str) -> Response:
        """In the event's own days."""
        event = event_at_door(request, key)
        wanted = {name: ids_in(request, name) for name in ("session_ids", "track_ids")}
        return Response(statistics_of(event, **wanted))


def ids_in(request: Request, name: str) -> list[int]:
    """Ids in a query parameter, separated by commas; 422 for anything else."""
    parts = [part.strip() for part in request.query_params.get(name, "").split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() and int(part) <= LARGEST_ID for part in parts):
        raise InvalidInput(f"{name} are ids, separated by commas.", "invalid", f"/{name}")
    return [int(part) for part in parts]
