"""One record of a member: its keys in one spelling, its values as the model's columns hold them."""

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from openevent.richtext import UNPRINTABLE, clean_html, is_blank, loses_markup, plain_text

from . import values
from .summary import Notes

IMAGE_COLUMNS = {
    *("logo_url", "original_image_url", "large_image_url", "thumbnail_image_url", "icon_image_url"),
    *("photo_url", "small_image_url"),
}
DOCUMENT_COLUMNS = {"slides_url", "video_url", "audio_url"}
# text of several lines that nobody formats
UNFORMATTED = {"address", "bank_details", "cheque_details", "onsite_details", "invoice_details"}


@dataclass(frozen=True)
class ZipFile:
    """A file that a record names by its path inside the zip."""

    path: str
    is_image: bool


def spell(key: str) -> str:
    """One spelling for dashed-keys, underscored_keys and camelKeys."""
    key = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key.strip())
    return re.sub(r"[\s_-]+", "_", key).lower()


class Row:
    """A record being read. Each value that cannot be kept leaves a note that names the record."""

    def __init__(
        self, member: str, raw: Mapping[str, Any], notes: Notes, label: str = "", paths: Iterable[str] = ()
    ) -> None:
        self.member = member
        self.label = label
        self.notes = notes
        self.paths = frozenset(paths)  # of the files in the zip
        self.zone: zoneinfo.ZoneInfo | None = None
        self.used: set[str] = set()
        self.raw: dict[str, Any] = {}
        for key, value in raw.items():
            name = spell(key)
            if values.is_nothing(self.raw.get(name)):  # both spellings in one record: the one that says something
                self.raw[name] = value

    def note(self, sentence: str) -> None:
        """Something about this record that was mended or left out."""
        self.notes.add(self.member, sentence, self.label)

    def take(self, *names: str) -> Any:
        """The first value that says something among the spellings of one attribute; else None."""
        self.used.update(names)
        for name in names:
            if not values.is_nothing(self.raw.get(name)):
                return self.raw[name]
        return None

    def has(self, *names: str) -> bool:
        """Whether the record has the attribute at all, be it empty."""
        self.used.update(names)
        return any(name in self.raw for name in names)

    def columns(self, model: type[models.Model], spellings: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        """The model's columns of ``spellings``, each read as its field demands; absent ones are left out."""
        found = {}
        for name, others in spellings.items():
            field = model._meta.get_field(name)
            value = self.column(field, name, *others)
            if value is not None:
                found[name] = value
        return found

    def column(self, field: Any, *names: str) -> Any:
        """One column's value, or None where the record says nothing (usable)."""
        match field:
            case models.EmailField():
                return self._kept(self.take(*names), values.to_email, names[0], "no e-mail address")
            case models.URLField():
                return self.link(*names)
            case models.CharField():
                return self.line(*names, limit=field.max_length) or None
            case models.TextField():
                return self.text(*names)
            case models.BooleanField():
                return self._kept(self.take(*names), values.to_flag, names[0], "neither true nor false")
            case models.IntegerField():
                return self._kept(self.take(*names), values.to_number, names[0], "no whole number")
            case models.FloatField():
                return self._coordinate(field, *names)
            case models.DateTimeField():
                return self.moment(*names)
            case models.JSONField():
                return values.to_json(self.take(*names))
        raise TypeError(f"No way to read {field!r}.")

    def line(self, *names: str, limit: int | None = 255) -> str:
        """One line of plain text, cut to ``limit`` characters; "" where there is none."""
        value = self.take(*names)
        if value is None:
            return ""
        raw, text = values.as_text(value), values.to_line(value)
        if not raw:
            self.note(f"'{names[0]}' left out: a list or an object where text belongs")
        if "<" in raw and len(text) < len(" ".join(raw.split())):
            self.note(f"markup taken out of '{names[0]}', which is plain text")
        self._note_unprintable(names[0], raw)
        if limit and len(text) > limit:
            self.note(f"'{names[0]}' cut to {limit} characters")
            text = text[:limit].rstrip()
        return text

    def text(self, *names: str) -> str | None:
        """Clean HTML, or plain text of several lines for the few columns that are not formatted."""
        value = self.take(*names)
        raw = values.as_text(value)
        if value is not None and not raw:
            self.note(f"'{names[0]}' left out: a list or an object where text belongs")
        self._note_unprintable(names[0], raw)
        if names[0] in UNFORMATTED:
            return plain_text(raw) or None
        if not raw or is_blank(raw):
            return None
        if loses_markup(raw):
            self.note(f"HTML of '{names[0]}' cleaned: styles, scripts or unknown tags taken out")
        return clean_html(raw)

    def link(self, *names: str) -> Any:
        """A web address, or a ZipFile where a column of files names one of the zip."""
        value = self.take(*names)
        if value is None:
            return None
        path = values.as_text(value).strip().strip("/")
        if path in self.paths:
            if names[0] in IMAGE_COLUMNS | DOCUMENT_COLUMNS:
                return ZipFile(path, names[0] in IMAGE_COLUMNS)
            self.note(f"'{names[0]}' left out: a file in the zip where an address belongs")
            return None
        url = values.to_url(value, network=names[0])
        if url is None:
            absent = values.as_text(value).strip().startswith("/")
            why = "a file that is not in the zip" if absent else "not a usable web address"
            self.note(f"'{names[0]}' left out: {why}")
        elif url != values.as_text(value).strip():
            self.note(f"'{names[0]}' mended to a full web address")
        return url

    def moment(self, *names: str) -> datetime | None:
        """A point in time in UTC; one without offset is read in the event's zone."""
        value = self.take(*names)
        if value is None:
            return None
        time = values.to_moment(value, self.zone)
        if time is None:
            self.note(f"'{names[0]}' left out: not a date and time")
        elif (naive := values.to_moment(value, None)) is not None and naive.tzinfo is None:
            self.note(f"'{names[0]}' has no UTC offset and was read in the event's zone")
        return time

    def note_unused(self, known: Iterable[str]) -> None:
        """Note every attribute that says something but has no column; ``known`` ones say it elsewhere."""
        for name in sorted(set(self.raw) - self.used - set(known)):
            if not values.is_nothing(self.raw[name]) and self.raw[name] is not False:
                self.notes.add(self.member, f"'{_shown(name)}' left out: there is no such attribute here")

    def _coordinate(self, field: Any, *names: str) -> float | None:
        value = self._kept(self.take(*names), values.to_float, names[0], "no number")
        try:
            field.run_validators(value)
        except ValidationError:
            self.note(f"'{names[0]}' left out: out of range")
            return None
        return value

    def _kept(self, value: Any, convert: Any, name: str, why: str) -> Any:
        if value is None:
            return None
        kept = convert(value)
        if kept is None:
            self.note(f"'{name}' left out: {why}")
        return kept

    def _note_unprintable(self, name: str, raw: str) -> None:
        if UNPRINTABLE.search(raw.replace("\r", "")):
            self.note(f"control characters taken out of '{name}'")


def _shown(name: str) -> str:
    return " ".join(plain_text(name).split())[:60]
