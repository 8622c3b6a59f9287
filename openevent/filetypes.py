"""What a file that a stranger sends really is. Names and headers are not believed."""

import zipfile
from typing import BinaryIO

from . import pictures

MAX_TEXT = 10 * 1024 * 1024
PICTURES = frozenset({"jpg", "png", "gif", "webp"})
OLD_OFFICE = ("ppt", "doc", "xls")
TEXTS = ("csv", "txt")
# the beginning of a file → its extension
BEGINNINGS = [
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
]
OPEN_DOCUMENTS = {"presentation": "odp", "text": "odt", "spreadsheet": "ods"}
MODERN_OFFICE = {"ppt/": "pptx", "word/": "docx", "xl/": "xlsx"}


class UnknownType(Exception):
    """The file is of no kind that the site takes; the message says why."""


def extension_of(file: BinaryIO, name: str) -> str:
    """The extension that the content deserves; UnknownType where none does. ``name`` decides only among
    kinds that look alike."""
    file.seek(0)
    head = file.read(4096)
    for beginning, extension in BEGINNINGS:
        if head.startswith(beginning):
            return extension
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE"):
        return "webp" if head[8:12] == b"WEBP" else "wav"
    if head[4:8] == b"ftyp":
        return "m4a" if head[8:11] == b"M4A" else "mp4"
    said = name.rpartition(".")[2].lower()
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if said in OLD_OFFICE:
            return said
        raise UnknownType("Not a kind of file that is taken here.")
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(file)
    return _kind_of_text(file, head, said)


def _kind_of_zip(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise UnknownType("Documents with macros are not taken.")
            if names and names[0] == "mimetype" and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").rpartition(".")[2]
                return OPEN_DOCUMENTS.get(kind, "zip")
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        raise UnknownType("The file is damaged.") from None
    if "[Content_Types].xml" in names:
        found = (kind for name in names for folder, kind in MODERN_OFFICE.items() if name.startswith(folder))
        return next(found, "zip")
    return "zip"


def _kind_of_text(file: BinaryIO, head: bytes, said: str) -> str:
    if pictures.is_markup(head):
        raise UnknownType("SVG, HTML and XML are not taken: they may carry scripts.")
    file.seek(0)
    text = file.read(MAX_TEXT + 1)
    try:
        readable = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        readable = "\x00"
    if not head or "\x00" in readable or len(text) > MAX_TEXT:
        raise UnknownType("Not a kind of file that is taken here.")
    return said if said in TEXTS else "txt"
