"""Questions to the people who run an event."""

from typing import Any

from accounts.mail import send_mail, written

from ..models import Event
from .audience import people_of


def contact_organizers(*, event: Event, message: str, by: Any) -> int:
    """Mail owners and organizers what somebody wants to ask; they learn the address to answer to. How many mails."""
    context = {"event": event, "message": message, "sender": by, "link": f"mailto:{by.email}"}
    addresses = sorted(person.email for person in people_of(event, ("owner", "organizer")))
    return written(send_mail(action="event_contact", to=address, context=context, event=event) for address in addresses)
