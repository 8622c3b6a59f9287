"""Long tables as PDF: each row is drawn where it belongs.

xhtml2pdf is for what is short and looks good (tickets, invoices): it would take minutes for 100,000 rows. What is drawn
stays in memory until its file is written, ten times as large as it will be there; hence the table is drawn in parts.
"""

from bisect import bisect
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import pypdfium2
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from .tables import as_cell
from .typography import BASE, BOLD, register_font, runs_of

Lines = Sequence[str]


def write_table(
    file: IO[bytes], title: str, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[Any]]
) -> None:
    """The table as PDF, its head on each page. ``columns``: names, and the parts of the width that they take."""
    with TemporaryDirectory(prefix="openevent-pdf-") as folder:
        table = _Table(Path(folder), title, columns)
        for row in rows:
            table.add([as_cell(value) for value in row])
        _join(table.end(), file)


def _join(parts: Sequence[Path], file: IO[bytes]) -> None:
    whole = pypdfium2.PdfDocument(parts[0])
    for path in parts[1:]:
        part = pypdfium2.PdfDocument(path)
        whole.import_pages(part)
        part.close()
    whole.save(file)
    whole.close()


class _Table:
    """Lengths are in points, from the lower left corner of the page."""

    SIZE, LEADING, PAD, MARGIN, TITLE_SIZE = 8, 10, 2 * mm, 12 * mm, 12
    WIDTH, HEIGHT = landscape(A4)
    MOST_LINES = 12  # of one cell
    MOST_LETTERS = 1000
    PAGES_OF_PART = 100

    def __init__(self, folder: Path, title: str, columns: Sequence[tuple[str, float]]) -> None:
        self.folder = folder
        self.parts: list[Path] = []
        self.canvas: Canvas
        self.pages = 0
        self.title = title
        self.names = [[name] for name, _ in columns]
        part = (self.WIDTH - 2 * self.MARGIN) / sum(share for _, share in columns)
        self.rooms = [share * part - self.PAD for _, share in columns]
        self.lefts = [self.MARGIN + part * sum(share for _, share in columns[:n]) for n in range(len(columns))]
        self._begin_page()

    def add(self, cells: Sequence[str]) -> None:
        """One row, as high as its longest cell."""
        lines = [self._wrapped(cell, room) for cell, room in zip(cells, self.rooms, strict=True)]
        height = max(1, *map(len, lines)) * self.LEADING + self.PAD
        if self.y - height < self.MARGIN:
            self._end_page()
            self._begin_page()
        self._draw_cells(lines)
        self.y -= height
        self._rule()

    def end(self) -> list[Path]:
        """Write what is left; the parts."""
        self._end_page()
        self.canvas.save()
        return self.parts

    def _begin_page(self) -> None:
        if self.pages % self.PAGES_OF_PART == 0:
            self._begin_part()
        self.pages += 1
        self.text = self.canvas.beginText()
        self.used = ("", 0)
        self.y = self.HEIGHT - self.MARGIN
        self._draw(str(self.pages), self.WIDTH - 2 * self.MARGIN, self.MARGIN / 2)
        self._draw(self.title, self.MARGIN, self.y - self.LEADING, size=self.TITLE_SIZE)
        self.y -= 2 * self.LEADING
        self._draw_cells(self.names, BOLD)
        self.y -= self.LEADING + self.PAD
        self.canvas.setLineWidth(0.3)
        self._rule()

    def _begin_part(self) -> None:
        if self.parts:
            self.canvas.save()
        self.parts.append(self.folder / f"{len(self.parts)}.pdf")
        self.canvas = Canvas(str(self.parts[-1]), pagesize=(self.WIDTH, self.HEIGHT), pageCompression=1)
        self.canvas.setTitle(self.title)
        self.canvas.setCreator("openevent")

    def _end_page(self) -> None:
        self.canvas.drawText(self.text)
        self.canvas.showPage()

    def _rule(self) -> None:
        self.canvas.line(self.MARGIN, self.y, self.WIDTH - self.MARGIN, self.y)

    def _draw_cells(self, cells: Iterable[Lines], base: str = BASE) -> None:
        for lines, left in zip(cells, self.lefts, strict=True):
            y = self.y
            for text in lines:
                y -= self.LEADING
                self._draw(text, left, y, base)

    def _draw(self, text: str, x: float, y: float, base: str = BASE, size: int = SIZE) -> None:
        self.text.setTextOrigin(x, y)
        for name, piece in runs_of(text):
            font = (base if name == BASE else name, size)
            if font != self.used:
                self.used = font
                register_font(font[0])
                self.text.setFont(*font)
            self.text.textOut(piece)

    def _wrapped(self, cell: str, room: float) -> Lines:
        """The cell in lines that are not wider than its column."""
        if not cell:
            return ()
        if len(cell) <= self.MOST_LETTERS and "\n" not in cell and self._width(cell) <= room:
            return (cell,)
        lines: list[str] = []
        line = ""
        for word in cell[: self.MOST_LETTERS].split():
            longer = f"{line} {word}" if line else word
            if self._width(longer) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            *pieces, line = self._broken(word, room)
            lines += pieces
            if len(lines) > self.MOST_LINES:
                break
        lines.append(line)
        return lines if len(lines) <= self.MOST_LINES else [*lines[: self.MOST_LINES - 1], "…"]

    def _broken(self, word: str, room: float) -> list[str]:
        """A word in pieces that fit, where it is too long for a line."""
        pieces = []
        while self._width(word) > room:
            fits = bisect(range(1, len(word)), room, key=lambda n: self._width(word[:n]))
            pieces.append(word[: max(1, fits)])
            word = word[max(1, fits) :]
        return [*pieces, word]

    def _width(self, text: str) -> float:
        runs = runs_of(text)
        for font, _ in runs:
            register_font(font)
        return sum(stringWidth(piece, font, self.SIZE) for font, piece in runs)
