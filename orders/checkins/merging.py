"""``merge_scans``: scans that devices decided by themselves, whenever they arrive, in any order, once or ten times.

A row says what happened at the door, so nothing of it depends on what the server knew when it came: the device let
somebody in, or it did not. What follows is worked out again from all rows of the attendees concerned (log.py). That
somebody came in twice, or with a cancelled ticket, is no reason to deny that he is inside: it is reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from events.models import Session
from openevent.exceptions import InvalidInput

from ..models import NO_DEVICE, Attendee, CheckIn, DoorDevice, Station
from . import judging, log
from .log import Double
from .places import KIND_OF_STATION, Spot
from .scanning import attendee_id_of
from .standing import passages_of_many, settle

Kind, Result, Reason = CheckIn.Kind, CheckIn.Result, CheckIn.Reason
MOST_SCANS = 5_000
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class LateScan:
    """A scan that a device decided. ``clock_offset``: by how much its clock was known to be ahead of the server's."""

    scan_id: str
    at: datetime
    code: str = ""
    attendee_id: int | None = None
    kind: str = ""  # empty: what the station is for
    written: str = ""
    device: str = NO_DEVICE
    station_id: int | None = None
    session_id: int | None = None
    clock_offset: timedelta = timedelta(0)
    is_refused: bool = False
    reason: str = ""  # of a refusal
    pointer: str = ""


@dataclass
class MergeReport:
    """What a batch brought."""

    received: int = 0
    known: int = 0  # had come before
    refused: list[CheckIn] = field(default_factory=list)  # that the server knows nobody for
    doubles: list[Double] = field(default_factory=list)


@dataclass(frozen=True)
class _Places:
    """The stations and sessions that a batch names."""

    stations: dict[int, Station]
    sessions: dict[int, Session]

    @classmethod
    def of(cls, event_id: int, scans: Sequence[LateScan]) -> "_Places":
        stations = Station.objects.filter(event=event_id).in_bulk({s.station_id for s in scans if s.station_id})
        sessions = Session.objects.filter(event=event_id).in_bulk({s.session_id for s in scans if s.session_id})
        return cls(stations, sessions)

    def demand_fitting(self, scan: LateScan) -> None:
        """InvalidInput for places that are not the event's."""
        if scan.station_id and scan.station_id not in self.stations:
            raise InvalidInput("The event has no such station.", "unknown_station", f"{scan.pointer}/station")
        if scan.session_id and scan.session_id not in self.sessions:
            raise InvalidInput("The event has no such session.", "unknown_session", f"{scan.pointer}/session")


@transaction.atomic
def merge_scans(
    *,
    spot: Spot,
    scans: Sequence[LateScan],
    by: Any = None,
    door_device: DoorDevice | None = None,
    now: datetime | None = None,
) -> MergeReport:
    """Add the scans that are not in the log of the event, all or none, and bring the attendees up to date.

    InvalidInput for a batch that is too large or names places of another event. Attendees are locked in the order of
    their ids, so that batches and single scans wait for each other and never for ever.
    """
    if len(scans) > MOST_SCANS:
        raise InvalidInput(f"At most {MOST_SCANS} scans at once.", "too_many", "/scans")
    now, received = now or timezone.now(), len(scans)
    scans = list({scan.scan_id: scan for scan in reversed(scans)}.values())  # the first of each id
    places = _Places.of(spot.event_id, scans)
    for scan in scans:
        places.demand_fitting(scan)
    found = _lock_attendees(spot.event_id, scans)
    known = CheckIn.objects.filter(event=spot.event_id, scan_id__in=[scan.scan_id for scan in scans]).order_by()
    old = set(known.values_list("scan_id", flat=True))
    fresh = [scan for scan in scans if scan.scan_id not in old]
    foreign = _foreign([scan for scan in fresh if scan.scan_id not in found])
    rows = [_row(scan, found.get(scan.scan_id), scan.scan_id in foreign, places, now) for scan in fresh]
    for row in rows:
        row.event_id, row.by, row.door_device = spot.event_id, by, door_device
    CheckIn.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    concerned = set(found.values())
    passages = passages_of_many(concerned)
    settle({pk: passages.get(pk, []) for pk in concerned}, spot.zone)
    return MergeReport(
        received=received,
        known=received - len(rows),
        refused=[row for row in rows if row.attendee_id is None],
        doubles=doubles_in(passages.values(), spot.zone),
    )


def doubles_in(passages: Iterable[Sequence[log.Passage]], zone: ZoneInfo) -> list[Double]:
    """Who came in though he was inside, with both ways, in the order in which it happened."""
    found: list[Double] = []
    for of_attendee in passages:
        for ways in log.by_place(of_attendee).values():
            found += log.whereabouts(ways, zone).doubles
    return sorted(found, key=lambda d: (d.second.happened_at, d.second.scan_id))


def _lock_attendees(event_id: int, scans: Sequence[LateScan]) -> dict[str, int]:
    """By scan id, the attendees of the event that are meant; a code's order must be the attendee's."""
    meant = {scan.scan_id: scan.attendee_id or attendee_id_of(scan.code) for scan in scans}
    rows = Attendee.with_trashed.filter(event=event_id, pk__in={pk for pk in meant.values() if pk}).order_by("pk")
    locked = rows.select_for_update(of=("self",), no_key=True)
    orders = dict(locked.values_list("pk", "order__identifier"))
    found: dict[str, int] = {}
    for scan in scans:
        pk = meant[scan.scan_id]
        if pk in orders and (scan.attendee_id or scan.code.strip().lower() == f"{orders[pk]}-{pk}"):
            found[scan.scan_id] = pk
    return found


def _foreign(scans: Sequence[LateScan]) -> set[str]:
    """Ids of scans whose codes are tickets of another event."""
    meant = {scan.scan_id: attendee_id_of(scan.code) for scan in scans if scan.code}
    rows = Attendee.with_trashed.filter(pk__in={pk for pk in meant.values() if pk}).order_by()
    codes = {f"{order}-{pk}" for pk, order in rows.values_list("pk", "order__identifier")}
    return {scan.scan_id for scan in scans if scan.code.strip().lower() in codes}


def _row(scan: LateScan, attendee_id: int | None, is_foreign: bool, places: _Places, now: datetime) -> CheckIn:
    station = places.stations.get(scan.station_id or 0)
    kind = scan.kind or (KIND_OF_STATION[Station.Type(station.station_type)] if station else Kind.IN)
    reason = scan.reason or (Reason.BY_DEVICE if scan.is_refused else "")
    if attendee_id is None:
        reason = Reason.OTHER_EVENT if is_foreign else Reason.UNKNOWN_CODE
    return CheckIn(
        attendee_id=attendee_id,
        scan_id=scan.scan_id,
        kind=kind,
        result=Result.REFUSED if reason else Result.ACCEPTED,
        reason=reason,
        message=judging.LABELS[reason] if reason else "",
        code="" if attendee_id else (scan.code or str(scan.attendee_id))[:128],
        at=scan.at,
        written=scan.written,
        recorded_at=now,
        happened_at=scan.at - scan.clock_offset,
        device=scan.device,
        station_id=scan.station_id,
        microlocation_id=station.microlocation_id if station else None,
        session_id=scan.session_id,
        is_daily=bool(station and station.station_type == Station.Type.DAILY),
    )
