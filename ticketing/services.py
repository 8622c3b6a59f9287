"""What happens to tickets: made and changed within what the site has switched on."""

from typing import Any

from accounts.models import Module
from openevent.exceptions import NotAllowed

from .models import Ticket


def check_modules(*, type: str | None, before: str | None = None) -> None:  # noqa: A002  (the attribute's name)
    """403 for a ticket of a kind that the site has switched off; a kind it had before may stay."""
    if type is None or type == before:
        return
    modules = Module.load()
    if not modules.ticket_include:
        raise _module_off("ticket-include", "Ticketing")
    if type in Ticket.PAID_TYPES and not modules.payment_include:
        raise _module_off("payment-include", "Payment")
    if type in Ticket.DONATION_TYPES and not modules.donation_include:
        raise _module_off("donation-include", "Donation")


def _module_off(module: str, what: str) -> NotAllowed:
    return NotAllowed(f"{what} is switched off on this site (module {module}).", "module_off", "/data/attributes/type")


def create_ticket(*, attributes: dict[str, Any]) -> Ticket:
    """A new ticket of an event; NotAllowed where its kind is switched off."""
    check_modules(type=attributes["type"])
    ticket = Ticket(**attributes)
    ticket.save(force_insert=True)
    return ticket
