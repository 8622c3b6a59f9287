"""One list of columns for a report in all its forms."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any, NamedTuple

from .tables import write_csv, write_pdf

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
Progress = Callable[[int, int], None]


class Column(NamedTuple):
    """A column: its head, what it says of a row, and how much of a page's width it takes (0: in CSV alone)."""

    name: str
    value: Callable[[Any], Any]
    share: float = 0


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
        write_pdf(file, title, [(column.name, column.share) for column in shown], cells)
    return MEDIA_TYPES[form]


def _counted(rows: Iterable[Any], progress: Progress, total: int) -> Iterator[Any]:
    for number, row in enumerate(rows):
        progress(number, total)
        yield row
