"""What a file that a stranger sends really is. Names and headers are not believed."""

import zipfile
from typing import BinaryIO

from . import pictures
from .zips import NotAZip, directory_of

MAX_TEXT = 10 * 1024 * 1024
MAX_MEMBERS, MAX_DIRECTORY = 5000, 2 * 1024 * 1024  # of a zip, and of its table of contents in bytes
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
# How a document of each family says that it brings macros.
OLD_MACROS = "_VBA_PROJECT".encode("utf-16-le")
MODERN_MACROS, OPEN_MACROS = "vbaproject.bin", ("Basic/", "Scripts/")
MACROS = "Documents with macros are not taken."
LONGEST_KIND = 200  # letters of a media type
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
            _refuse_old_macros(file)
            return said
        raise UnknownType("Not a kind of file that is taken here.")
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(file)
    return _kind_of_text(file, head, said)


def _refuse_old_macros(file: BinaryIO) -> None:
    """Streams of a compound file are listed by their names, which may lie across two of our reads."""
    file.seek(0)
    before = b""
    while piece := file.read(1024 * 1024):
        if OLD_MACROS in before + piece:
            raise UnknownType(MACROS)
        before = piece[-len(OLD_MACROS) :]


def _kind_of_zip(file: BinaryIO) -> str:
    try:
        members, octets = directory_of(file)
        if members > MAX_MEMBERS or octets > MAX_DIRECTORY:
            raise UnknownType(f"A zip has at most {MAX_MEMBERS} members.")
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if any(name.lower().endswith(MODERN_MACROS) or name.startswith(OPEN_MACROS) for name in names):
                raise UnknownType(MACROS)
            if names and names[0] == "mimetype" and _is_small(archive.getinfo("mimetype")):
                kind = archive.read("mimetype").decode("ascii", "replace").rpartition(".")[2]
                return OPEN_DOCUMENTS.get(kind, "zip")
    except (NotAZip, zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        raise UnknownType("The file is damaged.") from None
    if "[Content_Types].xml" in names:
        found = (kind for name in names for folder, kind in MODERN_OFFICE.items() if name.startswith(folder))
        return next(found, "zip")
    return "zip"


def _is_small(entry: zipfile.ZipInfo) -> bool:
    """Whether it is what it says it is: other ways of packing are unpacked without a bound."""
    return entry.compress_type == zipfile.ZIP_STORED and entry.file_size < LONGEST_KIND


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
