"""Many attendees at once: a list that the team has, as one order that costs nothing."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from events.models import Event
from openevent.exceptions import InvalidInput
from ticketing.models import Ticket

from ..models import Attendee, Order
from .cart import CartItem
from .holders import holders_of
from .placing import place_order


@dataclass
class Guest:
    """One row of a list: which ticket, and what is known of the person."""

    number: int
    ticket: Ticket | None
    details: dict[str, str]
    problems: list[str] = field(default_factory=list)


def unreadable(message: str) -> InvalidInput:
    """What a list is refused with."""
    return InvalidInput(message, "unreadable", "/file")


@transaction.atomic
def import_guests(*, event: Event, guests: Sequence[Guest], by: Any) -> Order:
    """One completed order with an attendee for each guest, free of charge; whoever has an address is mailed the
    ticket. SoldOut, InvalidInput or NotAllowed, and then nobody was imported."""
    if any(guest.problems or guest.ticket is None for guest in guests):
        raise unreadable("Some rows are not right yet.")
    wanted = Counter(guest.ticket.pk for guest in guests if guest.ticket)
    order = place_order(
        by=by,
        buyer=AnonymousUser(),
        event=event,
        items=[CartItem(ticket_id, count) for ticket_id, count in wanted.items()],
        is_on_site=True,
        amount=Decimal(0),
        reason="imported from a file",
    )
    seats: dict[int, list[Attendee]] = defaultdict(list)
    for attendee in order.attendees.all():
        seats[attendee.ticket_id].append(attendee)
    named = []
    for guest in guests:
        attendee = seats[guest.ticket.pk].pop(0)  # type: ignore[union-attr]  # who has no ticket was refused above
        details = {"firstname": "", "lastname": "", **guest.details}
        for name, value in details.items():
            setattr(attendee, name, value or None)
        named.append(attendee)
    holders = holders_of(attendee.email for attendee in named)
    for attendee in named:
        attendee.user = holders.get((attendee.email or "").lower())
    Attendee.objects.bulk_update(named, ["firstname", "lastname", "email", "company", "user"], batch_size=500)
    return order
