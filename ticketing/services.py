"""What happens to tickets and codes: made and changed within what the site has switched on."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Module
from events.models import Event
from openevent.exceptions import Conflict, InvalidInput, NotAllowed

from .models import DiscountCode, Ticket


def check_modules(*, ticket: Ticket, before: Ticket | None = None) -> None:
    """403 for a ticket of a kind that the site has switched off; what it was before it may stay."""
    is_paid = ticket.is_paid and not (before and before.is_paid)
    is_donation = ticket.is_donation and not (before and before.is_donation)
    if before and not (is_paid or is_donation):
        return
    modules = Module.load()
    if not modules.ticket_include:
        raise _module_off("ticket-include", "Ticketing")
    if is_paid and not modules.payment_include:
        raise _module_off("payment-include", "Payment")
    if is_donation and not modules.donation_include:
        raise _module_off("donation-include", "Donation")


def _module_off(module: str, what: str) -> NotAllowed:
    return NotAllowed(
        f"{what} is switched off on this site (module {module}).", "module_off", "/data/attributes/type"
    )


def create_ticket(*, attributes: dict[str, Any]) -> Ticket:
    """A new ticket of an event; NotAllowed where its kind is switched off."""
    ticket = Ticket(**attributes)
    check_modules(ticket=ticket)
    ticket.save(force_insert=True)
    return ticket


def trash_ticket(ticket: Ticket) -> None:
    """Take a ticket off the list; Conflict while people hold it or are buying it."""
    if ticket.sold or ticket.reserved:
        raise Conflict("There are orders of this ticket.", "has_orders")
    ticket.trash()


def check_discounted(*, tickets: Sequence[Ticket], pointer: str) -> None:
    """422 where a discount code is to lower the price of a ticket that has none."""
    for ticket in tickets:
        if ticket.is_free:
            raise InvalidInput(f"Ticket with id: {ticket.pk} is free.", "free_ticket", pointer)


def check_opened(*, tickets: Sequence[Ticket], pointer: str) -> None:
    """409 where an access code is to open a ticket that everybody sees."""
    for ticket in tickets:
        if not ticket.is_hidden:
            raise Conflict(f"Ticket with id: {ticket.pk} is not hidden.", "ticket_not_hidden", pointer)


@transaction.atomic
def check_fee_code(*, code: DiscountCode, events: Sequence[Event], pointer: str) -> None:
    """409 where an event has another code that lowers the site's fee. The events stay locked until the
    caller's transaction ends, so that two codes cannot come in at once."""
    keys = [event.pk for event in events]
    list(Event.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    others = DiscountCode.objects.for_events().filter(events__in=keys).exclude(pk=code.pk)
    if others.exists():
        raise Conflict("The event has a discount code of this kind already.", "duplicate", pointer)


def trash_unused_discount_codes(*, event: Event) -> int:
    """Trash the event's codes that nobody has bought with; how many there were."""
    unused = DiscountCode.objects.for_tickets().unused().filter(event=event)
    return unused.update(deleted_at=timezone.now())
