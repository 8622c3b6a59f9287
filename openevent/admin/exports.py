"""Lists as CSV or XLSX. Cells that a spreadsheet would take for a formula are disarmed; rows are streamed."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from .actions import chosen_rows
from .forms import PageForm

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CHUNK = 2000  # rows read at a time


@dataclass(frozen=True)
class Column:
    """A column that can be chosen: its title, and what it says of a row."""

    title: Any
    value: Callable[[Any], Any]


class ExportForm(PageForm):
    """Which columns, in which format."""

    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)
    format = forms.ChoiceField(label=_("Format"), choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)")], initial="csv")

    def __init__(self, *args: Any, columns: Mapping[str, Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [(name, column.title) for name, column in columns.items()]  # type: ignore[attr-defined]
        self.fields["columns"].initial = list(columns)


def guarded(value: Any) -> Any:
    """The value as a cell. Text that begins like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, Decimal, float)):
        return value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def export_view(
    page: Any, request: HttpRequest, rows: Any, columns: Mapping[str, Column], name: str, count: int
) -> HttpResponse:
    """Ask for columns and format (the action's first POST has none); then the file."""
    is_answer = "format" in request.POST
    form = ExportForm(request.POST if is_answer else None, columns=columns)
    if is_answer and form.is_valid():
        chosen = [columns[key] for key in form.cleaned_data["columns"]]
        file_name = f"{name}-{timezone.now():%Y%m%d-%H%M}"
        table = _table(rows, chosen)
        page.log_export(request, name)
        return (_xlsx if form.cleaned_data["format"] == "xlsx" else _csv)(table, file_name)
    hidden = chosen_rows(request)
    return page.page(request, "admin/export.html", _("Export"), form=form, count=count, hidden=hidden)


def _table(rows: Any, columns: list[Column]) -> Iterator[list[Any]]:
    yield [str(column.title) for column in columns]
    for row in rows.iterator(chunk_size=CHUNK):
        yield [guarded(column.value(row)) for column in columns]


class _Line:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def _csv(table: Iterable[list[Any]], name: str) -> HttpResponse:
    writer = csv.writer(_Line())
    lines = (writer.writerow(cells).encode("utf-8") for cells in table)
    response = StreamingHttpResponse(_with_mark(lines), content_type="text/csv; charset=utf-8")
    return _as_download(response, f"{name}.csv")


def _with_mark(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Spreadsheets read a file as UTF-8 that begins with its mark."""
    yield b"\xef\xbb\xbf"
    buffer = io.BytesIO()
    for line in lines:
        buffer.write(line)
        if buffer.tell() > 65536:
            yield buffer.getvalue()
            buffer = io.BytesIO()
    yield buffer.getvalue()


def _xlsx(table: Iterable[list[Any]], name: str) -> HttpResponse:
    """Written to a temporary file row by row, which is then streamed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    for cells in table:
        sheet.append(cells)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the response)
    book.save(file)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _as_download(FileResponse(file, content_type=kind), f"{name}.xlsx")


def _as_download(response: Any, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response  # type: ignore[no-any-return]
