"""One value at a time: what a stranger wrote, turned into what a column holds, or into nothing."""

import math
import re
import zoneinfo
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from openevent.richtext import plain_text, printable

NOTHING = {"", "null", "none", "nil", "undefined", "n/a", "-"}
MAX_INTEGER = 2**31 - 1
MAX_DEPTH = 20  # of free-form JSON
_is_url = URLValidator(schemes=["http", "https"])
_LOOSE_TIME = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$",
    re.IGNORECASE,
)
# what people write into the field of a network instead of an address
HANDLES = {
    "twitter": "https://twitter.com/",
    "facebook": "https://www.facebook.com/",
    "github": "https://github.com/",
    "gitlab": "https://gitlab.com/",
    "instagram": "https://www.instagram.com/",
    "linkedin": "https://www.linkedin.com/in/",
}


def is_nothing(value: Any) -> bool:
    """Whether a value says nothing: null, "", the words that programs write for them, and {"id": null}."""
    if isinstance(value, str):
        return value.strip().lower() in NOTHING
    if isinstance(value, dict):
        return all(inner in (None, "") for inner in value.values())
    return value is None or value == []


def key_of(value: Any) -> str | None:
    """An id as text, whether it was a number or a string; None for what cannot be an id."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return " ".join(printable(str(value)).split())[:64] or None
    except ValueError:  # more digits than Python turns into text
        return None


def as_text(value: Any) -> str:
    """Scalars as text; "" for lists and objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return key_of(value) or f"{value:g}"


def to_line(value: Any) -> str:
    """One line of plain text."""
    return " ".join(plain_text(as_text(value)).split())


def to_number(value: Any) -> int | None:
    """A whole number that fits the column, also when written as text or with a fraction of zero."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([+-]?\d{1,10})(?:\.0*)?\s*", value)
        value = int(match.group(1)) if match else None
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value.is_integer() else None
    return value if isinstance(value, int) and abs(value) <= MAX_INTEGER else None


def to_float(value: Any) -> float | None:
    """A finite number, also when written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def to_flag(value: Any) -> bool | None:
    """A yes or a no, however it is written."""
    if isinstance(value, bool):
        return value
    word = as_text(value).strip().lower()
    return True if word in {"true", "1", "yes", "on"} else False if word in {"false", "0", "no", "off"} else None


def to_email(value: Any) -> str | None:
    """A mail address that validates."""
    address = to_line(value).removeprefix("mailto:").strip()
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address if len(address) <= 254 else None


def to_url(value: Any, network: str = "") -> str | None:
    """A web address; a missing scheme is put before it, a handle becomes the address at its network."""
    text = plain_text(as_text(value)).strip().replace("\n", "").replace("\t", "").replace(" ", "%20")
    if network in HANDLES and re.fullmatch(r"@?[A-Za-z0-9_-]{1,64}", text):
        text = HANDLES[network] + text.removeprefix("@")
    elif network == "mastodon" and (match := re.fullmatch(r"@?([\w.-]+)@([\w-]+(\.[\w-]+)+)", text)):
        text = f"https://{match.group(2)}/@{match.group(1)}"
    elif text.startswith("//"):
        text = f"https:{text}"
    elif "://" not in text and re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#]|$)", text):
        text = f"https://{text}"
    try:
        _is_url(text)
    except ValidationError:
        return None
    return text if len(text) <= 2048 else None


def to_moment(value: Any, zone: zoneinfo.ZoneInfo | None) -> datetime | None:
    """A point in time in UTC; without an offset it is read in ``zone``, or kept naive where that is None."""
    time = parse_time(value)
    if time is None:
        return None
    if time.tzinfo is None:
        if zone is None:
            return time
        time = time.replace(tzinfo=zone)
    try:
        time = time.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return time if 1900 <= time.year <= 2200 else None


def parse_time(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, int | float):  # seconds or milliseconds since 1970
            seconds = value / 1000 if abs(value) > 10**11 else value
            return datetime.fromtimestamp(seconds, UTC) if 10**8 < seconds < 10**10 else None
        text = as_text(value).strip()
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return _parse_loose_time(text)
    except (ValueError, OverflowError, OSError):
        return None


def _parse_loose_time(text: str) -> datetime | None:
    match = _LOOSE_TIME.match(text)
    if match is None:
        return None
    *numbers, offset = match.groups()
    year, month, day, hour, minute, second = (int(n or 0) for n in numbers)
    offset = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00"}.get((offset or "").upper(), offset or "")
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}")


def to_color(value: Any) -> str | None:
    """#rrggbb, of the ways in which colours are written."""
    text = as_text(value).strip().lower()
    if match := re.fullmatch(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,[^)]*)?\)", text):
        channels = [int(c) for c in match.groups()]
        return "#" + "".join(f"{c:02x}" for c in channels) if max(channels) < 256 else None
    digits = text.removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{3}", digits):
        digits = "".join(c * 2 for c in digits)
    return f"#{digits[:6]}" if re.fullmatch(r"[0-9a-f]{6}([0-9a-f]{2})?", digits) else None


def to_length(value: Any) -> str | None:
    """Hours and minutes as hh:mm, of "00:25", "0.45", 0.3 (once 0.30), "01:30:00", or a number of minutes."""
    text = as_text(value).strip()
    if match := re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::\d{2})?", text):
        hours, minutes = int(match.group(1)), int(match.group(2))
    elif match := re.fullmatch(r"(\d{1,2})\.(\d)", text):
        hours, minutes = int(match.group(1)), 10 * int(match.group(2))
    elif re.fullmatch(r"\d{1,4}", text):
        hours, minutes = divmod(int(text), 60)
    else:
        return None
    return f"{hours:02}:{minutes:02}" if minutes < 60 and hours < 100 else None


def to_json(value: Any, depth: int = 0) -> Any:
    """Free-form JSON without what the database refuses; None where it is nested too deeply."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {printable(k): to_json(v, depth + 1) for k, v in value.items()}
    return [to_json(v, depth + 1) for v in value] if isinstance(value, list) else value
