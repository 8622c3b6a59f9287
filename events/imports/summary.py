"""What an import made, and what it mended or left out and why."""

from dataclasses import dataclass, field
from typing import Any

SHOWN = 8  # rows named per sentence, unless all are asked for


@dataclass
class Count:
    """How many rows the file has, and how many were made of them."""

    found: int = 0
    made: int = 0


@dataclass
class Notes:
    """Sentences about rows; the same sentence about many rows is kept once, with the rows."""

    rows: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, member: str, sentence: str, row: str = "") -> None:
        """Note ``sentence`` about ``row`` (its title or id) of ``member``."""
        self.rows.setdefault((member, sentence), []).append(row)


@dataclass
class ImportSummary:
    """The result of an import."""

    event_id: int
    identifier: str
    name: str
    state: str
    counts: dict[str, Count]
    notes: Notes

    def lines(self, *, every_row: bool = False) -> list[str]:
        """The summary for people, a line per fact."""
        lines = [f"Made the event {self.name!r} ({self.state}): id {self.event_id}, identifier {self.identifier}."]
        for what, count in self.counts.items():
            less = "" if count.made == count.found else f" of {count.found} in the file"
            lines.append(f"  {what.replace('_', ' ')}: {count.made}{less}")
        if self.notes.rows:
            lines.append("Mended or left out:")
        lines += [f"  {sentence}" for sentence in self.sentences(every_row=every_row)]
        return lines

    def sentences(self, *, every_row: bool = False) -> list[str]:
        """One sentence per kind of thing that was mended or left out, with the rows it happened to."""
        return [_sentence(*key, rows, every_row) for key, rows in self.notes.rows.items()]

    def as_dict(self) -> dict[str, Any]:
        """The summary for programs: plain JSON."""
        return {
            "id": self.event_id,
            "identifier": self.identifier,
            "name": self.name,
            "state": self.state,
            "counts": {what: {"found": c.found, "made": c.made} for what, c in self.counts.items()},
            "notes": self.sentences(),
        }


def _sentence(member: str, sentence: str, rows: list[str], every_row: bool) -> str:
    named = [row for row in rows if row]
    text = f"{member}: {sentence}"
    if not named:
        return text + (f" ({len(rows)} times)" if len(rows) > 1 else "")
    shown = named if every_row else named[:SHOWN]
    more = f" and {len(named) - len(shown)} more" if len(named) > len(shown) else ""
    count = f" ({len(rows)})" if len(rows) > 1 else ""
    return f"{text}{count}: {', '.join(shown)}{more}"
