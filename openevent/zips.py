"""How large the table of contents of a zip is: asked before zipfile makes an object for each of its entries."""

import struct
from typing import BinaryIO, NamedTuple

LONGEST_TAIL = 65_557  # the end record and the longest comment after it
END, END_SIZE = b"PK\x05\x06", 22
LOCATOR, LOCATOR_SIZE = b"PK\x06\x07", 20  # of zip64, whose numbers count instead of those of the end record


class NotAZip(Exception):
    """The bytes are no zip, or only a part of one."""


class Directory(NamedTuple):
    """What a zip says of its table of contents. Of zip64, which only files have that are too large for us, it says
    more than any limit allows."""

    members: int
    octets: int


def directory_of(file: BinaryIO) -> Directory:
    """The size of the table of contents; the file stands at its beginning afterwards. NotAZip where there is none."""
    size = file.seek(0, 2)
    file.seek(max(0, size - LONGEST_TAIL - LOCATOR_SIZE))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        raise NotAZip
    if tail[max(0, at - LOCATOR_SIZE) : at].startswith(LOCATOR):
        return Directory(2**32, 2**64)
    return Directory(*struct.unpack("<HL", tail[at + 10 : at + 16]))
