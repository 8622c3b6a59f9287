"""What an order is at a glance: number and state, what was bought, and for whom."""

from typing import Any

from openevent.admin.columns import QUIET, badge, local_time, spelled_choice

from ..models import Attendee, Order

MOST_NAMES = 12  # on the order's first page; the rest have a tab of their own
STATUS_COLOURS = {
    "completed": "success",
    "placed": "warning",
    "pending": "warning",
    "initializing": "info",
    "cancelled": "danger",
    "expired": "default",
}


def summary_of(order: Order) -> dict[str, Any]:
    """What the first page of the order shows above its details; three queries."""
    lines = list(order.lines.order_by("pk"))
    people = Attendee.objects.filter(order=order).select_related("ticket").order_by("pk")
    count = people.count()
    return {
        "number": order.short_number,
        "status": badge(spelled_choice(order, "status"), STATUS_COLOURS.get(order.status, QUIET)),
        "payment": spelled_choice(order, "payment_mode") if order.payment_mode else "",
        "ordered": local_time(order.created_at, order.event),
        "lines": lines,
        "has_discount": any(line.discount for line in lines),
        "has_tax": any(line.tax for line in lines),
        "attendees": list(people[:MOST_NAMES]),
        "count": count,
        "more": max(0, count - MOST_NAMES),
    }
