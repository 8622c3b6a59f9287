"""The orders of an event as a table."""

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.jobs import Document, Run, job_kind
from events.exports.tables import event_of_run, local, write
from events.models import Event
from openevent.reports import Column

from ..models import Order, OrderLine


def order_columns(event: Event) -> list[Column]:
    """What a table of orders says."""
    return [
        Column("Order#", lambda o: str(o.identifier), 4),
        Column("Order Date", lambda o: local(o.created_at, event), 2.5),
        Column("Status", lambda o: o.status, 1.5),
        Column("Payment Type", lambda o: o.paid_via, 1.5),
        Column("Payment Mode", lambda o: o.payment_mode, 1.5),
        Column("Total Amount", lambda o: o.amount, 1.5),
        Column("Currency", lambda o: o.currency, 1),
        Column("Quantity", lambda o: o.seats, 1),
        Column("Discount Code", lambda o: o.discount_code and o.discount_code.code),
        Column("Access Code", lambda o: o.access_code and o.access_code.code),
        Column("First Name", lambda o: o.user and o.user.first_name, 2),
        Column("Last Name", lambda o: o.user and o.user.last_name, 2),
        Column("Email", lambda o: o.user and o.user.email, 3),
        Column("Tax ID", lambda o: o.tax_business_info),
        Column("Address", lambda o: o.address),
        Column("Company", lambda o: o.company),
        Column("Country", lambda o: o.country),
        Column("State", lambda o: o.state),
        Column("City", lambda o: o.city),
        Column("Zipcode", lambda o: o.zipcode),
    ]


@job_kind("orders")
def write_orders(run: Run) -> Document:
    """All orders, the oldest first."""
    event = event_of_run(run)
    rows = Order.objects.filter(event=event)
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    seats = lines.annotate(seats=Sum(F("quantity") - F("returned"))).values("seats")
    listed = rows.select_related("user", "discount_code", "access_code").annotate(seats=Coalesce(Subquery(seats), 0))
    return write(run, event.name, f"orders-{event.identifier}", order_columns(event), rows, listed.order_by("pk"))
