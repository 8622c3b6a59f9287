"""The orders of an event as a table."""

from django.db.models import F, OuterRef, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce

from accounts.jobs import Document, Run, job_kind
from events.exports.tables import clock, event_of_run, write_stored
from events.models import Event
from openevent.reports import Stored

from ..models import Order, OrderLine


def order_columns(event: Event) -> list[Stored]:
    """What a table of orders says."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    seats = lines.annotate(seats=Sum(F("quantity") - F("returned"))).values("seats")
    return [
        Stored("Order#", Cast("identifier", TextField()), 4),
        Stored("Order Date", "created_at", 2.5, clock(event)),
        Stored("Status", "status", 1.5),
        Stored("Payment Type", "paid_via", 1.5),
        Stored("Payment Mode", "payment_mode", 1.5),
        Stored("Total Amount", "amount", 1.5),
        Stored("Currency", "currency", 1),
        Stored("Quantity", Coalesce(Subquery(seats), 0), 1),
        Stored("Discount Code", "discount_code__code"),
        Stored("Access Code", "access_code__code"),
        Stored("First Name", "user__first_name", 2),
        Stored("Last Name", "user__last_name", 2),
        Stored("Email", "user__email", 3),
        Stored("Tax ID", "tax_business_info"),
        Stored("Address", "address"),
        Stored("Company", "company"),
        Stored("Country", "country"),
        Stored("State", "state"),
        Stored("City", "city"),
        Stored("Zipcode", "zipcode"),
    ]


@job_kind("orders")
def write_orders(run: Run) -> Document:
    """All orders, the oldest first."""
    event = event_of_run(run)
    rows = Order.objects.filter(event=event).order_by("pk")
    return write_stored(run, event.name, f"orders-{event.identifier}", order_columns(event), rows)
