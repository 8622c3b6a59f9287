"""What teams are told as time goes by: that the sale of their tickets ends, or has ended. Each once, by its key."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from accounts.mail import frontend_url, send_mail, written
from events.models import Event
from events.services.audience import people_of

DAY = timedelta(days=1)
# mail → from when to when, seen from now, the last ticket of an event may be sold for the last time
WINDOWS = {
    "ticket_sales_end": (-2 * DAY, timedelta(0)),
    "ticket_sales_end_tomorrow": (timedelta(0), DAY),
    "ticket_sales_end_next_week": (6 * DAY, 7 * DAY),
}


def remind_of_ending_sales(*, now: datetime | None = None) -> int:
    """Write to the teams of published events whose sale ends in a week, within a day, or has ended; how many mails.
    A sale that is prolonged is reminded of anew."""
    now = now or timezone.now()
    written = 0
    selling = Event.objects.published().filter(tickets__deleted_at=None)
    for action, (earliest, latest) in WINDOWS.items():
        ending = selling.annotate(last_sale=Max("tickets__sales_ends_at"))
        for event in ending.filter(last_sale__gt=now + earliest, last_sale__lte=now + latest):
            written += _remind(event, action)
    return written


def _remind(event: Event, action: str) -> int:
    ends: datetime = event.last_sale  # type: ignore[attr-defined]  # annotated above
    context = {"event": event, "ends": ends, "link": f"{frontend_url()}/events/{event.identifier}/tickets"}
    mails = [
        send_mail(
            action=action,
            to=person.email,
            context=context,
            key=f"{action}:{event.pk}:{ends:%Y-%m-%dT%H:%M}:{person.pk}",
            event=event,
        )
        for person in people_of(event)
    ]
    return written(mails)
