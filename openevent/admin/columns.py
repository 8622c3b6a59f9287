"""Columns of lists that people read: times in the zone of the event, money with its currency, words as labels."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.decorators import display

from openevent import desks

GOOD, BAD, WAITING, QUIET, MARKED = "success", "danger", "warning", "default", "info"


def moment(name: str, title: Any = None) -> Callable[[Any], str]:
    """A point in time as people at the event's place read it, the zone named."""

    def show(row: Any) -> str:
        return local_time(getattr(row, name), desks.event_of(row))

    return _column(show, name, title)


def local_time(at: datetime | None, event: Any) -> str:
    """The date and time in the zone of ``event``; without an event in the current zone."""
    if at is None:
        return "–"
    local = timezone.localtime(at, event.zone if event is not None else None)
    return formats.date_format(local, "DATETIME_FORMAT")


def money(name: str, title: Any = None, currency: str = "currency") -> Callable[[Any], str]:
    """An amount with its currency."""

    def show(row: Any) -> str:
        return amount(getattr(row, name), getattr(row, currency, None))

    return _column(show, name, title)


def is_money(field: Any) -> bool:
    """Whether a column holds an amount of money (openevent/fields.py)."""
    return isinstance(field, models.DecimalField) and field.max_digits == 14


def amount(value: Decimal | None, currency: str | None = None) -> str:
    """An amount as people write it: two decimals, more only where it has them."""
    if value is None:
        return "–"
    places = max(2, -int(value.normalize().as_tuple().exponent)) if value % 1 else 2
    number = formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{number} {currency}" if currency else number


def whole(number: int) -> str:
    """A number of things as people write it: 12,345."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def word(name: str, title: Any = None) -> Callable[[Any], str]:
    """A word of a closed set."""
    return _column(lambda row: spelled_choice(row, name), name, title)


def spelled_choice(row: Any, name: str) -> str:
    """The word of a closed set that a row holds, as the reader's language has it."""
    value = getattr(row, name)
    shown = getattr(row, f"get_{name}_display", lambda: value)()
    return str(capfirst(_(str(shown)))) if value else "–"


def label(name: str, colours: Mapping[str, str], title: Any = None) -> Callable[[Any], Any]:
    """A word of a closed set as a coloured label."""

    def show(row: Any) -> Any:
        value = getattr(row, name)
        return badge(spelled_choice(row, name), colours.get(value, QUIET)) if value else "–"

    return _column(show, name, title)


def plain_amount(value: Any) -> Any:
    """An amount as it stands in a field: without the zeros that the database keeps."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return value
    places = max(2, -int(value.normalize().as_tuple().exponent)) if value % 1 else 2
    return f"{value:.{places}f}"


def badge(text: str, colour: str = QUIET) -> Any:
    """A coloured label."""
    return format_html('<span class="oe-badge oe-badge-{}">{}</span>', colour, text)


def _column(show: Callable[[Any], Any], name: str, title: Any) -> Callable[[Any], Any]:
    show.__name__ = f"{name}_column"
    return display(ordering=name, description=title or _lazy_title(name))(show)


def _lazy_title(name: str) -> Any:
    from django.utils.translation import gettext_lazy

    return gettext_lazy(name.removesuffix("_at").replace("_", " "))
