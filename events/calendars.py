"""Events and their programme as iCalendar (RFC 5545)."""

from urllib.parse import quote

import icalendar

from accounts.mail import frontend_url
from openevent.richtext import plain_text

from .models import Event


def calendar_of(event: Event) -> bytes:
    """A calendar of one entry: the whole event, at its place, in its zone."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//openevent//EN")
    calendar.add("version", "2.0")
    entry = icalendar.Event()
    entry.add("uid", f"{event.identifier}@openevent")
    entry.add("dtstamp", event.created_at)
    entry.add("dtstart", event.starts_at.astimezone(event.zone))
    entry.add("dtend", event.ends_at.astimezone(event.zone))
    entry.add("summary", event.name)
    if event.description:
        entry.add("description", plain_text(event.description))
    if event.location_name:
        entry.add("location", event.location_name)
    if event.latitude is not None and event.longitude is not None:
        entry.add("geo", (event.latitude, event.longitude))
    entry.add("url", f"{frontend_url()}/e/{quote(event.identifier)}")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return calendar.to_ical()
