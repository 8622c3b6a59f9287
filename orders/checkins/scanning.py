"""``record_scan``: one scan at the door, decided now. A look-up, an insert, and the attendee's new state.

The attendee's row is locked from the look-up to the commit, so that of sixteen devices with the same code one lets
in; and the update that lets in has the condition that nobody is inside. Statements are compiled once (ADR 5).
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Func, TextField, Value
from django.utils import timezone

from openevent.exceptions import Conflict
from openevent.prepared import PreparedInsert, PreparedSelect, PreparedUpdate

from ..models import NO_DEVICE, Attendee, CheckIn, DoorDevice
from . import judging, log
from .judging import Objection
from .log import EVENT, Passage
from .places import Spot
from .standing import passages_of

Kind, Result, Reason = CheckIn.Kind, CheckIn.Result, CheckIn.Reason
_CODE = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-(\d{1,18})", re.ASCII)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Scan:
    """What a device says: a code or the id of an attendee, and when and how it was scanned."""

    scan_id: str
    code: str = ""
    attendee_id: int | None = None
    kind: str = ""  # empty: what the station is for
    device: str = NO_DEVICE
    at: datetime | None = None
    written: str = ""


@dataclass(frozen=True)
class Decision:
    """What the volunteer is told."""

    row: CheckIn
    attendee: Attendee | None
    is_new: bool  # whether the scan was made now; else it was sent again


def _attendee(pk: int) -> Any:
    rows = Attendee.with_trashed.filter(pk=pk).order_by().select_related("order", "ticket")
    own = ["event_id", "ticket_id", "firstname", "lastname", "deleted_at"]
    state = ["is_checked_in", "inside_since", "last_scan_at", "last_registered_at"]
    return rows.only(*own, *state, "order__status", "order__identifier", "ticket__name")


_LOCKED = PreparedSelect(lambda pk: _attendee(pk).select_for_update(of=("self",), no_key=True), int)
_KNOWN = PreparedSelect(
    lambda event_id, scan_id: CheckIn.objects.filter(event=event_id, scan_id=scan_id).select_related("station"),
    int,
    str,
)
_INSERT = PreparedInsert(CheckIn)


def _appended(column: str, entry: str) -> Any:
    """The list in ``column`` with ``entry`` at its end."""
    parts = [Value(","), F(column), Value(entry, output_field=TextField())]
    return Func(*parts, function="concat_ws", output_field=TextField())


def _enter(is_daily: bool) -> PreparedUpdate:
    """Let in, unless somebody is inside already; a new day at a daily station is no obstacle."""

    def build(pk: int, now: datetime, text: str, device: str) -> Any:
        rows = Attendee.with_trashed.filter(pk=pk)
        return (rows if is_daily else rows.filter(is_checked_in=False)), {
            "is_checked_in": True,
            "is_checked_out": False,
            "checkin_times": _appended("checkin_times", text),
            "device_name_checkin": _appended("device_name_checkin", device),
            "inside_since": now,
            "last_scan_at": now,
            "modified_at": now,
        }

    return PreparedUpdate(build, int, datetime, str, str)


def _leave(pk: int, now: datetime, text: str) -> Any:
    return Attendee.with_trashed.filter(pk=pk, is_checked_in=True), {
        "is_checked_in": False,
        "is_checked_out": True,
        "checkout_times": _appended("checkout_times", text),
        "inside_since": None,
        "last_scan_at": now,
        "modified_at": now,
    }


def _register(pk: int, now: datetime, text: str) -> Any:
    times = _appended("register_times", text)
    changes = {"is_registered": True, "register_times": times, "last_registered_at": now, "modified_at": now}
    return Attendee.with_trashed.filter(pk=pk), changes


_ENTER, _ENTER_DAILY = _enter(False), _enter(True)
_LEAVE = PreparedUpdate(_leave, int, datetime, str)
_REGISTER = PreparedUpdate(_register, int, datetime, str)


def record_scan(
    *, spot: Spot, scan: Scan, by: Any = None, door_device: DoorDevice | None = None, now: datetime | None = None
) -> Decision:
    """Accept or refuse, and write it into the log either way. A scan id that is known gives the decision that was made
    then; Conflict when it belonged to another scan. Whether ``by`` or the device may scan here was asked before."""
    now = now or timezone.now()
    try:
        return _record(spot, scan, by, door_device, now)
    except IntegrityError:
        known = _KNOWN.first(spot.event_id, scan.scan_id)
        if known is None:
            raise
        return _again(known, scan)


def _again(known: CheckIn, scan: Scan) -> Decision:
    attendee_id = scan.attendee_id or attendee_id_of(scan.code)
    is_same = known.attendee_id == attendee_id if known.attendee_id else known.code == _named(scan)
    if not is_same or (scan.kind and scan.kind != known.kind):
        raise Conflict("This scan id was used for another scan.", "scan_id_reused", "/scan-id")
    attendee = _attendee(known.attendee_id).first() if known.attendee_id else None
    return Decision(known, attendee, is_new=False)


@transaction.atomic
def _record(spot: Spot, scan: Scan, by: Any, door_device: DoorDevice | None, now: datetime) -> Decision:
    kind = scan.kind or spot.usual_kind
    attendee, objection = _identify(spot, scan)
    place = log.place_of(spot.session_id, spot.station_room_id)
    passages: list[Passage] | None = None
    if attendee is not None and place != EVENT and kind != Kind.REGISTER:
        passages = passages_of(attendee.pk)  # what is known of rooms and sessions stands in the log alone
    row = _row(spot, scan, kind, attendee, now)
    row.by, row.door_device, row.happened_at = by, door_device, _after(attendee, kind, passages, now)
    if attendee is not None and objection is None:
        objection = judging.objection_to_ticket(attendee, spot) or _objection(row, attendee, spot, place, passages)
    if objection is not None:
        row.result, row.reason, row.message = Result.REFUSED, objection.reason, objection.message[:255]
    else:
        row.message = greeting(kind, attendee)
    _INSERT.create(row)
    if objection is None and (place == EVENT or kind == Kind.REGISTER):
        _advance(row)
    return Decision(row, attendee, is_new=True)


def _row(spot: Spot, scan: Scan, kind: str, attendee: Attendee | None, now: datetime) -> CheckIn:
    return CheckIn(
        event_id=spot.event_id,
        attendee_id=attendee.pk if attendee else None,
        scan_id=scan.scan_id or uuid.uuid4().hex,
        kind=kind,
        code="" if attendee else _named(scan),
        at=scan.at or now,
        written=scan.written,
        recorded_at=now,
        device=scan.device,
        station_id=spot.station_id,
        microlocation_id=spot.station_room_id,
        session_id=spot.session_id,
        is_daily=spot.is_daily,
    )


def _after(attendee: Attendee | None, kind: str, passages: list[Passage] | None, now: datetime) -> datetime:
    """Now, or just after what is known already, should a device's clock be ahead: what is decided now comes last."""
    if attendee is None:
        return now
    if passages is not None:
        newest = max((p.happened_at for p in passages), default=None)
    else:
        newest = attendee.last_registered_at if kind == Kind.REGISTER else attendee.last_scan_at
    return now if newest is None or newest < now else newest + TICK


def _identify(spot: Spot, scan: Scan) -> tuple[Attendee | None, Objection | None]:
    """The attendee, locked; or why there is none here. A code's order must be the attendee's."""
    unknown = None, Objection(Reason.UNKNOWN_CODE, judging.LABELS[Reason.UNKNOWN_CODE])
    pk = scan.attendee_id or attendee_id_of(scan.code)
    attendee = _LOCKED.first(pk) if pk else None
    if attendee is None:
        return unknown
    if scan.attendee_id is None and (attendee.order is None or attendee.ticket_code != scan.code.strip().lower()):
        return unknown
    if attendee.event_id != spot.event_id:
        return None, Objection(Reason.OTHER_EVENT, judging.LABELS[Reason.OTHER_EVENT])
    return attendee, None


def attendee_id_of(code: str) -> int | None:
    """The attendee that a ticket code names; None where it is none."""
    match = _CODE.fullmatch(code.strip().lower())
    return int(match[2]) if match else None


def greeting(kind: str, attendee: Attendee | None) -> str:
    """What is said to who may pass."""
    name = (attendee.full_name if attendee else "") or "guest"
    words = {Kind.IN: "Welcome", Kind.OUT: "Goodbye", Kind.REGISTER: "Registered:"}
    return f"{words[Kind(kind)]}{'' if kind == Kind.REGISTER else ','} {name}."[:255]


def _objection(
    row: CheckIn, attendee: Attendee, spot: Spot, place: log.Place, passages: list[Passage] | None
) -> Objection | None:
    """What the log has against it."""
    if row.kind == Kind.REGISTER:
        last = attendee.last_registered_at
        if last is None or log.day_of(last, spot.zone) != log.day_of(row.happened_at, spot.zone):
            return None
        return judging.objection_to_registration(passages_of(attendee.pk), spot.zone, row.happened_at)
    if passages is None:
        since = attendee.inside_since if attendee.is_checked_in else None
    else:
        inside = _inside(passages, place, spot)
        since = inside.happened_at if inside else None
    if row.kind == Kind.OUT:
        is_outside = since is None
        return Objection(Reason.NOT_INSIDE, judging.LABELS[Reason.NOT_INSIDE]) if is_outside else None
    if since is None or log.is_new_day(row, since, spot.zone):
        return None
    inside = _inside(passages_of(attendee.pk) if passages is None else passages, place, spot)
    return judging.objection_to_entry(inside, _who(inside, row.event_id), spot.zone, row.happened_at)


def _inside(passages: list[Passage], place: log.Place, spot: Spot) -> Passage | None:
    return log.whereabouts([p for p in passages if p.place == place], spot.zone).inside


def _who(inside: Passage | None, event_id: int) -> str:
    """Who checked somebody in by hand."""
    if inside is None or inside.gate:
        return ""
    row = CheckIn.objects.filter(event=event_id, scan_id=inside.scan_id).select_related("by").first()
    return row.by.full_name if row and row.by else ""


def _advance(row: CheckIn) -> None:
    """The attendee's state after an accepted scan, which is the newest there is."""
    text = row.written or log.as_logged(row.at)
    pk, moment = row.attendee_id, row.happened_at
    if row.kind == Kind.REGISTER:
        done = _REGISTER.run(pk, moment, text)
    elif row.kind == Kind.OUT:
        done = _LEAVE.run(pk, moment, text)
    else:
        done = (_ENTER_DAILY if row.is_daily else _ENTER).run(pk, moment, text, row.device)
    if not done:
        raise Conflict("Somebody else was quicker: scan again.", "changed_meanwhile")


def _named(scan: Scan) -> str:
    return (scan.code or str(scan.attendee_id or ""))[:128]
