"""One list of columns for a report in all its forms."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import IO, Any, NamedTuple

from django.db.models import Expression, F, QuerySet

from .pdf_tables import write_table
from .tables import write_csv

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
Progress = Callable[[int, int], None]


class Column(NamedTuple):
    """A column: its head, what it says of a row, and how much of a page's width it takes (0: in CSV alone)."""

    name: str
    value: Callable[[Any], Any]
    share: float = 0


class Stored(NamedTuple):
    """A column that the database knows: a name with its way over relations, or an expression. ``shown`` says what is
    to be read of a value that is there."""

    name: str
    source: str | Expression
    share: float = 0
    shown: Callable[[Any], Any] | None = None


def read_stored(rows: QuerySet[Any], stored: Sequence[Stored], form: str) -> tuple[list[Column], QuerySet[Any]]:
    """The columns that a report of this form has, and the rows with nothing but their values: of a hundred thousand
    attendees with their orders and tickets, making objects would be most of the time."""
    chosen = [column for column in stored if form == "csv" or column.share]
    sources = {f"column_{n}": F(c.source) if isinstance(c.source, str) else c.source for n, c in enumerate(chosen)}
    columns = [Column(c.name, _value(n, c.shown), c.share) for n, c in enumerate(chosen)]
    return columns, rows.annotate(**sources).values_list(*sources)


def _value(place: int, shown: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    if shown is None:
        return itemgetter(place)
    return lambda row: None if row[place] is None else shown(row[place])


def write_report(
    file: IO[bytes],
    form: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    progress: Progress,
    total: int,
) -> str:
    """Write ``rows``, of which there are ``total``, as ``form``: csv or pdf. The media type."""
    shown = columns if form == "csv" else [column for column in columns if column.share]
    cells = ([column.value(row) for column in shown] for row in _counted(rows, progress, total))
    if form == "csv":
        write_csv(file, [column.name for column in shown], cells)
    else:
        write_table(file, title, [(column.name, column.share) for column in shown], cells)
    return MEDIA_TYPES[form]


def _counted(rows: Iterable[Any], progress: Progress, total: int) -> Iterator[Any]:
    for number, row in enumerate(rows):
        progress(number, total)
        yield row
