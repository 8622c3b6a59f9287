"""What the events of the site sell, for its administrators."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.jobs import Document, Run, job_kind
from events.exports.tables import ALL, local
from events.models import Event, EventMember
from openevent.reports import Column, write_report

from ..models import Order
from ..statistics import sales_of_events

LIVE, PAST = "live", "past"
EVENT_STATES = (ALL, LIVE, PAST)
STATES = (Order.Status.COMPLETED, Order.Status.PLACED, Order.Status.PENDING)
CHUNK = 200  # events whose sales are asked for at once

COLUMNS = [
    Column("Event Name", lambda row: row.event.name),
    Column("Owner Name", lambda row: row.owner and row.owner.full_name),
    Column("Owner Email", lambda row: row.owner and row.owner.email),
    Column("Event Type", lambda row: _place(row.event)),
    Column("Event Date", lambda row: local(row.event.starts_at, row.event)),
    Column("Currency", lambda row: row.event.payment_currency),
    *[
        column
        for state in STATES
        for column in (
            Column(f"Ticket ({state.label})", lambda row, state=state: row.sales["tickets"][state]),
            Column(f"Sales ({state.label})", lambda row, state=state: row.sales["sales"][state]),
        )
    ],
]


@job_kind("sales")
def write_sales(run: Run) -> Document:
    """A line for each event: all of them, those that go on now, or those that are over."""
    rows, now = Event.objects.order_by("starts_at", "pk"), timezone.now()
    if run.params["status"] == LIVE:
        rows = rows.filter(starts_at__lte=now, ends_at__gte=now)
    elif run.params["status"] == PAST:
        rows = rows.filter(ends_at__lt=now)
    kind = write_report(run.file, "csv", "Sales", COLUMNS, _with_sales(rows), run.progress, rows.count())
    return Document("sales.csv", kind)


def _with_sales(rows: QuerySet[Event]) -> Iterator[Any]:
    """Events with their owners and sales, some hundred at a time."""
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        events = Event.objects.in_bulk(part)
        members = EventMember.objects.filter(event__in=part, role__name="owner").select_related("user")
        owners = {member.event_id: member.user for member in members.order_by("-pk")}
        sales = sales_of_events(part)
        for pk in part:
            if pk in events:
                yield SimpleNamespace(event=events[pk], owner=owners.get(pk), sales=sales[pk])


def _place(event: Event) -> str:
    if event.online:
        return "Hybrid" if event.location_name else "Online"
    return "Venue" if event.location_name else "To be announced"
