"""Words that people look for, as conditions that an index answers: parts of texts, beginnings of numbers of orders."""

import re
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

from . import lookups  # noqa: F401  (registers ILIKE)

SHORTEST = 3  # letters that an index of trigrams finds anywhere; fewer are looked for where words begin
BEGINNING = re.compile(r"[0-9a-f]{8}[0-9a-f-]*", re.IGNORECASE)  # of a UUID
MOST_WORDS = 8


def text_index(name: str, *columns: str) -> GinIndex:
    """An index that finds parts of these columns, whatever the letter case. It is one for all of them, so that a row
    that changes is entered once."""
    return GinIndex(name=name, fields=columns, opclasses=["gin_trgm_ops"] * len(columns))


def words_of(text: str) -> list[str]:
    """The words of what was typed; what stands in quotes is one."""
    words = []
    for word in smart_split(text.replace("\x00", "")):
        is_quoted = len(word) > 1 and word[0] == word[-1] and word[0] in "\"'"
        words.append(unescape_string_literal(word) if is_quoted else word)
    return [word for word in words if word][:MOST_WORDS]


def holds(word: str, *columns: str) -> Q:
    """That one of the columns holds the word, whatever the letter case."""
    escaped = re.sub(r"([\\%_])", r"\\\1", word.replace("\x00", ""))
    patterns = [f"%{escaped}%"] if len(word) >= SHORTEST else [f"{escaped}%", f"% {escaped}%"]
    return Q(*[(f"{name}__sql_ilike", pattern) for name in columns for pattern in patterns], _connector=Q.OR)


def begins(word: str, column: str) -> Q | None:
    """That the UUID in ``column`` begins with the word; None for what cannot be the beginning of one."""
    digits = word.replace("-", "")
    if not BEGINNING.fullmatch(word) or len(digits) > 32:
        return None
    return Q(**{f"{column}__range": (UUID(f"{digits:0<32}"), UUID(f"{digits:f<32}"))})
