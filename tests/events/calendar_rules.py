"""The rules of RFC 5545 that calendars refuse a file for, read from the bytes without any library."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_OCTETS = 75
LINE = re.compile(
    r"(?P<name>[A-Za-z0-9-]+)"
    r'(?P<params>(?:;[A-Za-z0-9-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*)'
    r":(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
LIST_OF_TEXTS = re.compile(r"(?:[^\\;]|\\[\\;,nN])*")
LOCAL, UTC = re.compile(r"\d{8}T\d{6}"), re.compile(r"\d{8}T\d{6}Z")
OFFSET = re.compile(r"[+-]\d{4}(\d{2})?")
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "UID", "COMMENT", "TZNAME", "PRODID", "X-WR-CALNAME"}
AT_MOST_ONCE = {
    *("DTSTART", "DTEND", "DTSTAMP", "UID", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL", "CLASS", "CREATED"),
    *("LAST-MODIFIED", "ORGANIZER", "PRIORITY", "SEQUENCE", "STATUS", "TRANSP", "DURATION", "TZID", "VERSION"),
    *("PRODID", "TZOFFSETFROM", "TZOFFSETTO", "X-WR-CALNAME"),
}
REQUIRED = {
    "VCALENDAR": {"VERSION", "PRODID"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
WITHIN = {"VEVENT": "VCALENDAR", "VTIMEZONE": "VCALENDAR", "STANDARD": "VTIMEZONE", "DAYLIGHT": "VTIMEZONE"}


@dataclass
class Part:
    """A component: its lines by name, as (parameters, value), and the components in it."""

    name: str
    lines: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    parts: list["Part"] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The value of the first line of that name."""
        return self.lines[name][0][1]


def broken_rules(raw: bytes) -> list[str]:
    """What is wrong with a calendar; nothing for a good one."""
    wrong = list(_octets(raw))
    if wrong:
        return wrong
    text = raw.decode().removesuffix("\r\n")
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")
    calendar, wrong = _parsed(lines)
    if calendar is None:
        return wrong
    zones = [part.value("TZID") for part in calendar.parts if part.name == "VTIMEZONE" and "TZID" in part.lines]
    wrong += [f"VTIMEZONE {zone} twice" for zone, times in Counter(zones).items() if times > 1]
    entries = [part for part in calendar.parts if part.name == "VEVENT"]
    uids = Counter(value for entry in entries for _, value in entry.lines.get("UID", []))
    wrong += [f"UID {uid} {times} times" for uid, times in uids.items() if times > 1]
    if not calendar.parts:
        wrong.append("an empty calendar")
    for part in _all(calendar):
        wrong += _broken_in(part, set(zones))
    return wrong


def _octets(raw: bytes) -> Iterator[str]:
    if not raw.endswith(b"\r\n"):
        yield "the last line has no end"
    for number, line in enumerate(raw.removesuffix(b"\r\n").split(b"\r\n"), start=1):
        if len(line) > MOST_OCTETS:
            yield f"line {number} has {len(line)} octets"
        if b"\r" in line or b"\n" in line:
            yield f"line {number} has half an end in it"
        if not line.strip():
            yield f"line {number} is empty"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"line {number} is cut in the middle of a letter"


def _parsed(lines: list[str]) -> tuple[Part | None, list[str]]:
    wrong: list[str] = []
    open_parts: list[Part] = []
    done: list[Part] = []
    for line in lines:
        match = LINE.fullmatch(line)
        if match is None:
            wrong.append(f"no content line: {line!r}")
            continue
        name, value = match["name"].upper(), match["value"]
        if name == "BEGIN":
            part = Part(value)
            if WITHIN.get(value) != (open_parts[-1].name if open_parts else None):
                wrong.append(f"{value} in {[part.name for part in open_parts]}")
            (open_parts[-1].parts if open_parts else done).append(part)
            open_parts.append(part)
        elif name == "END":
            if not open_parts or open_parts.pop().name != value:
                return None, [*wrong, f"END:{value} ends nothing"]
        elif not open_parts:
            return None, [*wrong, f"{name} outside of the calendar"]
        else:
            open_parts[-1].lines.setdefault(name, []).append((match["params"], value))
    if open_parts or [part.name for part in done] != ["VCALENDAR"]:
        return None, [*wrong, f"calendars: {[part.name for part in done]}, open: {len(open_parts)}"]
    return done[0], wrong


def _all(part: Part) -> Iterator[Part]:
    yield part
    for inner in part.parts:
        yield from _all(inner)


def _broken_in(part: Part, zones: set[str]) -> Iterator[str]:
    where = f"{part.name} {part.lines.get('UID', [('', '')])[0][1]}"
    for name in REQUIRED[part.name] - part.lines.keys():
        yield f"{where}: no {name}"
    for name, lines in part.lines.items():
        if len(lines) > 1 and name in AT_MOST_ONCE:
            yield f"{where}: {name} {len(lines)} times"
        for params, value in lines:
            yield from (f"{where}: {fault}" for fault in _broken_value(name, params, value, part.name, zones))
    if part.name == "VTIMEZONE" and not part.parts:
        yield f"{where}: no STANDARD and no DAYLIGHT"
    if {"DTEND", "DURATION"} <= part.lines.keys():
        yield f"{where}: DTEND and DURATION"
    if {"DTSTART", "DTEND"} <= part.lines.keys():
        (zone, starts), (other, ends) = part.lines["DTSTART"][0], part.lines["DTEND"][0]
        if zone != other or starts >= ends:
            yield f"{where}: from {zone}{starts} to {other}{ends}"


FORMS = {
    **dict.fromkeys(TEXTS, TEXT),
    "CATEGORIES": LIST_OF_TEXTS,
    "VERSION": re.compile(r"2\.0"),
    "DTSTAMP": UTC,
    "TZOFFSETFROM": OFFSET,
    "TZOFFSETTO": OFFSET,
    "GEO": re.compile(r"-?\d{1,2}(\.\d+)?;-?\d{1,3}(\.\d+)?"),
    "URL": re.compile(r"https?://\S+"),
}


def _broken_value(name: str, params: str, value: str, part: str, zones: set[str]) -> Iterator[str]:
    if name in FORMS and not FORMS[name].fullmatch(value):
        yield f"{name} is misspelt: {value!r}"
    if params and name in {"DTSTAMP", "UID", "VERSION", "TZOFFSETFROM", "TZOFFSETTO"}:
        yield f"{name} with {params}"
    if name in ("DTSTART", "DTEND") and part == "VEVENT":
        yield from _broken_time(name, params, value, zones)
    is_change = name in ("DTSTART", "RDATE") and part in ("STANDARD", "DAYLIGHT")
    if is_change and (params or not all(LOCAL.fullmatch(time) for time in value.split(","))):
        yield f"{name}{params}:{value} in a zone is not local"


def _broken_time(name: str, params: str, value: str, zones: set[str]) -> Iterator[str]:
    zone = re.fullmatch(r';TZID="?([^";:,]+)"?', params)
    if zone is None:
        if params or not UTC.fullmatch(value):
            yield f"{name}{params}:{value} floats"
        return
    if zone[1] not in zones:
        yield f"{name} is in {zone[1]}, which no VTIMEZONE describes"
    if not LOCAL.fullmatch(value):
        yield f"{name}{params}:{value} has two zones"
