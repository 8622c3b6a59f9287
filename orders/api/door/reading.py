"""Scans as devices send them: JSON objects with dashed or underscored names."""

from dataclasses import dataclass
from typing import Any

from openevent.exceptions import InvalidInput, MalformedInput

from ...checkins import Scan, parse_time
from ...models import NO_DEVICE, CheckIn, DoorDevice

KINDS = (CheckIn.Kind.IN, CheckIn.Kind.OUT, CheckIn.Kind.REGISTER)
ID_LENGTH = 64
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class GivenScan:
    """A scan, and the spot that it names."""

    scan: Scan
    station_id: int | None
    session_id: int | None


class Members:
    """The members of an object, each asked for by its kind; 422 with a pointer for what is not of it."""

    def __init__(self, body: Any, pointer: str = "") -> None:
        if not isinstance(body, dict):
            raise MalformedInput("A scan is a JSON object.", pointer=pointer)
        self.members = {str(name).replace("-", "_"): value for name, value in body.items()}
        self.pointer = pointer

    def refuse(self, name: str, message: str) -> InvalidInput:
        """The error to raise for a member."""
        return InvalidInput(f"{name.replace('_', '-')}: {message}", "invalid", f"{self.pointer}/{name}")

    def text(self, name: str, length: int) -> str:
        """A line of printable text, empty where it is absent or null."""
        value = self.members.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self.refuse(name, "a text is needed.")
        value = str(value).strip()
        if len(value) > length or not value.isprintable():
            raise self.refuse(name, f"at most {length} printable characters.")
        return value

    def key(self, name: str) -> int | None:
        """The id of a row, as a number or in digits; None where it is absent or null."""
        value = self.text(name, 20)
        if not value:
            return None
        if not (value.isascii() and value.isdecimal() and 0 < int(value) <= LARGEST_ID):
            raise self.refuse(name, "an id is needed.")
        return int(value)

    def whole(self, name: str, limit: int) -> int:
        """A whole number that is not larger than ``limit`` either way; 0 where it is absent or null."""
        value = self.members.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > limit:
            raise self.refuse(name, f"a whole number, at most {limit} either way, is needed.")
        return value

    def choice(self, name: str, among: tuple[str, ...]) -> str:
        """One of a few words, or nothing."""
        value = self.text(name, 64)
        if value and value not in among:
            raise self.refuse(name, f"{value} is none of {', '.join(among)}.")
        return value


def read_scan(body: Any, *, key: str = "", device: DoorDevice | None = None, pointer: str = "") -> GivenScan:
    """The scan in ``body``; ``key`` is the id of one that has none. A device that scans by its token has its name and
    its station from there where it does not say otherwise."""
    given = body if isinstance(body, Members) else Members(body, pointer)
    code, attendee_id = given.text("code", 128), given.key("attendee")
    if not code and not attendee_id:
        raise given.refuse("code", "the scanned code, or the id of an attendee, is needed.")
    written = given.text("at", ID_LENGTH)
    scan = Scan(
        scan_id=given.text("scan_id", ID_LENGTH) or key,
        code="" if attendee_id else code,
        attendee_id=attendee_id,
        kind=given.choice("kind", KINDS),
        device=_device_name(given, device),
        at=parse_time(written, f"{given.pointer}/at") if written else None,
        written=written,
    )
    station_id = given.key("station") or (device.station_id if device else None)
    return GivenScan(scan, station_id, given.key("session"))


def _device_name(given: Members, device: DoorDevice | None) -> str:
    name = given.text("device", 255)
    if "," in name:
        raise given.refuse("device", "a name without commas is needed.")
    return name or (device.name if device else NO_DEVICE)


def ids_of(given: Members, *names: str, most: int) -> list[int]:
    """The different ids under the first of ``names`` that is there: a list of them, or a single one. None are none."""
    name = next((name for name in names if given.members.get(name) is not None), names[0])
    value = given.members.get(name)
    listed = value if isinstance(value, list) else [] if value is None else [value]
    if len(listed) > most:
        raise given.refuse(name, f"at most {most} ids.")
    found = []
    for place, entry in enumerate(listed):
        pk = Members({name: entry}, given.pointer).key(name)
        if pk is None:
            raise InvalidInput(
                f"{name.replace('_', '-')}: an id is needed.", "invalid", f"{given.pointer}/{name}/{place}"
            )
        found.append(pk)
    return list(dict.fromkeys(found))
