"""The members of the zip as lists of rows, and how rows find one another."""

from collections.abc import Iterable
from typing import Any

from . import values
from .archive import MEMBERS, Archive, refuse
from .records import Record
from .rows import Row, spell
from .summary import Count, Notes

STANDARD = ("microlocations", "tracks", "sessions", "speakers", "sponsors")
# who names whom: member, attribute, named member
REFERENCES = (
    ("sessions", ("track", "track_id"), "tracks"),
    ("sessions", ("microlocation", "microlocation_id", "room"), "microlocations"),
    ("sessions", ("speakers", "speaker_ids"), "speakers"),
    ("tracks", ("sessions",), "sessions"),
    ("speakers", ("sessions",), "sessions"),
)


class Members:
    """The lists of the file. Rows that are no objects are left out, with a note."""

    def __init__(self, archive: Archive, notes: Notes, counts: dict[str, Count]) -> None:
        self.archive = archive
        self.notes = notes
        self.rows: dict[str, list[Row]] = {}
        for name in MEMBERS:
            if name != "event":
                self.rows[name] = self._read(name, counts)
        self._check_complete()

    def _read(self, name: str, counts: dict[str, Count]) -> list[Row]:
        if name not in self.archive.data:
            return []
        raw = self._as_list(name, self.archive.read_json(name))
        counts[name] = Count(found=len(raw))
        return self.rows_of(name, raw)

    def rows_of(self, name: str, raw: Iterable[Any]) -> list[Row]:
        """Rows of a list of the file, each with a label that people find it by."""
        rows = []
        for position, record in enumerate(raw, start=1):
            if not isinstance(record, dict):
                self.notes.add(name, "left out: not an object", f"row {position}")
                continue
            row = Row(name, record, self.notes, paths=self.archive.files)
            key = values.key_of(row.raw.get("id"))
            title = values.to_line(row.raw.get("title") or row.raw.get("name"))[:40]
            row.label = " ".join(filter(None, [f"id {key}" if key else f"row {position}", title and f"{title!r}"]))
            rows.append(row)
        return rows

    def _as_list(self, name: str, raw: Any) -> list[Any]:
        if raw is None:
            return []
        if isinstance(raw, dict) and len(raw) == 1:  # the oldest files wrap the list
            (key, inner), *_ = raw.items()
            if isinstance(inner, list) and spell(key) in (name, "data"):
                return inner
        if not isinstance(raw, list):
            raise refuse("bad_json", f"The member '{self.archive.data[name].filename}' is not a list of records.")
        return raw

    def _check_complete(self) -> None:
        """A member may be missing when nothing names its rows; otherwise half of the event would be lost."""
        for member, names, named in REFERENCES:
            if named not in self.archive.data and any(
                not values.is_nothing(row.raw.get(name)) for row in self.rows[member] for name in names
            ):
                raise refuse(
                    "missing_member",
                    f"The zip has no member '{named}', though its {member} name {named}: it is not complete.",
                )
        for name in STANDARD:
            if name not in self.archive.data:
                self.notes.add(name, "the zip has no such member, and nothing in it names one")


class Index:
    """Finds a row's position by its id in the file, or by its name where that is the only one of its kind."""

    def __init__(self, member: str, records: Iterable[Record], name: str, notes: Notes) -> None:
        self.by_key: dict[str, int] = {}
        self.by_name: dict[str, int | None] = {}
        for position, record in enumerate(records):
            if record.key in self.by_key:
                notes.add(member, "this id occurs before: references go to the first row with it", record.label)
            elif record.key:
                self.by_key[record.key] = position
            title = str(record.columns.get(name, "")).casefold()
            self.by_name[title] = None if title in self.by_name else position

    def find(self, reference: Any) -> int | None:
        """The position of the row that a nested object, an id or a name means."""
        if isinstance(reference, dict):
            spelt = {spell(key): value for key, value in reference.items()}
            by_id = self.by_key.get(values.key_of(spelt.get("id")) or "")
            named = spelt.get("name") or spelt.get("title")
            return by_id if by_id is not None else self._named(named)
        by_id = self.by_key.get(values.key_of(reference) or "")
        return by_id if by_id is not None else self._named(reference)

    def _named(self, name: Any) -> int | None:
        title = values.to_line(name).casefold() if isinstance(name, str) else ""
        return self.by_name.get(title) if title else None


def references(row: Row, *names: str) -> list[Any]:
    """The rows that ``row`` names under one of ``names``, as a list, whatever it was written as."""
    value = row.take(*names)
    if isinstance(value, str) and "," in value:
        return [part.strip() for part in value.split(",") if part.strip()]
    if value is None:
        return []
    return [v for v in value if not values.is_nothing(v)] if isinstance(value, list) else [value]


def reference_name(reference: Any) -> str:
    """How a reference is shown to people."""
    if isinstance(reference, dict):
        spelt = {spell(key): value for key, value in reference.items()}
        name = values.to_line(spelt.get("name") or spelt.get("title"))[:40]
        key = values.key_of(spelt.get("id"))
        return " ".join(filter(None, [f"id {values.to_line(key)}" if key else "", name and f"{name!r}"])) or "nobody"
    return values.to_line(reference)[:40] or "nobody"
