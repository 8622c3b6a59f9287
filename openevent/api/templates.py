"""JSON of which all but a row's id and what it links to is known: written once, and filled for each row."""

import re
from collections.abc import Sequence
from typing import Any

import orjson

ID_SLOT = "\x00"  # stands for the id of a row, also within a longer text, and in no name
SLOTS = re.compile(rb'\\u0000|"\\u0001(\d+)"')


def data_slot(number: int) -> str:
    """Stands for a whole value."""
    return f"\x01{number}"


class Template:
    """A document with slots."""

    def __init__(self, document: dict[str, Any]) -> None:
        written = orjson.dumps(document)
        slots = [*SLOTS.finditer(written)]
        begins, ends = [0, *(slot.end() for slot in slots)], [*(slot.start() for slot in slots), len(written)]
        self._texts = [written[begin:end] for begin, end in zip(begins, ends, strict=True)]
        self._numbers = [None if slot[1] is None else int(slot[1]) for slot in slots]

    def fill(self, key: bytes, data: Sequence[bytes]) -> orjson.Fragment:
        """The JSON of one row: its id, and the values by the numbers of their slots."""
        if not data:
            return orjson.Fragment(key.join(self._texts))
        parts = [self._texts[0]]
        for number, text in zip(self._numbers, self._texts[1:], strict=True):
            parts += (key if number is None else data[number], text)
        return orjson.Fragment(b"".join(parts))
