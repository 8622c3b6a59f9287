"""The sessions of a file: their kinds, their tracks and rooms, and who speaks in them."""

from datetime import timedelta
from typing import Any

from events.models import Session, SessionType

from . import spellings, values
from .members import Index, Members, reference_name, references
from .records import ParsedEvent, Record, SessionRecord
from .rows import Row
from .summary import Count

NO_LENGTH = "00:30"
STATES = {
    "cancelled": Session.State.CANCELED,
    "approved": Session.State.ACCEPTED,
    "published": Session.State.CONFIRMED,
    "submitted": Session.State.PENDING,
    "declined": Session.State.REJECTED,
}


def parse_session_types(parsed: ParsedEvent, members: Members) -> None:
    """Kinds of sessions, from a member of their own or from the sessions that have them."""
    nested: dict[Any, Any] = {}
    for session in members.rows["sessions"]:
        kind = session.raw.get("session_type")
        if isinstance(kind, str) and not kind.strip().isdigit() and not values.is_nothing(kind):
            kind = {"name": kind}
        if isinstance(kind, dict) and kind:
            spelt = {k.replace("_", "-").lower(): v for k, v in kind.items()}
            identity = values.key_of(spelt.get("id")) or (str(spelt.get("name")), str(spelt.get("length")))
            nested.setdefault(identity, kind)
    rows = members.rows["session_types"]
    known = {values.key_of(row.raw.get("id")) for row in rows} - {None}
    names = {values.to_line(row.raw.get("name")) for row in rows}
    new = [
        kind
        for identity, kind in nested.items()
        if identity not in known and not (isinstance(identity, tuple) and identity[0] in names)
    ]
    rows = rows + members.rows_of("session_types", new)
    for row in rows:
        columns = row.columns(SessionType, spellings.SESSION_TYPE)
        columns.setdefault("name", "Session")
        length = values.to_length(row.take("length"))
        if length is None:
            row.note(f"no usable length: took {NO_LENGTH}")
        columns["length"] = length or NO_LENGTH
        parsed.session_types.append(Record(columns, values.key_of(row.raw.get("id")), row.label))
    parsed.counts["session_types"] = Count(found=len(rows))


def parse_sessions(parsed: ParsedEvent, members: Members) -> None:
    """Every session of the file, with its place in the programme."""
    tracks = Index("tracks", parsed.tracks, "name", parsed.notes)
    rooms = Index("microlocations", parsed.microlocations, "name", parsed.notes)
    kinds = Index("session_types", parsed.session_types, "name", parsed.notes)
    has_states = any(not values.is_nothing(row.raw.get("state")) for row in members.rows["sessions"])
    for position, row in enumerate(members.rows["sessions"], start=1):
        slides = row.raw.pop("slides") if isinstance(row.raw.get("slides"), list | dict) else None
        columns = row.columns(Session, spellings.SESSION)
        key = values.key_of(row.raw.get("id"))
        if "title" not in columns:
            columns["title"] = f"Untitled session {values.to_line(key) if key else position}"[:512]
            row.note("no title: called 'Untitled session' and its number")
        columns["state"] = _state(row, columns, has_states)
        _set_level(row, columns)
        if slides:
            columns["slides"] = values.to_json(slides)
        session = SessionRecord(columns, key, row.label)
        session.track = _find(row, tracks, "track", "track_id")
        session.microlocation = _find(row, rooms, "microlocation", "microlocation_id", "room")
        session.session_type = _find(row, kinds, "session_type", "session_type_id")
        _mend_end(row, session, parsed)
        if "deleted_at" in columns:
            row.note("was deleted where it comes from: imported into the trash")
        row.note_unused(spellings.SESSION_IGNORED)
        parsed.sessions.append(session)
    _tracks_that_name_sessions(parsed, members)


def link_speakers(parsed: ParsedEvent, members: Members) -> None:
    """Who speaks where, said by the sessions, by the speakers, or by both: each pair once."""
    speakers = Index("speakers", parsed.speakers, "name", parsed.notes)
    sessions = Index("sessions", parsed.sessions, "title", parsed.notes)
    pairs: dict[tuple[int, int], None] = {}
    dangling: set[tuple[str, str]] = set()
    for position, row in enumerate(members.rows["sessions"]):
        for reference in references(row, "speakers", "speaker_ids"):
            if (found := speakers.find(reference)) is not None:
                pairs[position, found] = None
            else:
                dangling.add((row.label, f"no speaker {reference_name(reference)} in the file: link left out"))
    for position, row in enumerate(members.rows["speakers"]):
        for reference in references(row, "sessions"):
            if (found := sessions.find(reference)) is not None:
                pairs[found, position] = None
            else:
                dangling.add((row.label, f"no session {reference_name(reference)} in the file: link left out"))
    for session, speaker in pairs:
        parsed.sessions[session].speakers.append(speaker)
    for label, sentence in sorted(dangling):
        parsed.notes.add("session speakers", sentence, label)
    parsed.counts["session_speakers"] = Count(found=len(pairs) + len(dangling))


def _state(row: Row, columns: dict[str, Any], has_states: bool) -> str:
    written = values.to_line(row.take("state")).lower()
    if written in Session.State.values:
        return written
    if written in STATES:
        row.note(f"state {written!r} is called '{STATES[written]}' here")
        return STATES[written]
    # a file without any states is one of a finished programme
    is_planned = not has_states and "starts_at" in columns and "ends_at" in columns
    state = Session.State.ACCEPTED if is_planned else Session.State.DRAFT
    row.note((f"unknown state {written[:40]!r}" if written else "no state") + f": took '{state}'")
    return state


def _set_level(row: Row, columns: dict[str, Any]) -> None:
    written = values.to_line(row.take("level"))
    levels = {level.lower(): level for level in Session.Level.values}
    numbered = dict(zip("1234", Session.Level.values, strict=True))
    if level := levels.get(written.lower()) or numbered.get(written):
        columns["level"] = level
    elif written:
        row.note(f"'level' {written[:40]!r} left out: none of {', '.join(Session.Level.values)}")


def _find(row: Row, index: Index, *names: str) -> int | None:
    for reference in references(row, *names)[:1]:
        found = index.find(reference)
        if found is None:
            row.note(f"no {names[0].replace('_', ' ')} {reference_name(reference)} in the file: left without")
        return found
    return None


def _mend_end(row: Row, session: SessionRecord, parsed: ParsedEvent) -> None:
    """A session that ends before it starts lasts as long as its kind, or has no end."""
    starts, ends = session.columns.get("starts_at"), session.columns.get("ends_at")
    if starts is None or ends is None or ends >= starts:
        return
    del session.columns["ends_at"]
    if session.session_type is None:
        row.note("the end is before the start: end left out")
        return
    hours, minutes = parsed.session_types[session.session_type].columns["length"].split(":")
    session.columns["ends_at"] = starts + timedelta(hours=int(hours), minutes=int(minutes))
    row.note("the end is before the start: took the length of its session type")


def _tracks_that_name_sessions(parsed: ParsedEvent, members: Members) -> None:
    """A session without track belongs to the track that lists it."""
    sessions = Index("tracks' sessions", [], "title", parsed.notes)
    for position, session in enumerate(parsed.sessions):
        if session.key:
            sessions.by_key.setdefault(session.key, position)
    for position, row in enumerate(members.rows["tracks"]):
        for reference in references(row, "sessions"):
            found = sessions.find(reference)
            if found is None:
                row.note(f"no session {reference_name(reference)} in the file: left out of the track")
            elif parsed.sessions[found].track is None:
                parsed.sessions[found].track = position
            elif parsed.sessions[found].track != position:
                row.note(f"session {reference_name(reference)} says another track: the session was followed")
