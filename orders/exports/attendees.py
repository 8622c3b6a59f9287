"""The attendees of an event as a table, with what its form asks them."""

from typing import Any

from django.db.models import QuerySet

from accounts.jobs import Document, Run, job_kind
from events.exports.tables import event_of_run, local, write
from events.models import CustomForm, Event
from events.models.forms import camelized
from openevent.reports import Column

from ..models import Attendee

# the fields that every form has, and their columns
NAMES = ("firstname", "lastname", "email")
ATTRIBUTES = {camelized(field.name): field.name for field in Attendee._meta.concrete_fields if not field.is_relation}


def attendee_columns(event: Event) -> list[Column]:
    """What a table of attendees says, the answers to the event's own questions last."""
    return [
        Column("Order#", lambda a: str(a.order.identifier), 4),
        Column("Order Date", lambda a: local(a.order.created_at, event)),
        Column("Status", lambda a: a.order.status, 1.5),
        Column("First Name", lambda a: a.firstname, 2),
        Column("Last Name", lambda a: a.lastname, 2),
        Column("Email", lambda a: a.email, 3),
        Column("Payment Type", lambda a: a.order.paid_via),
        Column("Payment Mode", lambda a: a.order.payment_mode, 1.5),
        Column("Ticket Name", lambda a: a.ticket.name, 2),
        Column("Ticket ID", lambda a: a.ticket_code),
        Column("Ticket Price", _price, 1),
        Column("Ticket Type", lambda a: a.ticket.type),
        Column("Checked In", lambda a: a.is_checked_in, 1),
        Column("Check-in Times", lambda a: a.checkin_times),
        Column("Check-out Times", lambda a: a.checkout_times),
        Column("Tax ID", lambda a: a.order.tax_business_info),
        Column("Address", lambda a: a.order.address),
        Column("Company", lambda a: a.order.company),
        Column("Country", lambda a: a.order.country),
        Column("State", lambda a: a.order.state),
        Column("City", lambda a: a.order.city),
        Column("Zipcode", lambda a: a.order.zipcode),
        *_answers(event),
    ]


def listed_attendees(event: Event) -> QuerySet[Attendee]:
    """Everybody who has a ticket ordered, carts left out."""
    return Attendee.objects.filter(event=event, order__isnull=False, order__deleted_at=None)


@job_kind("attendees")
def write_attendees(run: Run) -> Document:
    """All attendees, the oldest orders first."""
    event = event_of_run(run)
    rows = listed_attendees(event)
    listed = rows.select_related("order", "ticket", "order_line").order_by("pk")
    return write(run, event.name, f"attendees-{event.identifier}", attendee_columns(event), rows, listed)


def _price(attendee: Attendee) -> Any:
    """What was agreed for the ticket; what it costs where the order is older than its lines."""
    return attendee.order_line.unit_price if attendee.order_line else attendee.ticket.price


def _answers(event: Event) -> list[Column]:
    fields = CustomForm.objects.filter(event=event, form=CustomForm.Form.ATTENDEE, is_included=True)
    asked: dict[str, Column] = {}
    for field in fields.exclude(field_identifier__in=NAMES).order_by("position", "pk"):
        name = field.name or field.field_identifier
        asked.setdefault(field.field_identifier, Column(name, _answer(field.field_identifier)))
    return list(asked.values())


def _answer(identifier: str) -> Any:
    column = ATTRIBUTES.get(identifier)
    if column is not None:
        return lambda attendee: getattr(attendee, column)
    return lambda attendee: (attendee.complex_field_values or {}).get(identifier)
