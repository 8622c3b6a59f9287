"""What the event's form for attendees asks for, and whether it was answered when an order is handed in."""

from collections.abc import Iterable

from events.models import CustomForm, Event
from events.services.answers import is_answered
from openevent.exceptions import DomainError, InvalidInput, Several
from openevent.prepared import PreparedSelect

from ..models import Attendee
from .cart import BY_ATTENDEES

_REQUIRED = PreparedSelect(
    lambda event_id: CustomForm.objects.filter(
        event=event_id, form=CustomForm.Form.ATTENDEE, is_required=True, is_included=True
    ),
    int,
)


def demand_answers(event: Event, attendees: Iterable[Attendee]) -> None:
    """422 with every required field that an attendee has left empty. A field without ``form-id`` is asked of
    everybody, one with it of those whose ticket has that form. A required switch must be on."""
    fields = _REQUIRED.all(event.pk)
    if not fields:
        return
    errors: list[DomainError] = [
        InvalidInput(f"Attendee {attendee.pk}: {field} is required", "required_field", BY_ATTENDEES.items)
        for attendee in attendees
        for field in fields
        if not field.form_id or field.form_id == attendee.ticket.form_id
        if not is_answered(attendee, field.field_identifier)
    ]
    if errors:
        raise Several(errors)


def demand_answers_of_order(order_id: int, event: Event) -> None:
    """``demand_answers`` of those whom the order is for."""
    # lazily: an event without such fields costs one query
    demand_answers(event, Attendee.objects.filter(order_id=order_id).select_related("ticket"))

