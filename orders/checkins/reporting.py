"""What the team wants to know about the door of an event: devices, double admissions, who came in without a ticket."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet

from events.models import Event

from ..models import CheckIn, DoorDevice, Order
from . import judging
from .log import Double
from .merging import doubles_in
from .standing import passages_of_many

MOST_REFUSALS = 50


def double_admissions(event: Event) -> list[Double]:
    """Everybody who came in though he was inside, with both ways, in the order in which it happened."""
    # what was taken back is left out below: to ask here would join the log with itself
    ins = CheckIn.objects.filter(event=event, kind=CheckIn.Kind.IN, result=CheckIn.Result.ACCEPTED).order_by()
    ids = ins.values_list("attendee").annotate(n=Count("pk")).filter(n__gte=2).values_list("attendee", flat=True)
    return doubles_in(passages_of_many(ids).values(), ZoneInfo(event.timezone))


def admitted_without_ticket(event: Event) -> list[tuple[CheckIn, str]]:
    """Ways in of people whose tickets open nothing (any more): devices could not know. Each with the reason."""
    rows = CheckIn.objects.standing().filter(event=event, kind=CheckIn.Kind.IN)
    rows = rows.exclude(attendee__order__status=Order.Status.COMPLETED, attendee__deleted_at=None)
    found = []
    for row in rows.select_related("attendee__order", "station").order_by("happened_at", "scan_id"):
        attendee = row.attendee
        status = attendee.order.status if attendee and attendee.order else None
        objection = judging.objection_to_order(status, attendee is None or attendee.deleted_at is not None)
        if objection is not None:
            found.append((row, objection.message))
    return found


def devices_of(event: Event) -> list[dict[str, Any]]:
    """Every device by the name it gave, with its scans and the last of them; those with a token that never scanned
    are there as well. The newest first."""
    seen = CheckIn.objects.filter(event=event).exclude(kind=CheckIn.Kind.VOID).order_by()
    counted = seen.values("device", "door_device").annotate(
        scans=Count("pk"), refused=Count("pk", filter=Q(result=CheckIn.Result.REFUSED)), last_scan_at=Max("recorded_at")
    )
    tokens = {device.pk: device for device in DoorDevice.objects.filter(event=event).select_related("station")}
    entries: list[Any] = list(counted)
    silent = set(tokens) - {entry["door_device"] for entry in entries}
    found = [{**entry, "door_device": tokens.get(entry["door_device"])} for entry in entries]
    found += [
        {"device": tokens[pk].name, "door_device": tokens[pk], "scans": 0, "refused": 0, "last_scan_at": None}
        for pk in silent
    ]
    return sorted(found, key=lambda entry: (entry["last_scan_at"] is None, -_stamp(entry["last_scan_at"])))


def gates_of(event: Event) -> list[dict[str, Any]]:
    """Each station with its scans."""
    rows = CheckIn.objects.filter(event=event).exclude(station=None).exclude(kind=CheckIn.Kind.VOID).order_by()
    counted = rows.values("station__station_name", "station__station_type").annotate(
        scans=Count("pk"), refused=Count("pk", filter=Q(result=CheckIn.Result.REFUSED)), last_scan_at=Max("recorded_at")
    )
    return sorted(
        (
            {
                "name": entry["station__station_name"],
                "type": entry["station__station_type"],
                "scans": entry["scans"],
                "refused": entry["refused"],
                "last_scan_at": entry["last_scan_at"],
            }
            for entry in counted
        ),
        key=lambda gate: str(gate["name"]),
    )


def refusals_of(event: Event, limit: int = MOST_REFUSALS) -> QuerySet[CheckIn]:
    """Who was turned away last, and why."""
    rows = CheckIn.objects.filter(event=event, result=CheckIn.Result.REFUSED).exclude(kind=CheckIn.Kind.VOID)
    return rows.select_related("attendee", "station").order_by("-recorded_at", "-pk")[:limit]


def reasons_of(event: Event) -> Sequence[tuple[str, int]]:
    """How often each reason was given, the most frequent first."""
    rows = CheckIn.objects.filter(event=event, result=CheckIn.Result.REFUSED).exclude(kind=CheckIn.Kind.VOID).order_by()
    return list(rows.values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason"))


def _stamp(moment: Any) -> float:
    return moment.timestamp() if moment else 0.0
