"""The outermost form of a PDF (ISO 32000-1, 7.5): numbered objects, where they are, and which two to begin with."""

import zlib
from array import array
from typing import IO

HEADER = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"  # four bytes above 127: programs see that it is no text
NOT_YET = 0


class PdfFile:
    """Objects on their way into a file. Of what was written only its place is kept: eight bytes for each object."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = 0
        self.places = array("Q")
        self._write(HEADER)

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self.places.append(NOT_YET)
        return len(self.places)

    def add(self, content: str | bytes, number: int | None = None) -> int:
        """Write an object, under a number that was reserved or the next one; its number."""
        number = number or self.reserve()
        self.places[number - 1] = self.size
        body = content.encode("ascii") if isinstance(content, str) else content
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        return number

    def add_stream(self, content: bytes, entries: str = "") -> int:
        """Write a stream, packed; its number. ``entries`` stand in its dictionary beside the length."""
        packed = zlib.compress(content)
        head = f"<</Filter/FlateDecode/Length {len(packed)}{entries}>>\nstream\n"
        return self.add(head.encode("ascii") + packed + b"\nendstream")

    def end(self, *, root: int, info: int) -> None:
        """Write where everything is. ValueError where an object was reserved and never written."""
        if NOT_YET in self.places:
            raise ValueError(f"object {self.places.index(NOT_YET) + 1} was reserved and not written")
        begins = self.size
        self._write(f"xref\n0 {len(self.places) + 1}\n0000000000 65535 f \n".encode("ascii"))
        for place in self.places:
            self._write(b"%010d 00000 n \n" % place)
        trailer = f"trailer\n<</Size {len(self.places) + 1}/Root {root} 0 R/Info {info} 0 R>>\n"
        self._write(f"{trailer}startxref\n{begins}\n%%EOF\n".encode("ascii"))

    def _write(self, raw: bytes) -> None:
        self.file.write(raw)
        self.size += len(raw)


def as_text(text: str) -> str:
    """A string that people read, as PDF spells it outside of pages."""
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex()}>"
