"""What other programs read: iCalendar, xCal and Pentabarf's XML against schemas and rules, for an event that is hard
on them and for all real zips."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone
from ical.calendar_stream import IcsCalendarStream
from lxml import etree

from accounts.models import User
from events.calendars import as_xcal, calendar_of, programme_calendar
from events.imports import import_event
from events.models import Event, Microlocation, Session, SessionType, Speaker, Track
from events.pentabarf import NO_ROOM, schedule_xml
from events.programme import scheduled_sessions
from tests.factories import make_event, make_row

from .calendar_rules import broken_rules
from .zips import SHARED

SCHEMAS = Path(__file__).parent / "schemas"
ZIPS = sorted(SHARED.glob("*.zip"))
HARD = [
    "]]> & <b>\u0007 \"q\" 'q'",
    "a, b; c\\n d\\",
    "Zoë 李 مرحبا 😀👩‍👩‍👧 e\u0301",
    "x" * 250,
    "BEGIN:VEVENT",
    "=1+1",
    "ß" * 120,
]
pytestmark = pytest.mark.django_db


def validated(raw: bytes, schema: str) -> Any:
    """The root of a document that fits the schema."""
    document = etree.fromstring(raw).getroottree()
    grammar = etree.RelaxNG(etree.parse(SCHEMAS / schema))
    assert grammar.validate(document), str(grammar.error_log)[:2000]
    return document.getroot()


@pytest.fixture(params=["Europe/Berlin", "America/St_Johns", "UTC"])
def hard(request: pytest.FixtureRequest) -> Event:
    """A programme that goes over midnight, the change of clocks and a year, with names that are hard to spell."""
    zone = ZoneInfo(request.param)
    starts = datetime(2030, 3, 30, 21, 30, tzinfo=zone)
    event = make_event(name=HARD[0], timezone=request.param, starts_at=starts, ends_at=starts + timedelta(days=370))
    Event.objects.filter(pk=event.pk).update(
        location_name=HARD[1], latitude=-54.8, longitude=-68.3, description=f"<p>{HARD[2]}</p>"
    )
    rows = {Event: event}
    kind = make_row(SessionType, rows, name=HARD[1], length="01:15")
    rooms = [make_row(Microlocation, rows, name=name) for name in HARD[:3]]
    for number, name in enumerate(HARD):
        session = Session.objects.create(
            event=event, title=name, subtitle=name, state="confirmed", session_type=kind, language="de",
            starts_at=starts + timedelta(hours=3 * number),
            ends_at=starts + timedelta(hours=3 * number + 1, seconds=30),
            microlocation=rooms[number] if number < len(rooms) else None, short_abstract=f"<p>{name}</p>",
            track=make_row(Track, rows, name=name), website="https://example.org/ä?a=1&b=2",
        )  # fmt: skip
        session.speakers.add(make_row(Speaker, rows, name=name, user=None))
    once = {"event": event, "state": "accepted"}
    Session.objects.create(title="no end, no kind", starts_at=starts, **once)
    Session.objects.create(title="ends before", starts_at=starts, ends_at=starts - timedelta(hours=1), **once)
    Session.objects.create(title="a week", starts_at=starts, ends_at=starts + timedelta(days=7), **once)
    Session.objects.create(title="next year", starts_at=starts + timedelta(days=365), session_type=kind, **once)
    return Event.objects.get(pk=event.pk)


def check_calendar(event: Event) -> None:
    for raw in (programme_calendar(event).to_ical(), calendar_of(event)):
        assert broken_rules(raw) == []
        icalendar.Calendar.from_ical(raw)
        IcsCalendarStream.calendar_from_ics(raw.decode())
    calendar = icalendar.Calendar.from_ical(programme_calendar(event).to_ical())
    sessions = {f"{event.identifier}-{session.pk}@openevent": session for session in scheduled_sessions(event)}
    entries = {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}
    assert entries.keys() == sessions.keys() or not sessions
    for uid, session in sessions.items():
        assert entries[uid].decoded("dtstart") == session.starts_at


def check_xcal(event: Event) -> None:
    calendar = programme_calendar(event)
    root = validated(as_xcal(calendar), "xcal.rng")
    name = {"c": "urn:ietf:params:xml:ns:icalendar-2.0"}
    zones = root.xpath("//c:vtimezone/c:properties/c:tzid/c:text/text()", namespaces=name)
    assert set(root.xpath("//c:parameters/c:tzid/c:text/text()", namespaces=name)) <= set(zones)
    said = root.xpath("//c:vevent/c:properties/c:uid/c:text/text()", namespaces=name)
    assert said == [str(entry["uid"]) for entry in calendar.walk("VEVENT")]


def check_pentabarf(event: Event) -> None:
    root = validated(schedule_xml(event), "pentabarf.rng")
    days = root.findall("day")
    dates = [day.get("date") for day in days]
    assert dates == sorted(set(dates))
    assert [day.get("index") for day in days] == [str(number + 1) for number in range(len(days))]
    conference = root.find("conference")
    assert [conference.findtext(name) for name in ("start", "end", "days")] == [dates[0], dates[-1], str(len(days))]
    for day in days:
        rooms = [room.get("name") for room in day.findall("room")]
        assert len(rooms) == len(set(rooms)), "a room twice in a day"
        for talk in day.iterfind("room/event"):
            moment = datetime.fromisoformat(talk.findtext("date"))
            assert day.get("start") <= talk.findtext("date"), "before its day"
            assert (moment.date().isoformat(), f"{moment:%H:%M}") == (day.get("date"), talk.findtext("start"))
            assert talk.findtext("room") == talk.getparent().get("name")
    talks = root.findall("day/room/event")
    for values in ([t.get("id") for t in talks], [t.get("guid") for t in talks], [t.findtext("slug") for t in talks]):
        assert len(values) == len(set(values))
    by_time = sorted(talks, key=lambda t: (datetime.fromisoformat(t.findtext("date")), int(t.get("id"))))
    assert [t.get("id") for t in by_time] == [str(session.pk) for session in scheduled_sessions(event)]


def test_hard_event_is_read_by_calendars(hard: Event) -> None:
    check_calendar(hard)


def test_hard_event_is_valid_xcal(hard: Event) -> None:
    check_xcal(hard)


def test_hard_event_is_a_schedule(hard: Event) -> None:
    check_pentabarf(hard)
    root = etree.fromstring(schedule_xml(hard))
    found = {talk.findtext("title"): talk for talk in root.iterfind("day/room/event")}
    assert found["a week"].findtext("duration") == "99:59"  # what the format can say
    assert found["no end, no kind"].findtext("duration") == "00:00"
    assert found["ends before"].findtext("duration") == "00:00"
    assert found["next year"].findtext("duration") == "01:15"
    assert found["x" * 250].findtext("room") == found["next year"].findtext("room") == HARD[1]  # the place itself
    assert found[HARD[2]].findtext("persons/person") == HARD[2]


def test_event_without_anything_is_valid(db: None) -> None:
    event = make_event(location_name=None)
    for check in (check_calendar, check_xcal, check_pentabarf):
        check(event)
    Session.objects.create(event=event, title="Talk", state="accepted", starts_at=timezone.now())
    root = etree.fromstring(schedule_xml(event))
    assert root.find("day/room").get("name") == NO_ROOM
    check_pentabarf(event)


@pytest.mark.walk
@pytest.mark.skipif(not ZIPS, reason="needs ../shared/data")
@pytest.mark.parametrize("path", ZIPS, ids=lambda p: p.stem)
def test_real_event_is_valid_everywhere(path: Path) -> None:
    olga = User.objects.create_user("olga@example.org", is_verified=True)
    event = Event.objects.get(pk=import_event(file=path, owner=olga, new_topics=True).event_id)
    assert scheduled_sessions(event).count() > 10
    for check in (check_calendar, check_xcal, check_pentabarf):
        check(event)


GOOD = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20300101T000000Z\r\n"
    b"DTSTART:20300101T000000Z\r\nSUMMARY:a\\, b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\n", b"\n"),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 80),
        (b"a\\, b", b"a, b"),
        (b"UID:1\r\n", b""),
        (b"UID:1\r\n", b"UID:1\r\nUID:2\r\n"),
        (b"DTSTART:20300101T000000Z", b"DTSTART:20300101T000000"),
        (b"DTSTART:", b"DTSTART;TZID=Europe/Berlin:"),
        (b"DTSTAMP:20300101T000000Z", b"DTSTAMP:20300101T000000"),
        (b"SUMMARY", b"DTEND:20291231T000000Z\r\nSUMMARY"),
        (b"END:VEVENT\r\n", b""),
        (b"VERSION:2.0\r\n", b""),
        (b"END:VEVENT", b"no line\r\nEND:VEVENT"),
        (b"END:VEVENT\r\n", b"END:VEVENT\r\n" + GOOD[GOOD.index(b"BEGIN:VEVENT") : GOOD.index(b"END:VCALENDAR")]),
    ],
)
def test_rules_find_what_is_broken(old: bytes, new: bytes) -> None:
    assert broken_rules(GOOD) == []
    assert broken_rules(GOOD.replace(old, new)) != []


def test_schema_refuses_what_readers_stumble_over(db: None) -> None:
    event = make_event(location_name=None)
    Session.objects.create(event=event, title="Talk", state="accepted", starts_at=datetime(2030, 1, 1, tzinfo=UTC))
    good = schedule_xml(event).decode()
    grammar = etree.RelaxNG(etree.parse(SCHEMAS / "pentabarf.rng"))
    assert grammar.validate(etree.fromstring(good.encode()))
    for old, new in [
        ("<duration>00:00<", "<duration>0:00:00<"),
        ("<title>Talk<", "<title> <"),
        ('index="1"', 'index="0"'),
        ("+01:00</date>", "</date>"),
        ("<subtitle />", ""),
        ("<persons />", "<persons><person>Nobody</person></persons>"),
    ]:
        assert old in good, old
        assert not grammar.validate(etree.fromstring(good.replace(old, new).encode())), old
