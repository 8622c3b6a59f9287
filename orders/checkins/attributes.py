"""Scans as attributes of an attendee: what a POST or PATCH says about the door becomes rows of the log.

Clients send lists of times and devices, separated by commas. The attendee's row is locked meanwhile, so that two
devices never lose each other's scans. A time that is known already changes nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.rules import is_door_staff
from openevent.exceptions import Conflict, InvalidInput, NotAllowed

from ..models import NO_DEVICE, Attendee, CheckIn, Order
from . import log
from .standing import settle_one

DEVICE_POINTER = "/data/attributes/device_name_checkin"
TIMES_POINTER = "/data/attributes/checkin_times"
DEVICE_LENGTH = CheckIn._meta.get_field("device").max_length
# what a client may say about scans; the rest of an attendee is none of this module's business
SCAN_FIELDS = frozenset(
    {
        "checkin_times",
        "device_name_checkin",
        "is_checked_in",
        "is_checked_out",
        "register_times",
        "is_registered",
    }
)
MISSING_ON_CREATE = "Check in Times missing for the corresponding device name"
MISSING_ON_UPDATE = "Check in Time missing for the corresponding device name"
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?\s?(Z|z|[+-]\d\d:?\d\d)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 9998


@dataclass(frozen=True)
class Scan:
    """A row of the log to be: ``text`` is the time as the client wrote it."""

    kind: str
    text: str
    at: datetime
    device: str = NO_DEVICE


@dataclass
class Plan:
    """What a request does to the log."""

    scans: list[Scan] = field(default_factory=list)

    def add(self, kind: str, times: Sequence[str], devices: Sequence[str] = ()) -> None:
        """One scan for each time."""
        names = devices or [NO_DEVICE] * len(times)
        for text, device in zip(times, names, strict=True):
            self.scans.append(Scan(kind, text, parse_time(text), device))


def check_in_new_attendee(*, attendee: Attendee, attributes: Mapping[str, Any], by: Any) -> None:
    """The scans that come with a new attendee (POST). 422 for devices without check-in or times,
    403 unless ``by`` works at the door."""
    times = _split(attributes.get("checkin_times"))
    devices = _split(attributes.get("device_name_checkin"))
    is_in = bool(attributes.get("is_checked_in"))
    if not (times or devices or is_in):
        return
    _demand_door_staff(by, attendee)
    if devices and not is_in:
        raise InvalidInput("Attendee needs to be checked in first", "not_checked_in", DEVICE_POINTER)
    if devices and not times:
        raise InvalidInput("Check in Times missing", "no_times", DEVICE_POINTER)
    if is_in and not times:
        raise InvalidInput("Check in Times missing", "no_times", TIMES_POINTER)
    if devices and len(devices) != len(times):
        raise InvalidInput(MISSING_ON_CREATE, "no_time_for_device", DEVICE_POINTER)
    plan = Plan()
    fresh = _unknown(times, ())
    plan.add(CheckIn.Kind.IN, [text for text, _ in fresh], [devices[i] for _, i in fresh] if devices else ())
    _write(attendee, plan, by, timezone.now())


@transaction.atomic
def record_scans(
    *, attendee: Attendee, attributes: Mapping[str, Any], by: Any, now: datetime | None = None
) -> Attendee:
    """Apply what a PATCH says about scans, in one of the ways clients say it: the newest time alone, or
    the whole list with the newest at its end. What is there already changes nothing, so that a request
    may be repeated. Returns the attendee as it is afterwards. 403 unless ``by`` works at the door,
    422 for what does not fit together, 409 when the order is cancelled or expired."""
    rows = Attendee.objects.select_for_update(of=("self",), no_key=True).select_related("order", "event")
    row = rows.get(pk=attendee.pk)
    now = now or timezone.now()
    plan = _plan(row, attributes, now, by)
    if plan.scans:
        _demand_door_staff(by, row)
        if row.order is not None and row.order.status in (Order.Status.CANCELLED, Order.Status.EXPIRED):
            raise Conflict(f"The order of this ticket is {row.order.status}.", "order_not_valid", "/data")
        _write(row, plan, by, now)
    return row


def parse_time(text: str, pointer: str = TIMES_POINTER) -> datetime:
    """An ISO 8601 date and time (UTC where it has no offset), or 422."""
    match = _TIME.fullmatch(text)
    if match:
        day, minutes, seconds, fraction, offset = match.groups()
        zone = "+00:00" if offset in (None, "Z", "z") else offset
        try:
            at = datetime.fromisoformat(
                f"{day}T{minutes}{seconds or ':00'}.{(fraction or '0')[:6].ljust(6, '0')}{zone}"
            )
        except ValueError:
            at = None
        if at is not None and _FIRST_YEAR <= at.year <= _LAST_YEAR:
            return at.astimezone(UTC)
    raise InvalidInput(f"{text[:64]} is no ISO 8601 time.", "invalid_time", pointer)


def _plan(row: Attendee, attributes: Mapping[str, Any], now: datetime, by: Any) -> Plan:
    plan = Plan()
    given = _split(attributes.get("checkin_times"))
    wants_in = attributes.get("is_checked_in")
    if wants_in and not given and not row.is_checked_in:
        _demand_door_staff(by, row)
        raise InvalidInput("Check in time missing while trying to check in attendee", "no_times", TIMES_POINTER)
    fresh = _unknown(given, [*_split(row.checkin_times), *_split(row.checkout_times)])
    devices = _devices_of(row, attributes, given, fresh, by)
    # false with a new time: the organizer app checks out; the web app sends the flag back as it was
    kind = CheckIn.Kind.OUT if wants_in is False and row.is_checked_in else CheckIn.Kind.IN
    plan.add(kind, [text for text, _ in fresh], devices)
    if attributes.get("is_checked_out") and not row.is_checked_out and kind == CheckIn.Kind.IN:
        plan.add(CheckIn.Kind.OUT, [log.as_logged(now)])
    _plan_registration(plan, row, attributes, now)
    return plan


def _devices_of(
    row: Attendee, attributes: Mapping[str, Any], given: list[str], fresh: list[tuple[str, int]], by: Any
) -> list[str]:
    """The device of each new time. Clients send the list as it was, the newest device alone, one for
    each time they sent, or the whole list with the newest at its end."""
    devices, known = _split(attributes.get("device_name_checkin")), _split(row.device_name_checkin)
    if devices and len(devices) == len(given):
        return [devices[index] for _, index in fresh]
    if not devices or devices == known:
        return [NO_DEVICE] * len(fresh)
    if fresh and len(devices) == len(fresh):
        return devices
    if fresh and devices[: len(known)] == known and len(devices) == len(known) + len(fresh):
        return devices[len(known) :]
    _demand_door_staff(by, row)
    raise InvalidInput(MISSING_ON_UPDATE, "no_time_for_device", DEVICE_POINTER)


def _plan_registration(plan: Plan, row: Attendee, attributes: Mapping[str, Any], now: datetime) -> None:
    given = _split(attributes.get("register_times"))
    fresh = [text for text, _ in _unknown(given, _split(row.register_times))]
    if attributes.get("is_registered") and not row.is_registered and not fresh:
        fresh = [log.as_logged(now)]
    plan.add(CheckIn.Kind.REGISTER, fresh)


def _write(row: Attendee, plan: Plan, by: Any, now: datetime) -> None:
    """Each after the other, and after all that is known of the attendee."""
    step = timedelta(microseconds=1)
    first = max(now, row.last_scan_at + step) if row.last_scan_at else now
    CheckIn.objects.bulk_create(
        [
            CheckIn(
                event_id=row.event_id,
                attendee=row,
                scan_id=f"{row.pk}-{scan.kind}-{scan.at.timestamp():.6f}",
                kind=scan.kind,
                at=scan.at,
                written=scan.text,
                recorded_at=now,
                happened_at=first + place * step,
                device=scan.device[:DEVICE_LENGTH],
                is_daily=True,
                by=by,
            )
            for place, scan in enumerate(plan.scans)
        ]
    )
    settle_one(row)


def _unknown(given: Sequence[str], known: Sequence[str]) -> list[tuple[str, int]]:
    """The times that are new, each with its position; the same moment in another spelling is not."""
    seen = {parse_time(text) for text in known}
    fresh = []
    for index, text in enumerate(given):
        at = parse_time(text)
        if at not in seen:
            seen.add(at)
            fresh.append((text, index))
    return fresh


def _demand_door_staff(by: Any, attendee: Attendee) -> None:
    if by is not None and not is_door_staff(by, attendee):
        raise NotAllowed("Only the people at the door check attendees in.", "forbidden", TIMES_POINTER)


def _split(value: Any) -> list[str]:
    if not value:
        return []
    if not isinstance(value, str):
        value = str(value)
    return [part.strip() for part in value.split(",") if part.strip()]
