"""A checked zip, read into records: nothing is written here, and nothing is asked of the database."""

import zoneinfo
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from events.models import Event, Microlocation, SocialLink, Speaker, Sponsor, Track
from events.models.programme import GENDERS

from . import spellings, values
from .archive import Archive, refuse
from .calls import parse_copyright, parse_speakers_call
from .forms import parse_forms
from .members import Members
from .programme import link_speakers, parse_session_types, parse_sessions
from .records import ParsedEvent, Record
from .rows import Row
from .summary import Count
from .zones import mend_zone, zone_of_times

Progress = Callable[[int, int, str], None]
NO_COLOR = "#808080"
SPOKEN_GENDERS = {
    "male": "Man",
    "m": "Man",
    "female": "Woman",
    "f": "Woman",
    **{g.lower(): g for g in GENDERS},
}
STARTS = ("starts_at", "start_time", "starta_at")
ENDS = ("ends_at", "end_time")


def parse_archive(archive: Archive, progress: Progress) -> ParsedEvent:
    """Everything the file says about its event. MalformedInput when it cannot be read at all."""
    row, parsed = _open_event(archive)
    members = Members(archive, parsed.notes, parsed.counts)
    total = sum(count.found for count in parsed.counts.values())
    zone_name = _zone(row, members.rows["sessions"])
    for rows in (*members.rows.values(), [row]):
        for each in rows:
            own = each.raw.get("timezone")  # the oldest files have one for each session
            each.zone = zoneinfo.ZoneInfo((own and mend_zone(values.to_line(own))) or zone_name)
    parsed.tracks = [_track(r) for r in members.rows["tracks"]]
    parsed.microlocations = [_microlocation(r) for r in members.rows["microlocations"]]
    parsed.sponsors = [_sponsor(r, n) for n, r in enumerate(members.rows["sponsors"], start=1)]
    parsed.speakers = [_speaker(r, n) for n, r in enumerate(members.rows["speakers"], start=1)]
    progress(total - len(members.rows["sessions"]), total, "read")
    parse_session_types(parsed, members)
    parse_sessions(parsed, members)
    link_speakers(parsed, members)
    progress(total, total, "read")
    _social_links(row, parsed, members)
    parse_copyright(row, parsed)
    parse_speakers_call(row, parsed)
    parse_forms(parsed, members)
    parsed.event = _event(row, parsed, zone_name)
    for path in archive.others:
        parsed.notes.add("zip", "members left out: not part of the event", path)
    return parsed


def _open_event(archive: Archive) -> tuple[Row, ParsedEvent]:
    raw = archive.read_json("event")
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, dict):
        raise refuse("bad_json", f"The member '{archive.data['event'].filename}' is not an object.")
    if not raw:
        raise refuse("bad_json", f"The member '{archive.data['event'].filename}' is empty.")
    parsed = ParsedEvent(event={})
    return Row("event", raw, parsed.notes, paths=archive.files), parsed


def _zone(row: Row, sessions: list[Row]) -> str:
    """The event's time zone, mended where the name is unknown."""
    written = values.to_line(row.take("timezone"))
    zone = mend_zone(written) if written else None
    if zone and zone != written:
        row.note(f"time zone {written[:60]!r} mended to {zone}")
    if zone:
        return zone
    zone, source = _guess_zone(row, sessions)
    why = f"{written[:60]!r} is unknown" if written else "is missing"
    row.note(f"time zone {why}: took {zone}{source}")
    return zone


def _guess_zone(row: Row, sessions: list[Row]) -> tuple[str, str]:
    """The zone that the rest of the file speaks of, and where it does so; else UTC."""
    call = row.raw.get("speakers_call") or row.raw.get("call_for_papers")
    named = [session.raw.get("timezone") for session in sessions]
    named += [call.get("timezone")] if isinstance(call, dict) else []
    for name in named:
        if zone := mend_zone(values.to_line(name)):
            return zone, ", as other rows of the file say"
    times = [row.take(*STARTS), row.take(*ENDS)]
    times += [session.raw.get("starts_at") or session.raw.get("start_time") for session in sessions]
    known = [time for time in map(values.parse_time, times) if time is not None and time.tzinfo]
    if zone := zone_of_times(known):
        return zone, ", as the times in the file say"
    return "UTC", ""


def _event(row: Row, parsed: ParsedEvent, zone_name: str) -> dict[str, Any]:
    columns = row.columns(Event, spellings.EVENT)
    columns["timezone"] = zone_name
    if "name" not in columns:
        columns["name"] = "Untitled event"
        row.note("no name: called 'Untitled event'")
    columns["starts_at"], columns["ends_at"] = _dates(row, parsed)
    columns.setdefault("has_owner_info", bool(columns.get("owner_name") or columns.get("owner_description")))
    columns.setdefault("is_sessions_speakers_enabled", bool(parsed.sessions))
    columns.setdefault("is_sponsors_enabled", bool(parsed.sponsors))
    if not isinstance(columns.get("document_links", []), list):
        del columns["document_links"]
    privacy = values.to_line(row.take("privacy")).lower()
    columns["privacy"] = privacy if privacy in Event.Privacy.values else Event.Privacy.PUBLIC
    currency = values.to_line(row.take("payment_currency")).upper()
    if len(currency) == 3 and currency.isascii() and currency.isalpha():
        columns["payment_currency"] = currency
    parsed.was_published = values.to_line(row.take("state")).lower() == Event.State.PUBLISHED
    parsed.type, parsed.topic, parsed.sub_topic = (
        values.to_line(_name_of(row.take(name, f"event_{name}")))[:255] for name in ("type", "topic", "sub_topic")
    )
    row.note_unused(spellings.EVENT_IGNORED)
    return columns


def _name_of(value: Any) -> Any:
    return value.get("name") if isinstance(value, dict) else value


def _dates(row: Row, parsed: ParsedEvent) -> tuple[datetime, datetime]:
    """When the event begins and ends; what the file does not say follows from its sessions."""
    starts, ends = row.moment(*STARTS), row.moment(*ENDS)
    begun = [s.columns["starts_at"] for s in parsed.sessions if "starts_at" in s.columns]
    over = [s.columns["ends_at"] for s in parsed.sessions if "ends_at" in s.columns]
    if starts is None:
        if begun:
            starts, why = min(begun), "that of the first session"
        elif ends is not None:
            starts, why = ends, "its end"
        else:
            starts, why = timezone.now().replace(minute=0, second=0, microsecond=0), "now"
        row.note(f"no usable start: took {why}")
    if ends is None or ends < starts:
        missing = "no usable end" if ends is None else "the end is before the start"
        last = max((t for t in over if t >= starts), default=None)
        ends = last or starts + timedelta(days=1)
        row.note(f"{missing}: took " + ("that of the last session" if last else "a day after the start"))
    return starts, ends


def _track(row: Row) -> Record:
    columns = row.columns(Track, spellings.TRACK)
    _name(row, columns, "Untitled track")
    written = row.take("color", "colour")
    color = values.to_color(written)
    if color is None:
        row.note(f"no usable colour: took {NO_COLOR}")
    columns["color"] = color or NO_COLOR
    row.note_unused(spellings.TRACK_IGNORED)
    return _record(row, columns)


def _microlocation(row: Row) -> Record:
    columns = row.columns(Microlocation, spellings.MICROLOCATION)
    _name(row, columns, columns.get("room") or "Untitled room")
    row.note_unused(spellings.MICROLOCATION_IGNORED)
    return _record(row, columns)


def _sponsor(row: Row, position: int) -> Record:
    columns = row.columns(Sponsor, spellings.SPONSOR)
    _name(row, columns, f"Sponsor {position}")
    level = row.take("level")
    if values.to_number(level) is not None:
        columns["level"] = values.to_number(level)
    elif level is not None and "type" not in columns:
        columns["type"] = values.to_line(level)[:255]
        row.note("'level' is a word and was taken as the type")
    elif level is not None:
        row.note("'level' left out: no whole number")
    row.note_unused(spellings.SPONSOR_IGNORED)
    return _record(row, columns)


def _speaker(row: Row, position: int) -> Record:
    columns = row.columns(Speaker, spellings.SPEAKER)
    parts = [row.line("first_name", "firstname"), row.line("last_name", "lastname")]
    _name(row, columns, " ".join(filter(None, parts))[:255] or f"Speaker {position}")
    written = values.to_line(row.take("gender"))
    gender = SPOKEN_GENDERS.get(written.lower())
    if gender:
        columns["gender"] = gender
    elif written:
        row.note("'gender' left out: none of the words that are known here")
    row.note_unused(spellings.SPEAKER_IGNORED)
    return _record(row, columns)


def _social_links(event: Row, parsed: ParsedEvent, members: Members) -> None:
    """From the event's own list, or from a member; a link without address is none."""
    rows = members.rows["social_links"]
    nested = event.take("social_links")
    if nested is not None and not rows:
        nested = nested if isinstance(nested, list) else []
        parsed.counts["social_links"] = Count(found=len(nested))
        rows = members.rows_of("social_links", nested)
    for row in rows:
        columns = row.columns(SocialLink, spellings.SOCIAL_LINK)
        link = row.link("link", "url")
        if link is None or not isinstance(link, str):
            row.note("left out: it has no usable address")
            continue
        _name(row, columns, (urlsplit(link).hostname or "Link")[:255])
        parsed.social_links.append(_record(row, {**columns, "link": link}))
        row.note_unused(spellings.SOCIAL_LINK_IGNORED)


def _name(row: Row, columns: dict[str, Any], placeholder: str) -> None:
    if "name" not in columns:
        columns["name"] = placeholder
        row.note(f"no name: called {placeholder!r}")


def _record(row: Row, columns: dict[str, Any]) -> Record:
    if "deleted_at" in columns:
        row.note("was deleted where it comes from: imported into the trash")
    return Record(columns, values.key_of(row.raw.get("id")), row.label)
