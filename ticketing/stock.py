"""The only place that moves ``Ticket.sold``, ``Ticket.reserved`` and the ``used`` of codes.

Each move is one conditional UPDATE, decided by the row itself, so that no reader's picture of it can be
out of date. Callers take codes before tickets and both in id order, late in their transaction: who waits
for a row then never holds one that somebody before it wants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from openevent.exceptions import Conflict, DomainError, Several
from openevent.prepared import PreparedUpdate

from .models import AccessCode, DiscountCode, Ticket
from .querysets import TicketQuerySet

Seats = Mapping[int, int]  # ticket id → how many


@dataclass(frozen=True)
class Shortage:
    """A ticket of which more were wanted than are left."""

    ticket_id: int
    left: int

    @property
    def message(self) -> str:
        """What clients show."""
        return f"Ticket with id: {self.ticket_id} already sold out. You can buy at most {self.left} tickets"


class SoldOut(Several):
    """Too few are left of one or more tickets; all of them are named."""

    code = "sold_out"

    def __init__(self, shortages: Sequence[Shortage], pointer: str = "") -> None:
        errors: list[DomainError] = [Conflict(s.message, self.code, pointer) for s in shortages]
        super().__init__(errors)
        self.shortages = shortages

    def at(self, pointer: str) -> "SoldOut":
        """The same refusal, pointing at the input that asked for the seats."""
        return SoldOut(self.shortages, pointer)


class CodeExhausted(Conflict):
    """The code is not good for so many tickets any more."""

    code = "code_exhausted"


def reserve_seats(seats: Seats) -> None:
    """Hold seats for an order that is not completed. SoldOut names every ticket that has too few;
    what was taken until then goes with the caller's transaction."""
    _take(seats, "reserved")


def sell_directly(seats: Seats) -> None:
    """Sell seats that nobody held before. SoldOut as in ``reserve_seats``."""
    _take(seats, "sold")


def sell_seats(seats: Seats) -> None:
    """Turn held seats into sold ones: the order was completed."""
    for ticket_id, count in sorted(seats.items()):
        _row(ticket_id).update(reserved=F("reserved") - count, sold=F("sold") + count)


def release_seats(seats: Seats) -> None:
    """Give held seats back: the order expired or was cancelled."""
    for ticket_id, count in sorted(seats.items()):
        _row(ticket_id).update(reserved=F("reserved") - count)


def return_sold(seats: Seats) -> None:
    """Give sold seats back: a completed order was cancelled."""
    for ticket_id, count in sorted(seats.items()):
        _row(ticket_id).update(sold=F("sold") - count)


def shortages_of(tickets: Sequence[Ticket], seats: Seats) -> list[Shortage]:
    """Which of the tickets, as they were read, have too few. For an early no; a yes is decided by taking."""
    return [
        Shortage(ticket.pk, max(0, ticket.left))
        for ticket in tickets
        if ticket.left is not None and ticket.left < seats.get(ticket.pk, 0)
    ]


def take_code_uses(code: DiscountCode | AccessCode, count: int) -> None:
    """Use a code for ``count`` tickets, or raise CodeExhausted."""
    rows = type(code).objects.filter(pk=code.pk)
    enough = Q(tickets_number=None) | Q(tickets_number__gte=F("used") + count)
    if not rows.filter(enough).update(used=F("used") + count):
        raise CodeExhausted(f"The code {code.code} is used up.")


def give_back_code_uses(model: type[DiscountCode] | type[AccessCode], code_id: int, count: int) -> None:
    """Undo ``take_code_uses``."""
    model.with_trashed.filter(pk=code_id).update(used=F("used") - count)


def _take(seats: Seats, counter: str) -> None:
    short = [
        ticket_id
        for ticket_id, count in sorted(seats.items())
        if not _TAKING[counter].run(count, ticket_id)
    ]
    if short:
        left = {t.pk: max(0, t.left or 0) for t in Ticket.objects.filter(pk__in=short)}
        raise SoldOut([Shortage(ticket_id, left.get(ticket_id, 0)) for ticket_id in short])


def _taking(counter: str) -> PreparedUpdate:
    """The one statement that takes seats: it changes the row only where there is room for them."""

    def build(count: int, ticket_id: int) -> tuple[TicketQuerySet, dict[str, Any]]:
        room = Q(quantity=None) | Q(quantity__gte=F("sold") + F("reserved") + count)
        return Ticket.objects.filter(room, pk=ticket_id), {counter: F(counter) + count}

    return PreparedUpdate(build, int, int)


_TAKING = {counter: _taking(counter) for counter in ("reserved", "sold")}


def _row(ticket_id: int) -> TicketQuerySet:
    return Ticket.with_trashed.filter(pk=ticket_id)
