"""What orders write to people. The words are in templates/mail/."""

from collections.abc import Iterable

from accounts.mail import frontend_url, send_mail
from accounts.services import notify
from events.services.audience import people_of, without_who_declined

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


def tell_team(order: Order, attendees: int) -> None:
    """The event's team learns of a completed order of so many ``attendees``, inside the site and, who did not decline
    it, by mail. Once."""
    team, event = people_of(order.event_id), order.event
    title = f"New order for {event.name}"
    key = f"ticket_purchased_organizer:{order.pk}"
    notify(users=team, kind="ticket_purchased_organizer", title=title, about=order, key=key)
    link = f"{frontend_url()}/orders/{order.identifier}/view"
    context = {"order": order, "event": event, "attendees": attendees, "link": link}
    for person in without_who_declined(team, event, "after_ticket_purchase"):
        send_mail(
            action="ticket_purchased_organizer",
            to=person.email,
            context=context,
            key=f"{key}:{person.pk}",
            event=event,
        )


def tell_cancelled(order: Order) -> None:
    """The buyer learns that the order was cancelled, with the note and whether money comes back; so does the team."""
    title = f"Order {order.identifier} for {order.event.name} was cancelled"
    notify(users=people_of(order.event_id), kind="ticket_cancelled_organizer", title=title, about=order)
    if order.user is not None:
        context = {"order": order, "event": order.event}
        send_mail(action="order_cancelled", to=order.user.email, context=context, event=order.event)
