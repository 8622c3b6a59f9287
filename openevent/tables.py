"""Long tables as files: rows come from a generator, so that memory does not grow with their number."""

import csv
import io
from bisect import bisect
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream, PDFZCompress
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from .typography import BASE, BOLD, register_fonts_of, runs_of

# What spreadsheets take for the beginning of a formula, also in the widths of East Asian letters.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_cell(value: Any) -> str:
    """A value as people read it; nothing for None."""
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
    text = as_cell(value).replace("\x00", "")
    return text if isinstance(value, int | float | Decimal) else disarmed(text)


def disarmed(text: str) -> str:
    """The text with a quote before it where a spreadsheet would take it for a formula."""
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


def write_pdf(file: IO[bytes], title: str, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[Any]]) -> None:
    """The table as PDF, its head on each page. ``columns``: names, and the parts of the width that they take."""
    table = _Table(_Canvas(file, pagesize=landscape(A4), pageCompression=1), title, columns)
    for row in rows:
        table.add([as_cell(value) for value in row])
    table.end()


class _Canvas(Canvas):
    """Packs each page as soon as it is drawn; reportlab would keep all of them as text until the end."""

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        super().showPage()
        page = self._doc.Pages.pages[-1]
        packed = PDFDictionary({"Filter": PDFName(PDFZCompress.pdfname)})
        page.Contents = PDFStream(packed, PDFZCompress.encode(page.stream), filters=[])
        page.stream = None


class _Table:
    """Rows drawn one after the other; a page that is full is packed and not looked at again."""

    SIZE, LEADING, PAD, MARGIN = 8, 10, 2 * mm, 12 * mm
    MOST_LINES = 12  # of one cell
    MOST_LETTERS = 1000

    def __init__(self, canvas: Canvas, title: str, columns: Sequence[tuple[str, float]]) -> None:
        register_fonts_of(BASE, BOLD)
        self.canvas = canvas
        self.title = title
        self.names = [name for name, _ in columns]
        self.width, self.height = landscape(A4)
        part = (self.width - 2 * self.MARGIN) / sum(share for _, share in columns)
        self.widths = [share * part for _, share in columns]
        self.page = 0
        self.y = 0.0
        canvas.setTitle(title)
        self._begin_page()

    def add(self, cells: Sequence[str]) -> None:
        """One row, as high as its longest cell."""
        lines = [self._wrapped(cell, width) for cell, width in zip(cells, self.widths, strict=True)]
        height = max(len(cell) for cell in lines) * self.LEADING + self.PAD
        if self.y - height < self.MARGIN:
            self._end_page()
            self._begin_page()
        self._draw_cells(lines, BASE)
        self.y -= height
        self.rules.append(self.y)

    def end(self) -> None:
        """Write what was drawn."""
        self._end_page()
        self.canvas.save()

    def _begin_page(self) -> None:
        self.page += 1
        self.y = self.height - self.MARGIN
        self.text = self.canvas.beginText()  # one for the whole page: little is kept of each letter
        self.font: tuple[str, int] = ("", 0)
        self.rules: list[float] = []
        self._draw(str(self.page), self.width - 2 * self.MARGIN, self.MARGIN / 2, self.SIZE)
        self._draw(self.title, self.MARGIN, self.y - self.LEADING, 12)
        self.y -= 2 * self.LEADING
        self._draw_cells([[name] for name in self.names], BOLD)
        self.y -= self.LEADING + self.PAD
        self.rules.append(self.y)

    def _end_page(self) -> None:
        self.canvas.drawText(self.text)
        self.canvas.setLineWidth(0.3)
        self.canvas.lines([(self.MARGIN, y, self.width - self.MARGIN, y) for y in self.rules])
        self.canvas.showPage()

    def _draw_cells(self, cells: list[list[str]], font: str) -> None:
        x = self.MARGIN
        for lines, width in zip(cells, self.widths, strict=True):
            for number, text in enumerate(lines, start=1):
                self._draw(text, x, self.y - self.LEADING * number, self.SIZE, font)
            x += width

    def _draw(self, text: str, x: float, y: float, size: int, base: str = BASE) -> None:
        self.text.setTextOrigin(round(x, 1), round(y, 1))
        for name, piece in runs_of(text):
            font = (base if name == BASE else name, size)
            if font != self.font:
                self.font = font
                self.text.setFont(*font)
            self.text.textOut(piece)

    def _wrapped(self, cell: str, width: float) -> list[str]:
        """The cell in lines that are not wider than its column."""
        lines: list[str] = []
        line = ""
        for word in cell[: self.MOST_LETTERS].split():
            longer = f"{line} {word}" if line else word
            if self._width(longer) <= width - self.PAD:
                line = longer
                continue
            if line:
                lines.append(line)
            *pieces, line = self._broken(word, width - self.PAD)
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
        return sum(stringWidth(piece, font, self.SIZE) for font, piece in runs_of(text))
