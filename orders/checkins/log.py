"""What follows from the log: who is inside, since when, and who came in twice. Pure: rows in, facts out.

The order in which rows arrived does not matter, nor how often they were sent: rows are put into the order in which
things happened, and those that happened in the same moment into that of their scan ids.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..models import NO_DEVICE, CheckIn

Kind = CheckIn.Kind
EVENT = ("event", 0)
MINUTE = timedelta(minutes=1)
Place = tuple[str, int]  # what one is inside of: the event, a room or a session, and its id


class Passage(NamedTuple):
    """A row of the log that stands, as far as anything follows from it."""

    attendee_id: int
    scan_id: str
    kind: str
    happened_at: datetime
    at: datetime
    written: str = ""
    device: str = NO_DEVICE
    station: str | None = None
    session_id: int | None = None
    microlocation_id: int | None = None
    is_daily: bool = False

    @property
    def place(self) -> Place:
        """What it leads into."""
        return place_of(self.session_id, self.microlocation_id)

    @property
    def gate(self) -> str:
        """Where it was, for people; nothing for what was done by hand."""
        return self.station or ("" if self.device == NO_DEVICE else self.device)

    @property
    def text(self) -> str:
        """The time as clients read it: as it was sent, or in UTC."""
        return self.written or as_logged(self.at)


# the columns of CheckIn in the order of Passage
COLUMNS = (
    "attendee_id",
    "scan_id",
    "kind",
    "happened_at",
    "at",
    "written",
    "device",
    "station__station_name",
    "session_id",
    "microlocation_id",
    "is_daily",
)


class Double(NamedTuple):
    """Somebody who was inside came in once more."""

    first: Passage
    second: Passage


@dataclass
class Whereabouts:
    """Of one attendee and one place."""

    inside: Passage | None = None  # how he came in, while he is inside
    last: Passage | None = None
    doubles: list[Double] = field(default_factory=list)


def place_of(session_id: int | None, microlocation_id: int | None) -> Place:
    """A session is narrower than its room, a room narrower than the event."""
    if session_id:
        return "session", session_id
    return ("room", microlocation_id) if microlocation_id else EVENT


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day at the venue."""
    return moment.astimezone(zone).date()


def whereabouts(passages: Iterable[Passage], zone: ZoneInfo) -> Whereabouts:
    """Walk through the ways in and out of one attendee at one place."""
    found = Whereabouts()
    for passage in sorted(passages, key=lambda p: (p.happened_at, p.scan_id)):
        if passage.kind == Kind.REGISTER:
            continue
        found.last = passage
        if passage.kind == Kind.OUT:
            found.inside = None
        elif found.inside is None or is_new_day(passage, found.inside.happened_at, zone):
            found.inside = passage
        else:
            found.doubles.append(Double(found.inside, passage))
    return found


def is_new_day(passage: Any, since: datetime, zone: ZoneInfo) -> bool:
    """Whether it lets in again, without a way out, somebody who came on an earlier day."""
    return bool(passage.is_daily) and day_of(passage.happened_at, zone) > day_of(since, zone)


def by_place(passages: Iterable[Passage]) -> Mapping[tuple[int, Place], list[Passage]]:
    """Ways in and out by attendee and place."""
    found: dict[tuple[int, Place], list[Passage]] = defaultdict(list)
    for passage in passages:
        found[passage.attendee_id, passage.place].append(passage)
    return found


def readable(passages: Iterable[Passage], zone: ZoneInfo) -> dict[str, Any]:
    """The columns of an attendee that say what the log does, from all of his rows."""
    ordered = sorted(passages, key=lambda p: (p.happened_at, p.scan_id))
    at_door = [p for p in ordered if p.place == EVENT]
    ins = [p for p in at_door if p.kind == Kind.IN]
    outs = [p for p in at_door if p.kind == Kind.OUT]
    registered = [p for p in ordered if p.kind == Kind.REGISTER]
    found = whereabouts(at_door, zone)
    return {
        "is_checked_in": found.inside is not None,
        "is_checked_out": found.inside is None and found.last is not None,
        "is_registered": bool(registered),
        "checkin_times": _joined(p.text for p in ins),
        "device_name_checkin": _joined(p.device for p in ins),
        "checkout_times": _joined(p.text for p in outs),
        "register_times": _joined(p.text for p in registered),
        "inside_since": found.inside.happened_at if found.inside else None,
        "last_scan_at": found.last.happened_at if found.last else None,
        "last_registered_at": registered[-1].happened_at if registered else None,
    }


def as_logged(at: datetime) -> str:
    """A time as the server writes it into the lists that clients read."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def clock(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A time as people at the door say it: in the event's zone, with the day when it was another one."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == day_of(now, zone) else f"{local:%-d %b %H:%M}"


def _joined(entries: Iterable[str]) -> str | None:
    return ",".join(entries) or None
