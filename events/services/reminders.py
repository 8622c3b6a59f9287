"""What people are told as time goes by: that their event is over. Derived from rows, each mail once, by its key."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.mail import frontend_url, send_mail, written

from ..models import Event, Session, Speaker
from .audience import people_of

LOOKED_BACK = timedelta(days=2)  # longer than any outage should be; older events are let be


def thank_after_events(*, now: datetime | None = None) -> int:
    """Write to the teams and speakers of published events that have ended; how many mails were written."""
    now = now or timezone.now()
    ended = Event.objects.published().filter(ends_at__lte=now, ends_at__gt=now - LOOKED_BACK)
    return sum(_thank_team(event) + _thank_speakers(event) for event in ended)


def _thank_team(event: Event) -> int:
    context = {"event": event, "link": f"{frontend_url()}/events/{event.identifier}"}
    mails = [
        send_mail(
            action="after_event",
            to=person.email,
            context=context,
            key=f"after_event:{event.pk}:{person.pk}",
            event=event,
        )
        for person in people_of(event)
    ]
    return written(mails)


def _thank_speakers(event: Event) -> int:
    speakers = Speaker.objects.filter(event=event, sessions__state__in=Session.PUBLIC_STATES).exclude(email=None)
    addresses = {email.lower(): email for email in speakers.values_list("email", flat=True) if email}
    context = {"event": event, "link": f"{frontend_url()}/e/{event.identifier}"}
    mails = [
        send_mail(
            action="after_event_speaker",
            to=address,
            context=context,
            key=f"after_event_speaker:{event.pk}:{small}",
            event=event,
        )
        for small, address in sorted(addresses.items())
    ]
    return written(mails)
