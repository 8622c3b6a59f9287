"""Reading a zip that a stranger made: names, sizes and JSON are checked, headers are not believed."""

import json
import lzma
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from openevent.exceptions import MalformedInput
from openevent.zips import NotAZip, directory_of

MIB = 1024 * 1024
MAX_FILE = 256 * MIB  # the zip itself
MAX_MEMBERS = 5000
MAX_DIRECTORY = 2 * MIB  # the zip's table of contents
MAX_TOTAL = 512 * MIB  # all members unpacked
MAX_JSON = 16 * MIB  # one JSON member unpacked
MAX_IMAGE = 10 * MIB
MAX_DOCUMENT = 50 * MIB
MAX_RATIO = 200  # unpacked to packed, for members of more than 1 MiB
MAX_VALUES = 1_000_000  # commas and brackets in one JSON member: it bounds the memory that parsing takes
CHUNK = 64 * 1024

MEMBERS = {
    "event": ("event",),
    "microlocations": ("microlocations", "rooms"),
    "tracks": ("tracks",),
    "session_types": ("session_types", "sessiontypes"),
    "sessions": ("sessions",),
    "speakers": ("speakers",),
    "sponsors": ("sponsors",),
    "social_links": ("social_links", "sociallinks"),
    "forms": ("forms", "custom_forms", "customforms"),
}
JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|\._)|/$")
# what zipfile raises for a damaged or unusual file, apart from BadZipFile
DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
)


def refuse(code: str, message: str) -> MalformedInput:
    """The one sentence that a bad zip gets."""
    return MalformedInput(message, code)


@dataclass
class Archive:
    """An open zip whose table of contents has been checked."""

    zip: zipfile.ZipFile
    files: dict[str, zipfile.ZipInfo]  # path below the folder that holds the event -> entry
    data: dict[str, zipfile.ZipInfo]  # name of MEMBERS -> entry
    others: list[str] = field(default_factory=list)  # members that are neither data nor images

    def read_json(self, name: str) -> Any:
        """The parsed member; MalformedInput says what is wrong with it."""
        entry = self.data[name]
        raw = self._read(entry, MAX_JSON)
        if sum(raw.count(mark) for mark in (b",", b"[", b"{")) > MAX_VALUES:
            raise refuse("too_large", f"The member '{entry.filename}' holds more values than any event has.")
        try:
            return json.loads(_decode(raw, entry.filename), parse_constant=lambda _: None)
        except RecursionError:
            raise refuse("bad_json", f"The member '{entry.filename}' is nested too deeply.") from None
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise refuse(
                "bad_json", f"The member '{entry.filename}' is not valid JSON: {error.msg} ({where})."
            ) from None
        except ValueError:
            raise refuse(
                "bad_json", f"The member '{entry.filename}' is not valid JSON: a number is too long."
            ) from None

    def read_file(self, path: str, *, is_image: bool) -> bytes | None:
        """The bytes of a file that a record names, or None where there is no such file."""
        entry = self.files.get(path.strip("/"))
        return None if entry is None else self._read(entry, MAX_IMAGE if is_image else MAX_DOCUMENT)

    def _read(self, entry: zipfile.ZipInfo, limit: int) -> bytes:
        raw = bytearray()
        try:
            with self.zip.open(entry) as member:
                while chunk := member.read(CHUNK):
                    raw += chunk
                    if len(raw) > limit:
                        raise refuse(
                            "too_large",
                            f"The member '{entry.filename}' is larger than {limit // MIB} MiB unpacked.",
                        )
        except DAMAGE:
            raise refuse("bad_zip", f"The member '{entry.filename}' is damaged and cannot be unpacked.") from None
        return bytes(raw)


def open_archive(file: BinaryIO) -> Archive:
    """Check a zip's names and declared sizes and find the event in it; MalformedInput when it is bad."""
    _check_directory_size(file)
    try:
        opened = zipfile.ZipFile(file)
    except DAMAGE:
        raise refuse("bad_zip", "The file is not a zip, or it is damaged or cut off.") from None
    entries = opened.infolist()
    if len(entries) > MAX_MEMBERS:
        raise refuse("too_many_members", f"The zip has more than {MAX_MEMBERS} members.")
    total = 0
    for entry in entries:
        _check_entry(entry)
        total += entry.file_size
        if total > MAX_TOTAL:
            raise refuse("too_large", f"The zip holds more than {MAX_TOTAL // MIB} MiB unpacked.")
    return _find_event(opened, [e for e in entries if not JUNK.search(e.filename)])


def _check_directory_size(file: BinaryIO) -> None:
    """Refuse a huge table of contents before zipfile builds an object for each of its entries."""
    try:
        size = file.seek(0, 2)
        if size > MAX_FILE:
            raise refuse("too_large", f"The zip is larger than {MAX_FILE // MIB} MiB.")
        members, directory = directory_of(file)
    except OSError:
        raise refuse("bad_zip", "The file cannot be read.") from None
    except NotAZip:
        raise refuse("bad_zip", "The file is not a zip, or it is damaged or cut off.") from None
    if members > MAX_MEMBERS:  # 0xFFFF, the mark of zip64, included
        raise refuse("too_many_members", f"The zip has more than {MAX_MEMBERS} members.")
    if directory > MAX_DIRECTORY:
        raise refuse("too_large", "The zip's table of contents is too large.")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    shown = ascii(entry.filename)[1:-1][:80]
    if "\x00" in entry.orig_filename:
        raise refuse("unsafe_path", f"The zip has a member with a broken name: '{shown}'.")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
        raise refuse("unsafe_path", f"The zip has a member that points out of it: '{shown}'.")
    kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == 3 else 0
    if kind == stat.S_IFLNK:
        raise refuse("unsafe_path", f"The zip has a member that is a link: '{shown}'.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refuse("unsafe_path", f"The zip has a member that is no plain file: '{shown}'.")
    if entry.flag_bits & 0x1:
        raise refuse("encrypted", f"The member '{shown}' is encrypted.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # zipfile unpacks the other kinds without a bound on the size of a chunk
        raise refuse("bad_zip", f"The member '{shown}' is packed in a way that is not supported.")
    if entry.file_size > MIB and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise refuse("too_large", f"The member '{shown}' would unpack to {entry.file_size // MIB} MiB: refused.")


def _find_event(opened: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Archive:
    """The folder with the event in it is the root; other members count from there."""
    paths = {e.filename.replace("\\", "/").removeprefix("./"): e for e in reversed(entries)}
    roots = sorted(
        {path.rpartition("/")[0] for path in paths if _plain(path.rpartition("/")[2]) == "event"},
        key=lambda root: (root.count("/") + bool(root), root),
    )
    if not roots:
        raise refuse("missing_member", "The zip has no member 'event': it is not an Open Event export.")
    if len(roots) > 1 and roots[0]:
        raise refuse("several_events", f"The zip holds several events: '{roots[0]}' and '{roots[1]}'.")
    prefix = f"{roots[0]}/" if roots[0] else ""
    files = {path.removeprefix(prefix): e for path, e in paths.items() if path.startswith(prefix)}
    archive = Archive(opened, files, {})
    for path in sorted(files, key=len):  # "event" before "event.json"
        names = [name for name, spellings in MEMBERS.items() if _plain(path) in spellings]
        if names and names[0] not in archive.data:
            archive.data[names[0]] = files[path]
        elif "/" not in path:
            archive.others.append(path)
    return archive


def _plain(name: str) -> str:
    return name.lower().removesuffix(".json").replace("-", "_")


def _decode(raw: bytes, name: str) -> str:
    """UTF-8 with or without BOM; UTF-16 with BOM, as some editors save it."""
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise refuse("bad_json", f"The member '{name}' is not UTF-8 text.") from None
