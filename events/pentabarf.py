"""The programme as the XML that Pentabarf began with, and that frab, pretalx and schedule apps read and write.

What readers count on is written down in tests/events/schemas/pentabarf.rng.
"""

import uuid
import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.utils.text import slugify

from accounts.mail import frontend_url
from openevent.richtext import plain_text, printable

from .models import Event, EventCopyright, Session
from .programme import length_of, scheduled_sessions

NO_ROOM = "To be announced"
LINKS = ("website", "slides_url", "video_url", "audio_url", "signup_url")
LONGEST = timedelta(hours=99, minutes=59)  # what the format can say


def schedule_xml(event: Event) -> bytes:
    """The schedule: days, in them rooms, in them sessions."""
    rooms_of: dict[date, dict[str, list[Session]]] = defaultdict(lambda: defaultdict(list))
    sessions = list(scheduled_sessions(event))
    for session in sessions:
        room = session.microlocation.name if session.microlocation else event.location_name or NO_ROOM
        rooms_of[_local(session.starts_at, event).date()][room].append(session)
    days = sorted(rooms_of) or [_local(event.starts_at, event).date()]
    licence = EventCopyright.objects.filter(event=event).values_list("licence", flat=True).first()
    root = ET.Element("schedule")
    changed = max((session.last_modified_at for session in sessions), default=event.created_at)
    _texts(root, version=changed.isoformat(timespec="seconds"))  # readers look whether they have it already
    _add_conference(root, event, days)
    for index, day in enumerate(days, start=1):
        element = ET.SubElement(root, "day", _day_attributes(day, index, event))
        for name, talks in rooms_of[day].items():
            room_element = ET.SubElement(element, "room", name=printable(name))
            for session in talks:
                _add_session(room_element, session, name, licence or "", event)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_conference(root: ET.Element, event: Event, days: list[date]) -> None:
    conference = ET.SubElement(root, "conference")
    _texts(
        conference,
        title=event.name,
        acronym=event.identifier,
        start=days[0].isoformat(),
        end=days[-1].isoformat(),
        days=str(len(days)),
        timeslot_duration="00:05",
        time_zone_name=event.timezone,
    )


def _day_attributes(day: date, index: int, event: Event) -> dict[str, str]:
    starts = datetime(day.year, day.month, day.day, tzinfo=event.zone)
    ends = starts + timedelta(hours=23, minutes=59)
    return {"date": day.isoformat(), "start": starts.isoformat(), "end": ends.isoformat(), "index": str(index)}


def _add_session(parent: ET.Element, session: Session, room: str, licence: str, event: Event) -> None:
    starts = _local(session.starts_at, event)
    guid = uuid.uuid5(uuid.NAMESPACE_URL, f"openevent:{event.identifier}/{session.pk}")
    element = ET.SubElement(parent, "event", id=str(session.pk), guid=str(guid))
    minutes = int(min(length_of(session), LONGEST).total_seconds()) // 60
    _texts(
        element,
        date=starts.isoformat(timespec="seconds"),
        start=f"{starts:%H:%M}",
        duration=f"{minutes // 60:02}:{minutes % 60:02}",
        room=room,
        url=f"{frontend_url()}/e/{quote(event.identifier)}/session/{session.pk}",
        slug=f"{event.identifier}-{session.pk}-{slugify(session.title)[:60]}",
        title=session.title,
        subtitle=session.subtitle or "",
        track=session.track.name if session.track else "",
        type=session.session_type.name if session.session_type else "",
        language=session.language or "",
        abstract=plain_text(session.short_abstract or ""),
        description=plain_text(session.long_abstract or ""),
    )
    _texts(ET.SubElement(element, "recording"), license=licence, optout="false")
    persons = ET.SubElement(element, "persons")
    for speaker in session.speakers.all():
        ET.SubElement(persons, "person", id=str(speaker.pk)).text = printable(speaker.name)
    links = ET.SubElement(element, "links")
    for name in LINKS:
        if address := getattr(session, name):
            ET.SubElement(links, "link", href=printable(address)).text = name.removesuffix("_url")


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = printable(text)


def _local(time: Any, event: Event) -> datetime:
    return time.astimezone(event.zone)  # type: ignore[no-any-return]
