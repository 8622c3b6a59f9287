"""What happens to tickets: made and changed within what the site has switched on."""

from typing import Any

from accounts.models import Module
from openevent.exceptions import Conflict, NotAllowed

from .models import Ticket


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
