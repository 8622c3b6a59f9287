"""What values look like in tables, and long tables as CSV: rows come from a generator, so that memory does not grow
with their number."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

# What spreadsheets take for the beginning of a formula, also in the widths of East Asian letters.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_cell(value: Any) -> str:
    """A value as people read it; nothing for None."""
    if type(value) is str:  # most are
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, Decimal):
        return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return ", ".join(as_cell(item) for item in value)
    return str(value)


def guarded(value: Any) -> str:
    """The cell for a spreadsheet: text that would be a formula there gets a quote before it, numbers do not."""
    text = as_cell(value)
    return text if isinstance(value, int | float | Decimal) else disarmed(text)


def disarmed(text: str) -> str:
    """The text with a quote before it where a spreadsheet would take it for a formula."""
    if not text or (text[0].isalnum() and "\x00" not in text):
        return text
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_MARKS) else text


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The table as CSV (RFC 4180, UTF-8)."""
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([guarded(name) for name in header])
    for row in rows:
        writer.writerow([guarded(value) for value in row])
    text.flush()
    text.detach()
