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
    for kind in sorted(set(tickets.order_by().values_list("type", flat=True))):
        services.check_modules(type=kind)
    copier.copy(tickets, sold=0, reserved=0)
    copier.copy(TicketTag.objects.filter(**living))
    copier.link(TicketTag, "tickets")
    copier.copy(Tax.objects.filter(**living), is_invoice_sent=False)
    copier.copy(DiscountCode.objects.for_tickets().filter(**living), used=0)
    copier.link(DiscountCode, "tickets")
