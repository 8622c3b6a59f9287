"""What of ticketing an event's copy takes along: what can be bought. Nothing that was sold, and no secrets."""

from typing import Any

from events.services.copying import Copier, declare

from . import services
from .models import AccessCode, DiscountCode, Tax, Ticket, TicketTag

declare(copied=[Ticket, TicketTag, Tax, DiscountCode], left=[AccessCode])


def copy_tickets(*, copier: Copier) -> None:
    """Tickets with their tags, the tax, and discount codes with their tickets; none of them sold or used."""
    living: dict[str, Any] = {"event": copier.source, "deleted_at": None}
    tickets = Ticket.objects.filter(**living)
    for ticket in {(t.is_paid, t.is_donation): t for t in tickets}.values():  # one of each kind
        services.check_modules(ticket=ticket)
    copier.copy(tickets, sold=0, reserved=0)
    copier.copy(TicketTag.objects.filter(**living))
    copier.link(TicketTag, "tickets")
    copier.copy(Tax.objects.filter(**living), is_invoice_sent=False)
    copier.copy(DiscountCode.objects.for_tickets().filter(**living), used=0)
    copier.link(DiscountCode, "tickets")
