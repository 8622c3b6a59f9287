"""Counts of what was ordered, of many events or tickets at once: always the same few queries, zeros where
there is nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum

from .models import Order, OrderLine

# the wire's name of a count → the states in it
STATES: Mapping[str, tuple[str, ...]] = {
    "draft": (Order.Status.INITIALIZING,),
    "cancelled": (Order.Status.CANCELLED,),
    "pending": (Order.Status.PENDING,),
    "expired": (Order.Status.EXPIRED,),
    "placed": (Order.Status.PLACED,),
    "completed": (Order.Status.COMPLETED,),
}
SUBJECTS = ("tickets", "orders", "sales")
SEATS = Sum(F("quantity") - F("returned"))
Counts = dict[str, float]  # "total", "draft", "cancelled", … → number
Statistics = dict[str, Counts]  # "tickets" | "orders" | "sales" → counts


def sales_of_events(event_ids: Sequence[int]) -> dict[int, Statistics]:
    """Event id → its tickets, orders and money by state (2 queries)."""
    orders = Order.objects.filter(event__in=event_ids).order_by()
    lines = OrderLine.objects.filter(order__event__in=event_ids, order__deleted_at=None).order_by()
    found = _Tally()
    for event_id, status, count, amount in orders.values_list("event_id", "status").annotate(
        Count("pk"), Sum("amount")
    ):
        found.note(event_id, status, orders=count, sales=amount)
    for event_id, status, seats in lines.values_list("order__event_id", "order__status").annotate(seats=SEATS):
        found.note(event_id, status, tickets=seats)
    return found.of(event_ids)


def sales_of_tickets(ticket_ids: Sequence[int]) -> dict[int, Statistics]:
    """Ticket id → the part that it has in the orders of its event (1 query)."""
    lines = OrderLine.objects.filter(ticket__in=ticket_ids, order__deleted_at=None).order_by()
    found = _Tally()
    for ticket_id, status, seats, count, amount in lines.values_list("ticket_id", "order__status").annotate(
        seats=SEATS, orders=Count("order", distinct=True), sales=Sum("total")
    ):
        found.note(ticket_id, status, tickets=seats, orders=count, sales=amount)
    return found.of(ticket_ids)


class _Tally:
    """Numbers by row, subject and status, as they come out of the queries."""

    def __init__(self) -> None:
        self._numbers: dict[int, dict[str, dict[str, Decimal | int]]] = defaultdict(lambda: {s: {} for s in SUBJECTS})

    def note(self, pk: int, status: str, **numbers: Decimal | int) -> None:
        for subject, number in numbers.items():
            self._numbers[pk][subject][status] = number

    def of(self, ids: Sequence[int]) -> dict[int, Statistics]:
        return {pk: {subject: _counts(by) for subject, by in self._numbers[pk].items()} for pk in ids}


def _counts(by_status: Mapping[str, Decimal | int]) -> Counts:
    counts = {name: _number(sum(by_status.get(s, 0) for s in states)) for name, states in STATES.items()}
    return {"total": _number(sum(by_status.values())), **counts}


def _number(value: Decimal | int) -> float:
    """A JSON number: whole where it is."""
    return int(value) if value == int(value) else float(value)


SOLD = (Order.Status.COMPLETED, Order.Status.PLACED, Order.Status.PENDING)
Summary = dict[str, dict[str, float]]  # "completed" | "placed" | "pending" → {"sales_total", "ticket_count"}


def summary_by(path: str, keys: Iterable[Any]) -> dict[Any, Summary]:
    """Key → what was sold under it, by state (2 queries). ``path`` leads from an order to the key: ``marketer``,
    ``event__location_name``. Amounts of different currencies are added as numbers: the wire has one number."""
    keys = list(keys)
    found: dict[Any, Summary] = {key: no_sales() for key in keys}
    orders = Order.objects.filter(**{f"{path}__in": keys}, status__in=SOLD).order_by()
    lines = OrderLine.objects.filter(
        **{f"order__{path}__in": keys}, order__status__in=SOLD, order__deleted_at=None
    ).order_by()
    for key, status, amount in orders.values_list(path, "status").annotate(Sum("amount")):
        found[key][status]["sales_total"] = _number(amount)
    for key, status, seats in lines.values_list(f"order__{path}", "order__status").annotate(seats=SEATS):
        found[key][status]["ticket_count"] = seats
    return found


def no_sales() -> Summary:
    """Zeros."""
    return {str(status): {"sales_total": 0, "ticket_count": 0} for status in SOLD}


def added(summaries: Iterable[Summary]) -> Summary:
    """The sum of several."""
    total = no_sales()
    for summary in summaries:
        for status, numbers in summary.items():
            for name, number in numbers.items():
                total[status][name] += number
    return total


def fees_of_events(event_ids: Sequence[int]) -> dict[int, tuple[int, float]]:
    """Event id → tickets sold, and the site's share of them (1 query)."""
    lines = OrderLine.objects.filter(
        order__event__in=event_ids, order__status=Order.Status.COMPLETED, order__deleted_at=None
    ).order_by()
    rows = lines.values_list("order__event_id").annotate(seats=SEATS, share=Sum("fee"))
    return {event_id: (seats, float(share)) for event_id, seats, share in rows}
