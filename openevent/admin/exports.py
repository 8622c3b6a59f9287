"""Lists as CSV or XLSX, row by row: what a list's columns are, the form that asks for them, the files.

How one asks for it, and who writes it, is accounts/admin/exporting.py.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from openevent.tables import disarmed

from .forms import PageForm

CHUNK = 1000  # rows in memory at once
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Column:
    """A column that can be chosen: its title, and what it says of a row."""

    title: Any
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Sheet:
    """A list as a table: what its files are called, its columns, and the relations that they read."""

    name: str
    columns: Mapping[str, Column]
    related: tuple[str, ...] = ()

    def lines(self, rows: QuerySet, chosen: Iterable[str]) -> Iterator[list[Any]]:
        """The titles of the chosen columns, then a line for each row."""
        columns = [self.columns[name] for name in chosen]
        yield [str(column.title) for column in columns]
        for row in rows.select_related(*self.related).iterator(chunk_size=CHUNK):
            yield [guarded(column.value(row)) for column in columns]


class ExportForm(PageForm):
    """Which columns, in which format."""

    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)
    format = forms.ChoiceField(label=_("Format"), choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)")], initial="csv")

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, column.title) for name, column in sheet.columns.items()]
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]
        self.fields["columns"].initial = list(sheet.columns)


def guarded(value: Any) -> Any:
    """The value as a cell: numbers stay numbers, and text is none that a spreadsheet would calculate with."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _now("yes") if value else _now("no")
    if isinstance(value, (int, Decimal, float)):
        return value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return disarmed(str(value))


def write_table(file: IO[bytes], form: str, title: str, lines: Iterable[list[Any]]) -> None:
    """The lines as a file of the format ``form``, a key of TYPES; memory does not grow with their number."""
    (_write_xlsx if form == "xlsx" else _write_csv)(file, title, lines)


def _write_csv(file: IO[bytes], title: str, lines: Iterable[list[Any]]) -> None:
    # spreadsheets read a file as UTF-8 that begins with its mark
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    csv.writer(text).writerows(lines)
    text.flush()
    text.detach()


def _write_xlsx(file: IO[bytes], title: str, lines: Iterable[list[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for cells in lines:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", c) if isinstance(c, str) else c for c in cells])
    book.save(file)
