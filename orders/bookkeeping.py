"""The counters of stock and lists, counted anew from the orders: what differs should never exist."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Sum

from ticketing.models import AccessCode, DiscountCode, Ticket

from .models import Attendee, Order, OrderLine, Tally
from .services.states import HOLDING


@dataclass(frozen=True)
class Difference:
    """A counter that does not say what the orders say."""

    what: str
    counter: str
    stored: int
    counted: int

    def __str__(self) -> str:
        return f"{self.what}: {self.counter} is {self.stored}, the orders say {self.counted}"


def differences() -> Iterator[Difference]:
    """Every wrong counter of tickets (trashed ones too), codes and lists. Exact when nobody buys meanwhile, or
    inside a transaction that sees one moment (REPEATABLE READ)."""
    sold = _seats([Order.Status.COMPLETED])
    reserved = _seats(HOLDING)
    for ticket in Ticket.with_trashed.only("pk", "name", "sold", "reserved").order_by("pk").iterator():
        what = f"ticket {ticket.pk} ({ticket.name})"
        yield from _compare(what, "sold", ticket.sold, sold.get(ticket.pk, 0))
        yield from _compare(what, "reserved", ticket.reserved, reserved.get(ticket.pk, 0))
    yield from _of_codes(DiscountCode, "discount")
    yield from _of_codes(AccessCode, "access")
    yield from _of_tallies(Order, Tally.Kind.ORDERS)
    yield from _of_tallies(Attendee, Tally.Kind.ATTENDEES)


def _seats(states: object) -> dict[int, int]:
    rows = OrderLine.objects.filter(order__status__in=states).order_by()
    return dict(rows.values_list("ticket_id").annotate(seats=Sum(F("quantity") - F("returned"))))


def _of_codes(model: type[DiscountCode] | type[AccessCode], kind: str) -> Iterator[Difference]:
    living = Order.with_trashed.filter(status__in=[*HOLDING, Order.Status.COMPLETED]).order_by()
    uses = dict(living.values_list(f"{kind}_code_id").annotate(Sum(f"{kind}_uses")))
    for code in model.with_trashed.only("pk", "code", "used").order_by("pk").iterator():
        yield from _compare(f"{kind} code {code.pk} ({code.code})", "used", code.used, uses.get(code.pk, 0))


def _of_tallies(model: type[Order] | type[Attendee], kind: Tally.Kind) -> Iterator[Difference]:
    tallied = dict(Tally.objects.filter(kind=kind).order_by().values_list("event_id").annotate(Sum("number")))
    counted = dict(model.objects.order_by().values_list("event_id").annotate(Count("pk")))
    for event_id in sorted(tallied.keys() | counted.keys()):
        yield from _compare(f"event {event_id}", kind, tallied.get(event_id, 0), counted.get(event_id, 0))


def _compare(what: str, counter: str, stored: int, counted: int) -> Iterator[Difference]:
    if stored != counted:
        yield Difference(what, counter, stored, counted)
