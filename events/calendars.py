"""Events and their programme as iCalendar (RFC 5545) and as its XML (xCal, RFC 6321)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import icalendar

from accounts.mail import frontend_url
from openevent.richtext import plain_text, printable

from .models import Event, Session
from .programme import scheduled_sessions

XCAL = "urn:ietf:params:xml:ns:icalendar-2.0"
AROUND = timedelta(days=400)  # the clock changes that are told: those of a year before and after


def calendar_of(event: Event) -> bytes:
    """A calendar of one entry: the whole event, at its place, in its zone."""
    return _calendar(event, [_entry_of_event(event)]).to_ical()


def programme_calendar(event: Event) -> icalendar.Calendar:
    """A calendar with an entry for each session of the programme; of an event without any, the event itself."""
    entries = [_entry_of_session(event, session) for session in scheduled_sessions(event)]
    calendar = _calendar(event, entries or [_entry_of_event(event)])
    calendar.add("x-wr-calname", printable(event.name))
    return calendar


def as_xcal(calendar: icalendar.Calendar) -> bytes:
    """The calendar as XML."""
    root = ET.Element("icalendar", xmlns=XCAL)
    root.append(_component(calendar.to_jcal()))
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _calendar(event: Event, entries: Iterable[icalendar.Event]) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//openevent//EN")
    calendar.add("version", "2.0")
    for entry in entries:
        calendar.add_component(entry)
    calendar.add_missing_timezones(_day(event.starts_at - AROUND), _day(event.ends_at + AROUND))
    return calendar


def _day(time: datetime) -> date:
    return time.date()


def _entry(uid: str, stamp: datetime, starts: datetime, ends: datetime | None, event: Event) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", uid)
    entry.add("dtstamp", stamp)
    entry.add("dtstart", starts.astimezone(event.zone))
    if ends is not None and ends > starts:
        entry.add("dtend", ends.astimezone(event.zone))
    return entry


def _entry_of_event(event: Event) -> icalendar.Event:
    entry = _entry(f"{event.identifier}@openevent", event.created_at, event.starts_at, event.ends_at, event)
    entry.add("summary", printable(event.name))
    if event.description:
        entry.add("description", plain_text(event.description))
    if event.location_name:
        entry.add("location", printable(event.location_name))
    _add_geo(entry, event)
    entry.add("url", f"{frontend_url()}/e/{quote(event.identifier)}")
    return entry


def _entry_of_session(event: Event, session: Session) -> icalendar.Event:
    uid = f"{event.identifier}-{session.pk}@openevent"
    entry = _entry(uid, session.last_modified_at, session.starts_at, session.ends_at, event)  # type: ignore[arg-type]
    entry.add("summary", printable(session.title))
    speakers = ", ".join(speaker.name for speaker in session.speakers.all())
    text = plain_text(session.short_abstract or session.long_abstract or "")
    if speakers or text:
        entry.add("description", printable("\n\n".join(filter(None, [speakers, text]))))
    place = [session.microlocation and session.microlocation.name, event.location_name]
    if any(place):
        entry.add("location", printable(", ".join(filter(None, place))))
    if session.track:
        entry.add("categories", [printable(session.track.name)])
    _add_geo(entry, event)
    entry.add("url", f"{frontend_url()}/e/{quote(event.identifier)}/session/{session.pk}")
    return entry


def _add_geo(entry: icalendar.Event, event: Event) -> None:
    if event.latitude is not None and event.longitude is not None:
        entry.add("geo", (event.latitude, event.longitude))


def _component(described: Any) -> ET.Element:
    """The element of a component that is described as jCal: its name, its properties, its parts."""
    name, properties, parts = described
    element = ET.Element(name)
    if properties:
        holder = ET.SubElement(element, "properties")
        holder.extend(_property(*entry) for entry in properties)
    if parts:
        holder = ET.SubElement(element, "components")
        holder.extend(_component(part) for part in parts)
    return element


def _property(name: str, parameters: dict[str, str], kind: str, *values: Any) -> ET.Element:
    element = ET.Element(name)
    if parameters:
        holder = ET.SubElement(element, "parameters")
        for parameter, value in parameters.items():
            ET.SubElement(ET.SubElement(holder, parameter), "text").text = str(value)
    if name == "geo":
        for part, value in zip(("latitude", "longitude"), values[0], strict=True):
            ET.SubElement(element, part).text = str(value)
        return element
    for value in values:
        ET.SubElement(element, kind).text = str(value)
    return element
