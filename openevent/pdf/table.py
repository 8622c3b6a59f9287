"""A table drawn row by row; a page that is full is written and forgotten."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from typing import IO, Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm

from ..tables import as_cell
from ..typography import BASE, BOLD, is_plain, runs_of
from .file import PdfFile, as_text
from .fonts import Font

Lines = Sequence[str]


def write_table(
    file: IO[bytes], title: str, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[Any]]
) -> None:
    """The table as PDF, its head on each page. ``columns``: names, and the parts of the width that they take."""
    table = _Table(PdfFile(file), title, columns)
    for row in rows:
        table.add([as_cell(value) for value in row])
    table.end()


class _Table:
    """Lengths are in points, from the lower left corner of the page."""

    SIZE, LEADING, PAD, MARGIN, TITLE_SIZE = 8, 10, 2 * mm, 12 * mm, 12
    WIDTH, HEIGHT = landscape(A4)
    MOST_LINES = 12  # of one cell
    MOST_LETTERS = 1000

    def __init__(self, file: PdfFile, title: str, columns: Sequence[tuple[str, float]]) -> None:
        self.file = file
        self.title = title
        self.names = [[name] for name, _ in columns]
        part = (self.WIDTH - 2 * self.MARGIN) / sum(share for _, share in columns)
        self.rooms = [(share * part - self.PAD) * 1000 / self.SIZE for _, share in columns]  # as fonts measure
        self.lefts = [self.MARGIN + part * sum(share for _, share in columns[:n]) for n in range(len(columns))]
        self.root, self.tree, self.resources = file.reserve(), file.reserve(), file.reserve()
        self.fonts: dict[str, Font] = {}
        self.pages: list[int] = []
        self.plain = self._font(BASE)
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
        self.rules.append(self.y)

    def end(self) -> None:
        """Write the last page, and what all pages share."""
        self._end_page()
        file, pages = self.file, self.pages
        fonts = "".join(f"/{self._key(name)} {font.write(file)} 0 R" for name, font in self.fonts.items())
        file.add(f"<</Font<<{fonts}>>>>", self.resources)
        kids = " ".join(f"{page} 0 R" for page in pages)
        box = f"[0 0 {self.WIDTH:.2f} {self.HEIGHT:.2f}]"
        shared = f"/MediaBox{box}/Resources {self.resources} 0 R"
        file.add(f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]{shared}>>", self.tree)
        file.add(f"<</Type/Catalog/Pages {self.tree} 0 R>>", self.root)
        file.end(root=self.root, info=file.add(f"<</Title{as_text(self.title)}/Producer(openevent)>>"))

    def _begin_page(self) -> None:
        self.content: list[bytes] = [b"BT"]
        self.used = ("", 0)
        self.rules: list[float] = []
        number = str(len(self.pages) + 1)
        self._draw(number, self.WIDTH - 2 * self.MARGIN, self.MARGIN / 2)
        self.y = self.HEIGHT - self.MARGIN
        self._draw(self.title, self.MARGIN, self.y - self.LEADING, size=self.TITLE_SIZE)
        self.y -= 2 * self.LEADING
        self._draw_cells(self.names, BOLD)
        self.y -= self.LEADING + self.PAD
        self.rules.append(self.y)

    def _end_page(self) -> None:
        right = self.WIDTH - self.MARGIN
        rules = (b"%.1f %.1f m %.1f %.1f l" % (self.MARGIN, y, right, y) for y in self.rules)
        content = self.file.add_stream(b"\n".join([*self.content, b"ET 0.3 w", *rules, b"S"]))
        self.pages.append(self.file.add(f"<</Type/Page/Parent {self.tree} 0 R/Contents {content} 0 R>>"))

    def _draw_cells(self, cells: Iterable[Lines], base: str = BASE) -> None:
        for lines, left in zip(cells, self.lefts, strict=True):
            y = self.y
            for text in lines:
                y -= self.LEADING
                self._draw(text, left, y, base)

    def _draw(self, text: str, x: float, y: float, base: str = BASE, size: int = SIZE) -> None:
        self.content.append(b"1 0 0 1 %.1f %.1f Tm" % (x, y))
        for family, piece in runs_of(text):
            name = base if family == BASE else family
            font = self._font(name)
            if (name, size) != self.used:
                self.used = (name, size)
                self.content.append(f"/{self._key(name)} {size} Tf".encode("ascii"))
            self.content.append(font.encoded(piece) + b"Tj")

    def _font(self, name: str) -> Font:
        if name not in self.fonts:
            self.fonts[name] = Font(name)
        return self.fonts[name]

    def _key(self, name: str) -> str:
        return f"F{list(self.fonts).index(name)}"

    def _wrapped(self, cell: str, room: float) -> Lines:
        """The cell in lines that are not wider than its column."""
        if not cell:
            return ()
        if is_plain(cell) and self.plain.width(cell) <= room:
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
        return sum(self._font(font).width(piece) for font, piece in runs_of(text))
