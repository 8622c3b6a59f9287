"""Fonts of a PDF that hold no more than the letters that it shows (ISO 32000-1, 9.7: composite fonts)."""

from typing import Any

from ..typography import face_of
from .file import PdfFile

ESCAPED = {letter: b"\\" + bytes([letter]) for letter in b"()\\"} | {0x0D: b"\\r", 0x0A: b"\\n"}
AT_ONCE = 100  # entries in a block of a ToUnicode map, by its specification
TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{blocks}
endcmap CMapName currentdict /CMap defineresource pop end end"""


class Font:
    """One font of one file. ``codes``: a letter → its bytes in a string of a page; ``widths``: a letter → thousandths
    of the size of the font. Both know a letter when it is first asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.face: Any = face_of(name)
        self.codes = _Codes(self.face)
        self.widths = _Widths(self.face)

    def encoded(self, text: str) -> bytes:
        """The text as a string of a page."""
        return b"(%b)" % b"".join(map(self.codes.__getitem__, text))

    def width(self, text: str) -> float:
        """How wide the text is, in thousandths of the size of the font."""
        return sum(map(self.widths.__getitem__, text))

    def write(self, file: PdfFile) -> int:
        """Write it with the letters that were asked for; its number."""
        face, name = self.face, f"SUBSET+{self.name}"
        letters = self.codes.shown
        program = face.makeSubset([ord(letter) for letter in letters])
        outlines = file.add_stream(program, f"/Length1 {len(program)}")
        box = " ".join(f"{edge:g}" for edge in face.bbox)
        descriptor = file.add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{box}]/ItalicAngle {face.italicAngle:g}"
            f"/Ascent {face.ascent:g}/Descent {face.descent:g}/CapHeight {face.capHeight:g}/StemV {face.stemV:g}"
            f"/FontFile2 {outlines} 0 R>>"
        )
        widths = " ".join(f"{self.widths[letter]:g}" for letter in letters)
        system = "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        glyphs = file.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo{system}/FontDescriptor {descriptor} 0 R"
            f"/DW {face.defaultWidth:g}/W[1[{widths}]]/CIDToGIDMap/Identity>>"
        )
        meaning = file.add_stream(TO_UNICODE.format(blocks=self._meaning()).encode("ascii"))
        return file.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{glyphs} 0 R]"
            f"/ToUnicode {meaning} 0 R>>"
        )

    def _meaning(self) -> str:
        """Which letter a code means: for those who search in the file, or copy from it."""
        lines = [
            f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>\n"
            for code, letter in enumerate(self.codes.shown, start=1)
        ]
        blocks = [lines[start : start + AT_ONCE] for start in range(0, len(lines), AT_ONCE)]
        return "\n".join(f"{len(block)} beginbfchar\n{''.join(block)}endbfchar" for block in blocks)


class _Codes(dict[str, bytes]):
    """Letters are numbered from 1 as they come, as makeSubset() numbers their shapes; 0 is the missing one."""

    def __init__(self, face: Any) -> None:
        self.face = face
        self.numbers: dict[int, int] = {}  # shape in the font → number in the file
        self.shown: list[str] = []  # the first letter of each shape, by its number

    def __missing__(self, letter: str) -> bytes:
        shape = self.face.charToGlyph.get(ord(letter), 0)
        if shape == 0:
            number = 0
        elif shape in self.numbers:
            number = self.numbers[shape]
        else:
            self.shown.append(letter)
            number = self.numbers[shape] = len(self.shown)
        code = self[letter] = b"".join(ESCAPED.get(byte, bytes([byte])) for byte in number.to_bytes(2, "big"))
        return code


class _Widths(dict[str, float]):
    def __init__(self, face: Any) -> None:
        self.face = face

    def __missing__(self, letter: str) -> float:
        width = self[letter] = self.face.charWidths.get(ord(letter), self.face.defaultWidth)
        return width
