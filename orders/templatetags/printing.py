"""Filters for mails and PDFs: money, times in the event's zone, places, letters."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from events.models import Event
from openevent.typography import as_printed

from ..pricing import DECIMALS

register = template.Library()


@register.filter
def printable(text: object) -> SafeString:
    """For PDFs: the text as its fonts can show it."""
    return as_printed(text)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """1234.5 and EUR → "1,234.50 EUR", with as many decimals as the currency has."""
    return f"{amount:,.{DECIMALS.get(currency, 2)}f} {currency}"


@register.filter
def when(event: Event) -> str:
    """From when till when, by the clocks at the place, with the zone named."""
    starts, ends = event.starts_at.astimezone(event.zone), event.ends_at.astimezone(event.zone)
    last = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{_day(ends)}, {ends:%H:%M}"
    return f"{_day(starts)}, {starts:%H:%M} – {last} ({_zone(event, starts)})"


@register.filter
def moment(time: datetime, event: Event) -> str:
    """A time by the clocks at the place of the event, with the zone named."""
    local = time.astimezone(event.zone)
    return f"{_day(local)}, {local:%H:%M} ({_zone(event, local)})"


@register.filter
def where(event: Event) -> str:
    """The place as people write it."""
    place = event.location_name or event.searchable_location_name
    if event.online:
        return f"{place} and online" if place else "Online"
    return place or "To be announced"


@register.filter
def paid_for(attendee: Any) -> str:
    """What one ticket cost: its share of the line it was bought in."""
    line = attendee.order_line
    if line is None or not line.total:
        return "free"
    return money(line.total / line.quantity, attendee.order.currency)


def _day(time: datetime) -> str:
    return f"{time:%A} {time.day} {time:%B %Y}"


def _zone(event: Event, time: datetime) -> str:
    short = time.tzname() or ""
    name = event.timezone.replace("_", " ")
    return name if short in ("", name) else f"{name}, {short}"
