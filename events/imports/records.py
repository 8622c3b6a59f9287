"""What a file says, cleaned but not yet written: the columns of each row, and how the rows hang together."""

from dataclasses import dataclass, field
from typing import Any

from .summary import Count, Notes

Columns = dict[str, Any]


@dataclass
class Record:
    """One row: its columns, and the id by which the file's other rows know it."""

    columns: Columns
    key: str | None = None
    label: str = ""


@dataclass
class SessionRecord(Record):
    """A session; track, room, kind and speakers are positions in the lists of ParsedEvent."""

    track: int | None = None
    microlocation: int | None = None
    session_type: int | None = None
    speakers: list[int] = field(default_factory=list)


@dataclass
class FormRecord(Record):
    """A field of a form, with what it lets people choose from and its name in other languages."""

    options: list[str] = field(default_factory=list)
    translations: dict[str, str] = field(default_factory=dict)  # language code → name


@dataclass
class ParsedEvent:
    """A whole file, ready to be written."""

    event: Columns
    topic: str = ""
    sub_topic: str = ""
    type: str = ""
    was_published: bool = False
    tracks: list[Record] = field(default_factory=list)
    microlocations: list[Record] = field(default_factory=list)
    session_types: list[Record] = field(default_factory=list)
    speakers: list[Record] = field(default_factory=list)
    sessions: list[SessionRecord] = field(default_factory=list)
    sponsors: list[Record] = field(default_factory=list)
    social_links: list[Record] = field(default_factory=list)
    copyright: Record | None = None
    speakers_call: Record | None = None
    forms: list[FormRecord] = field(default_factory=list)
    counts: dict[str, Count] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
