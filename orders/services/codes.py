"""Discount and access codes in an order: which one is meant, and whether it may be used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from events.models import Event
from openevent.exceptions import DomainError, InvalidInput, Several
from ticketing.models import AccessCode, DiscountCode, Ticket

from ..pricing import Discount
from .cart import MAX_ID, CartItem, Way, seats_of
from .expiry import expire_overdue

INACTIVE = "Inactive Discount Code"
EXCEEDED = "Discount Usage Exceeded"
INVALID = "Invalid Discount Code"

CodeInput = DiscountCode | int | str | None
AccessInput = AccessCode | int | str | None


def find_discount(given: CodeInput, event: Event, pointer: str) -> DiscountCode | None:
    """The living code of that id, or of that word in this event. 422 when there is none."""
    if given is None or given == "":
        return None
    if isinstance(given, DiscountCode):
        return given
    rows = DiscountCode.objects.for_tickets().prefetch_related("tickets")
    code = _of_id_or_word(rows, given, event)
    if code is None:
        raise InvalidInput(INVALID, "invalid_discount_code", pointer)
    return code


def check_discount(
    code: DiscountCode, event: Event, items: Sequence[CartItem], now: datetime, pointer: str
) -> Discount:
    """The discount that the code gives these items. Refusals (422) come in the order that clients know:
    switched off or out of time, used up or outside its quantities, not of this event or its tickets."""
    if not code.is_valid_at(now):
        raise InvalidInput(INACTIVE, "inactive_discount_code", pointer)
    tickets = frozenset(ticket.pk for ticket in code.tickets.all())
    count = sum(number for ticket_id, number in seats_of(items).items() if ticket_id in tickets)
    if _is_exceeded(code, count or sum(seats_of(items).values()), now):
        raise InvalidInput(EXCEEDED, "discount_usage_exceeded", pointer)
    if code.event_id != event.pk or code.used_for != DiscountCode.UsedFor.TICKET or not count:
        raise InvalidInput(INVALID, "invalid_discount_code", pointer)
    return Discount(code.code, code.type == DiscountCode.Type.PERCENT, code.value, tickets)


def is_used_up(code: DiscountCode | AccessCode, count: int) -> bool:
    """Whether fewer than ``count`` uses are left, as the row was read."""
    return code.tickets_number is not None and code.used + count > code.tickets_number


def check_access(
    given: AccessInput,
    event: Event,
    tickets: Mapping[int, Ticket],
    items: Sequence[CartItem],
    now: datetime,
    way: Way,
) -> tuple[AccessCode | None, int]:
    """The access code and how many tickets it opens, where hidden ones are among the items; 422 for a
    hidden ticket that no valid code opens. Without hidden tickets a code is not looked at."""
    hidden = [item for item in items if tickets[item.ticket_id].is_hidden]
    if not hidden:
        return None, 0
    code = _find_access(given, event)
    opened = {ticket.pk for ticket in code.tickets.all()} if code and code.is_valid_at(now) else set()
    errors: list[DomainError] = [
        InvalidInput(
            f"Ticket with id: {item.ticket_id} needs a valid access code",
            "access_code_needed",
            item.pointer or way.items,
        )
        for item in hidden
        if item.ticket_id not in opened
    ]
    if code is None or errors:
        raise Several(errors)
    count = sum(item.quantity for item in hidden)
    if _is_exceeded(code, count, now):
        raise InvalidInput("Access Code Usage Exceeded", "access_code_usage_exceeded", way.access_code)
    return code, count


def _is_exceeded(code: DiscountCode | AccessCode, count: int, now: datetime) -> bool:
    """Whether ``count`` is outside the code's quantities or more than is left of it; uses that overdue
    orders hold are given back first."""
    low, high = code.min_quantity, code.max_quantity
    if (low and count < low) or (high is not None and count > high):
        return True
    if is_used_up(code, count) and expire_overdue(now=now, code=code):
        code.refresh_from_db(fields=["used"])
    return is_used_up(code, count)


def _find_access(given: AccessInput, event: Event) -> AccessCode | None:
    if given is None or given == "":
        return None
    if isinstance(given, AccessCode):
        return given if given.event_id == event.pk else None
    rows = AccessCode.objects.filter(event=event).prefetch_related("tickets")
    return _of_id_or_word(rows, given, event)


def _of_id_or_word(rows: Any, given: int | str, event: Event) -> Any:
    """A word counts in its event; an id is an id anywhere, so that a foreign code is named as foreign.
    Clients send ids: where digits are both, they are the id."""
    word = str(given)
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 20 else None
    condition = Q(event=event, code=word)
    if number is not None and number <= MAX_ID:
        condition |= Q(pk=number)
    return min(rows.filter(condition), key=lambda code: code.pk != number, default=None)
