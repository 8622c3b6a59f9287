"""What an event says of its licence, and when it asks for speakers."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from events.models import EventCopyright, SpeakersCall

from . import spellings, values
from .records import ParsedEvent, Record
from .rows import Row
from .zones import mend_zone


def parse_copyright(event: Row, parsed: ParsedEvent) -> None:
    """The licence that the event's material stands under, where one is named."""
    row = _part(event, "copyright", "event_copyright", "copyright")
    if row is None:
        return
    columns = row.columns(EventCopyright, spellings.COPYRIGHT)
    year = columns.get("year")
    if year is not None and not EventCopyright.FIRST_YEAR <= year <= timezone.now().year:
        del columns["year"]
        row.note("'year' left out: out of range")
    row.note_unused(spellings.COPYRIGHT_IGNORED)
    if "licence" in columns:
        parsed.copyright = Record(columns, label=row.label)
    elif columns:
        row.note("left out: no licence is named")


def parse_speakers_call(event: Row, parsed: ParsedEvent) -> None:
    """When proposals could be handed in, where both ends are known."""
    row = _part(event, "speakers call", "speakers_call", "call_for_papers")
    if row is None:
        return
    if own := mend_zone(values.to_line(row.raw.get("timezone"))):
        row.zone = zoneinfo.ZoneInfo(own)
    columns = row.columns(SpeakersCall, spellings.SPEAKERS_CALL)
    starts, ends = row.moment("starts_at", "start_date"), row.moment("ends_at", "end_date")
    row.note_unused(spellings.SPEAKERS_CALL_IGNORED)
    if starts is None or ends is None or ends <= starts:
        row.note("left out: it has no beginning, or no end after it")
        return
    soft = columns.get("soft_ends_at")
    if soft is not None and not starts <= soft <= ends:
        del columns["soft_ends_at"]
        row.note("'soft_ends_at' left out: not between beginning and end")
    privacy = values.to_line(row.take("privacy")).lower()
    columns["privacy"] = privacy if privacy in SpeakersCall.Privacy.values else SpeakersCall.Privacy.PUBLIC
    parsed.speakers_call = Record({**columns, "starts_at": starts, "ends_at": ends}, label=row.label)


def _part(event: Row, member: str, *names: str) -> Row | None:
    """An object within the event as a row of its own; None where it is not there or says nothing."""
    raw: Any = event.take(*names)
    if not isinstance(raw, Mapping) or all(values.is_nothing(value) for value in raw.values()):
        return None
    row = Row(member, raw, event.notes, paths=event.paths)
    row.zone = event.zone
    return row
