"""The attendees of an event as a table, with what its form asks them."""

from django.db.models import QuerySet, TextField, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.jobs import Document, Run, job_kind
from events.exports.tables import clock, event_of_run, write_stored
from events.models import CustomForm, Event
from events.models.forms import camelized
from openevent.reports import Stored

from ..models import Attendee

# the fields that every form has, and their columns
NAMES = ("firstname", "lastname", "email")
ATTRIBUTES = {camelized(field.name): field.name for field in Attendee._meta.concrete_fields if not field.is_relation}


def attendee_columns(event: Event) -> list[Stored]:
    """What a table of attendees says, the answers to the event's own questions last."""
    order = Cast("order__identifier", TextField())
    # what was agreed for the ticket; what it costs where the order is older than its lines
    price = Coalesce("order_line__unit_price", "ticket__price")
    return [
        Stored("Order#", order, 3.6),
        Stored("Order Date", "order__created_at", shown=clock(event)),
        Stored("Status", "order__status", 1.5),
        Stored("First Name", "firstname", 2),
        Stored("Last Name", "lastname", 2),
        Stored("Email", "email", 3.6),
        Stored("Payment Type", "order__paid_via"),
        Stored("Payment Mode", "order__payment_mode", 1.6),
        Stored("Ticket Name", "ticket__name", 2),
        Stored("Ticket ID", Concat(order, Value("-"), Cast("pk", TextField()), output_field=TextField())),
        Stored("Ticket Price", price, 1.3),
        Stored("Ticket Type", "ticket__type"),
        Stored("Checked In", "is_checked_in", 1.2),
        Stored("Check-in Times", "checkin_times"),
        Stored("Check-out Times", "checkout_times"),
        Stored("Tax ID", "order__tax_business_info"),
        Stored("Address", "order__address"),
        Stored("Company", "order__company"),
        Stored("Country", "order__country"),
        Stored("State", "order__state"),
        Stored("City", "order__city"),
        Stored("Zipcode", "order__zipcode"),
        *_answers(event),
    ]


def listed_attendees(event: Event) -> QuerySet[Attendee]:
    """Everybody who has a ticket ordered, carts left out."""
    return Attendee.objects.filter(event=event, order__isnull=False, order__deleted_at=None)


@job_kind("attendees")
def write_attendees(run: Run) -> Document:
    """All attendees, the oldest orders first."""
    event = event_of_run(run)
    rows = listed_attendees(event).order_by("pk")
    return write_stored(run, event.name, f"attendees-{event.identifier}", attendee_columns(event), rows)


def _answers(event: Event) -> list[Stored]:
    fields = CustomForm.objects.filter(event=event, form=CustomForm.Form.ATTENDEE, is_included=True)
    asked: dict[str, Stored] = {}
    for field in fields.exclude(field_identifier__in=NAMES).order_by("position", "pk"):
        name = field.name or field.field_identifier
        asked.setdefault(field.field_identifier, Stored(name, _answer(field.field_identifier)))
    return list(asked.values())


def _answer(identifier: str) -> str | KeyTransform:
    """Where the answer stands: in a column, or among those that only this event asks for."""
    return ATTRIBUTES.get(identifier) or KeyTransform(identifier, "complex_field_values")
