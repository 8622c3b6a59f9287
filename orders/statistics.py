"""Counts of what was ordered, for one event or one ticket: always the same few queries, zeros where
there is nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum

from events.models import Event
from ticketing.models import Ticket

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
Counts = dict[str, float]


@dataclass(frozen=True)
class OrderStatistics:
    """Tickets, orders and money by state, as the wire has them: ``{"total": …, "draft": …, …}``."""

    tickets: Counts
    orders: Counts
    sales: Counts


@dataclass(frozen=True)
class Sales:
    """What an event sold: completed orders, their tickets and money, and what waits for its money."""

    completed_orders: int
    completed_tickets: int
    completed_sales: Decimal
    placed_orders: int
    placed_tickets: int
    placed_sales: Decimal


def statistics_of_event(event: Event) -> OrderStatistics:
    """All orders of the event (2 queries)."""
    lines = OrderLine.objects.filter(order__event=event, order__deleted_at=None)
    orders = Order.objects.filter(event=event).order_by()
    rows = orders.values_list("status").annotate(Count("pk"), Sum("amount"))
    by_status = {status: (count, amount) for status, count, amount in rows}
    return OrderStatistics(
        tickets=_counts(_tickets_by_status(lines)),
        orders=_counts({status: count for status, (count, _) in by_status.items()}),
        sales=_counts({status: amount for status, (_, amount) in by_status.items()}),
    )


def statistics_of_ticket(ticket: Ticket) -> OrderStatistics:
    """The part that one ticket has in the orders of its event (1 query)."""
    lines = OrderLine.objects.filter(ticket=ticket, order__deleted_at=None).order_by()
    rows = lines.values_list(F("order__status")).annotate(Sum("quantity"), Count("order", distinct=True), Sum("total"))
    found = {status: (tickets, orders, sales) for status, tickets, orders, sales in rows}
    tickets, orders, sales = (
        _counts({status: numbers[index] for status, numbers in found.items()}) for index in range(3)
    )
    return OrderStatistics(tickets=tickets, orders=orders, sales=sales)


def sales_of_event(event: Event) -> Sales:
    """What is sold and what is placed (2 queries)."""
    found = statistics_of_event(event)
    return Sales(
        completed_orders=int(found.orders["completed"]),
        completed_tickets=int(found.tickets["completed"]),
        completed_sales=Decimal(str(found.sales["completed"])),
        placed_orders=int(found.orders["placed"]),
        placed_tickets=int(found.tickets["placed"]),
        placed_sales=Decimal(str(found.sales["placed"])),
    )


def sales_of_events(event_ids: list[int]) -> dict[int, dict[str, Counts]]:
    """Event id → ``{"tickets" | "orders" | "sales": counts}`` of many events at once (2 queries)."""
    orders = Order.objects.filter(event__in=event_ids).order_by()
    lines = OrderLine.objects.filter(order__event__in=event_ids, order__deleted_at=None).order_by()
    found: dict[int, dict[str, dict[str, Decimal | int]]] = {
        event_id: {"tickets": {}, "orders": {}, "sales": {}} for event_id in event_ids
    }
    for event_id, status, count, amount in orders.values_list("event_id", "status").annotate(
        Count("pk"), Sum("amount")
    ):
        found[event_id]["orders"][status] = count
        found[event_id]["sales"][status] = amount
    for event_id, status, quantity in lines.values_list("order__event_id", "order__status").annotate(Sum("quantity")):
        found[event_id]["tickets"][status] = quantity
    return {
        event_id: {subject: _counts(numbers) for subject, numbers in subjects.items()}
        for event_id, subjects in found.items()
    }


def _tickets_by_status(lines: QuerySet[OrderLine]) -> dict[str, int]:
    return dict(lines.order_by().values_list("order__status").annotate(Sum("quantity")))


def _counts(by_status: Mapping[str, Decimal | int]) -> Counts:
    counts = {name: _number(sum(by_status.get(s, 0) for s in states)) for name, states in STATES.items()}
    return {"total": _number(sum(by_status.values())), **counts}


def _number(value: Decimal | int) -> float:
    """A JSON number: whole where it is."""
    return int(value) if value == int(value) else float(value)
