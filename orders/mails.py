"""What orders write to people. The words are in templates/mail/."""

from collections.abc import Iterable

from accounts.mail import send_mail

from . import links
from .models import Attendee, Order


def tell_completed(order: Order, *, is_again: bool = False) -> None:
    """The summary for the buyer: lines, amounts, and the link to all tickets. Once, unless asked again."""
    if order.user is None:
        return
    context = {
        "order": order,
        "event": order.event,
        "lines": list(order.lines.all()),
        "link": links.tickets_link(order),
    }
    key = None if is_again else f"order_completed:{order.pk}"
    send_mail(action="order_completed", to=order.user.email, context=context, event=order.event, key=key)


def send_tickets(order: Order, attendees: Iterable[Attendee], *, is_again: bool = False) -> None:
    """Each attendee with an address gets the link to the ticket. Once, unless asked again."""
    for attendee in attendees:
        if attendee.email:
            context = {
                "order": order,
                "event": order.event,
                "attendee": attendee,
                "link": links.ticket_link(attendee),
            }
            key = None if is_again else f"ticket:{attendee.pk}"
            send_mail(action="ticket_issued", to=attendee.email, context=context, event=order.event, key=key)


def tell_cancelled(order: Order) -> None:
    """The buyer learns that the order was cancelled, with the note and whether money comes back."""
    if order.user is not None:
        context = {"order": order, "event": order.event}
        send_mail(action="order_cancelled", to=order.user.email, context=context, event=order.event)
