"""Questions to the people who run an event."""

from typing import Any

from accounts.mail import send_mail
from accounts.models import User

from ..models import Event


def contact_organizers(*, event: Event, message: str, by: Any) -> int:
    """Mail owners and organizers what somebody wants to ask; they learn the address to answer to. How many mails."""
    people = User.objects.filter(event_roles__event=event, event_roles__role__name__in=["owner", "organizer"])
    context = {"event": event, "message": message, "sender": by, "link": f"mailto:{by.email}"}
    addresses = set(people.values_list("email", flat=True))
    mails = [
        send_mail(action="event_contact", to=address, context=context, event=event) for address in sorted(addresses)
    ]
    return len([mail for mail in mails if mail is not None])
