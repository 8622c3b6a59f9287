"""Links that open a ticket without a login: whoever got the mail has the ticket. Each is signed for its
row, so that nobody counts up to the next one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare

if TYPE_CHECKING:
    from .models import Attendee, Order

TICKET_SALT = "orders.ticket"
TICKETS_SALT = "orders.tickets"
# Payment mode → where an order that waits for its money is paid. Payments adds the ways that it knows.
PAYMENT_URLS: dict[str, Callable[["Order"], str]] = {"stripe": lambda order: "stripe://payment"}


def ticket_link(attendee: "Attendee") -> str:
    """The address of one ticket's PDF."""
    key = _key(TICKET_SALT, attendee.pk)
    return f"{settings.SITE_URL}/v1/orders/attendees/{attendee.pk}.pdf?key={key}"


def tickets_link(order: "Order") -> str:
    """The address of the PDF with all tickets of an order."""
    key = _key(TICKETS_SALT, order.identifier)
    return f"{settings.SITE_URL}/v1/orders/{order.identifier}/tickets-pdf?key={key}"


def opens_ticket(key: str | None, attendee: "Attendee") -> bool:
    """Whether this is the key of that ticket."""
    return key is not None and constant_time_compare(key, _key(TICKET_SALT, attendee.pk))


def opens_tickets(key: str | None, order: "Order") -> bool:
    """Whether this is the key of the tickets of that order."""
    return key is not None and constant_time_compare(key, _key(TICKETS_SALT, order.identifier))


def _key(salt: str, value: object) -> str:
    return signing.Signer(salt=salt).signature(str(value))
