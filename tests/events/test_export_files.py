"""Exports by the way that clients go: ask, wait, fetch; and what is in the files."""

import csv
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream
from pypdf import PdfReader

from accounts.models import Job
from events.models import (
    Event,
    EventCopyright,
    Feedback,
    Group,
    GroupFollower,
    Microlocation,
    Session,
    SessionType,
    Speaker,
    Track,
)
from tests.factories import make_row

from .conftest import Caller

Call = Callable[[str], Caller]
Fetch = Callable[..., bytes]
XCAL = "{urn:ietf:params:xml:ns:icalendar-2.0}"


@pytest.fixture
def event(event: Event) -> Event:
    """Two sessions that take place, one that is not scheduled, one that was refused."""
    event.starts_at, event.ends_at = datetime(2030, 3, 30, 8, tzinfo=UTC), datetime(2030, 3, 31, 18, tzinfo=UTC)
    event.name, event.location_name = "Brücken, & mehr; wirklich", "Boat house"
    event.latitude, event.longitude = 52.5, 13.4
    event.save()
    rows = {Event: event}
    track = make_row(Track, rows, name="Arches")
    room = make_row(Microlocation, rows, name="Hall")
    kind = make_row(SessionType, rows, name="Talk", length="00:45")
    zoe = make_row(Speaker, rows, name="=HYPERLINK(Zoë)", email="zoe@example.org", user=None, complex_field_values=None)
    about = {"speakers": [], "track": track, "microlocation": room, "session_type": kind, "creator": None}
    first = session(event, "Why arches stand", "accepted", datetime(2030, 3, 30, 9, tzinfo=UTC), **about)
    session(event, "A very long title " * 8, "confirmed", datetime(2030, 3, 31, 9, tzinfo=UTC), ends_at=None, **about)
    session(event, "No time yet", "accepted", None)
    session(event, "Refused", "rejected", datetime(2030, 3, 30, 9, tzinfo=UTC))
    first.speakers.add(zoe)
    make_row(Speaker, rows, name="Nobody's talk", user=None)
    return event


def session(event: Event, title: str, state: str, starts: datetime | None, **columns: Any) -> Session:
    columns.pop("speakers", None)
    ends = columns.pop("ends_at", starts and starts + timedelta(minutes=90))
    about = {"short_abstract": "<p>Because <b>they</b> cannot fall.</p>", "slides_url": "https://x.example/a?b=1&c=2"}
    return Session.objects.create(
        event=event, title=title.strip(), state=state, starts_at=starts, ends_at=ends, **about, **columns
    )


def table(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode())))


def test_calendar_is_valid_and_has_the_programme(fetch: Fetch, event: Event) -> None:
    raw = fetch(f"/v1/events/{event.identifier}/export/ical")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    calendar = IcsCalendarStream.calendar_from_ics(raw.decode())  # raises for what the RFC forbids
    first, second = calendar.events
    assert first.summary == "Why arches stand"
    assert first.start == datetime(2030, 3, 30, 9, tzinfo=UTC)
    assert first.end - first.start == timedelta(minutes=90)
    assert first.start.utcoffset() == timedelta(hours=1)  # by the clocks at the place: they change that night
    assert second.start.utcoffset() == timedelta(hours=2)
    assert first.location == "Hall, Boat house"
    assert first.description == "=HYPERLINK(Zoë)\n\nBecause they cannot fall."
    assert first.uid != second.uid
    assert [zone.tz_id for zone in calendar.timezones] == ["Europe/Berlin"]


def test_event_without_programme_is_a_calendar_of_itself(fetch: Fetch, event: Event) -> None:
    Session.objects.filter(event=event).delete()
    (entry,) = IcsCalendarStream.calendar_from_ics(fetch(f"/v1/events/{event.pk}/export/ical").decode()).events
    assert entry.summary == event.name


def test_xcal_says_what_the_calendar_says(fetch: Fetch, event: Event) -> None:
    ics = icalendar.Calendar.from_ical(fetch(f"/v1/events/{event.pk}/export/ical"))
    root = ET.fromstring(fetch(f"/v1/events/{event.pk}/export/xcal"))
    assert root.tag == f"{XCAL}icalendar"
    assert as_jcal(root[0]) == as_text(ics.to_jcal())


def as_jcal(element: ET.Element) -> list[Any]:
    """RFC 6321 read strictly: every element in the namespace, properties before components, typed values."""
    parts = {plain(child): list(child) for child in element}
    assert list(parts) in (["properties", "components"], ["properties"], ["components"])
    properties = sorted(as_property(child) for child in parts.get("properties", []))
    return [plain(element), properties, [as_jcal(child) for child in parts.get("components", [])]]


def as_property(element: ET.Element) -> list[Any]:
    children = list(element)
    parameters = {}
    if children and plain(children[0]) == "parameters":
        parameters = {plain(p): text(p[0]) for p in children.pop(0)}
    if plain(element) == "geo":
        assert [plain(child) for child in children] == ["latitude", "longitude"]
        return ["geo", str(parameters), "float", str([float(child.text or "") for child in children])]
    (kind,) = {plain(child) for child in children}
    return [plain(element), str(parameters), kind, *(text(child) for child in children)]


def plain(element: ET.Element) -> str:
    assert element.tag.startswith(XCAL)
    return element.tag.removeprefix(XCAL)


def text(element: ET.Element) -> str:
    assert len(element) == 0
    return element.text or ""


def as_text(component: Any) -> list[Any]:
    """jCal with all values as text."""
    name, properties, parts = component
    listed = sorted([n, str(p), kind, *(str(v) for v in values)] for n, p, kind, *values in properties)
    return [name, listed, [as_text(part) for part in parts]]


def test_pentabarf_has_days_rooms_and_sessions(fetch: Fetch, event: Event) -> None:
    make_row(EventCopyright, {Event: event}, licence="CC BY 4.0", year=2024)
    root = ET.fromstring(fetch(f"/v1/events/{event.pk}/export/pentabarf"))
    assert root.findtext("conference/title") == event.name
    assert root.findtext("conference/days") == "2"
    assert [day.get("date") for day in root.findall("day")] == ["2030-03-30", "2030-03-31"]
    first, second = root.findall("day/room/event")
    assert [(e.findtext("start"), e.findtext("duration"), e.findtext("room")) for e in (first, second)] == [
        ("10:00", "01:30", "Hall"),
        ("11:00", "00:45", "Hall"),  # without an end: as long as its kind, by the clocks of summer
    ]
    assert first.findtext("date") == "2030-03-30T10:00:00+01:00"
    assert [person.text for person in first.findall("persons/person")] == ["=HYPERLINK(Zoë)"]
    assert first.find("links/link").get("href") == "https://x.example/a?b=1&c=2"  # type: ignore[union-attr]
    assert first.findtext("recording/license") == "CC BY 4.0"
    assert first.findtext("abstract") == "Because they cannot fall."
    assert len({e.findtext("slug") for e in (first, second)}) == 2


def test_table_of_sessions_by_state(fetch: Fetch, event: Event, cast: SimpleNamespace) -> None:
    rated = Session.objects.get(title="Why arches stand")
    Feedback.objects.create(event=event, session=rated, user=cast.ada, rating=4)
    url = f"/v1/events/{event.identifier}/export/sessions/csv"
    rows = table(fetch(url, body={"status": "all"}))
    assert [row["Status"] for row in rows] == ["accepted", "rejected", "confirmed", "accepted"]
    assert rows[0]["Session Starts At"] == "2030-03-30 10:00+01:00"
    assert rows[0]["Session Speakers"] == "'=HYPERLINK(Zoë)"  # no formula in a spreadsheet
    assert rows[0]["Session Abstract Short"] == "Because they cannot fall."
    assert (rows[0]["Average Rating"], rows[0]["Number of Ratings"]) == ("4.0", "1")
    assert [row["Session Title"] for row in table(fetch(url, body={"status": "rejected"}))] == ["Refused"]
    assert len(table(fetch(url))) == 4  # older clients ask by GET


def test_table_of_speakers_by_state_of_their_sessions(fetch: Fetch, event: Event) -> None:
    url = f"/v1/events/{event.pk}/export/speakers/csv"
    assert [row["Speaker Name"] for row in table(fetch(url))] == ["'=HYPERLINK(Zoë)", "Nobody's talk"]
    (row,) = table(fetch(url, body={"status": "accepted"}))
    assert row["Speaker Session(s)"] == "Why arches stand (accepted)"
    assert [row["Speaker Name"] for row in table(fetch(url, body={"status": "without_session"}))] == ["Nobody's talk"]


@pytest.mark.parametrize(("kind", "words"), [("sessions", "Why arches stand"), ("speakers", "zoe@example.org")])
def test_table_as_pdf_is_read(kind: str, words: str, fetch: Fetch, event: Event) -> None:
    reader = PdfReader(io.BytesIO(fetch(f"/v1/events/{event.pk}/export/{kind}/pdf")))
    page = reader.pages[0].extract_text()
    assert words in page
    assert "Brücken, & mehr; wirklich" in page


def test_zip_is_fetched_by_the_team_at_the_events_own_address_too(
    fetch: Fetch, call: Call, event: Event, cast: SimpleNamespace
) -> None:
    raw = fetch(f"/v1/events/{event.identifier}/export/json", body={"image": False, "video": False, "document": True})
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {"event", "sessions", "speakers", "tracks"} <= set(archive.namelist())
    job = Job.objects.get(kind="event_zip")
    assert job.params["media"] == ["audio", "document"]
    url = f"/v1/events/{event.pk}/exports/{job.token}/{event.identifier}.zip"
    assert b"".join(call("cora").get(url).streaming_content) == raw
    assert call("olga").get(url).status_code == 404  # she did not ask for it
    assert call("eve").get(url).status_code == 403
    assert call("").get(url).status_code == 401


def test_what_is_no_question_is_refused(call: Call, event: Event) -> None:
    for path, body in [("sessions/csv", {"status": "beautiful"}), ("json", {"image": "yes"})]:
        answer = call("cora").post(f"/v1/events/{event.pk}/export/{path}", body, format="json")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["source"]["pointer"] == f"/{next(iter(body))}"
    assert call("cora").get("/v1/events/999999/export/ical").status_code == 404


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("orders/csv", [], 400),
        ("sessions/csv", {"status": False}, 422),
        ("ical", {"status": []}, 422),
        ("sessions/csv", {"status": None}, 200),
    ],
)
def test_a_body_that_is_none_makes_no_export(call: Call, event: Event, kind: str, body: Any, status: int) -> None:
    answer = call("olga").post(f"/v1/events/{event.pk}/export/{kind}", body, format="json")

    assert answer.status_code == status
    assert Job.objects.exists() == (status == 200)


def test_export_of_an_event_that_is_gone_says_so(
    call: Call, event: Event, work_off_queue: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        url = call("cora").get(f"/v1/events/{event.pk}/export/ical").json()["task_url"]
    event.trash()
    work_off_queue()
    assert call("cora").get(url).json() == {
        "state": "FAILURE",
        "result": {"message": "The event does not exist any more."},
    }


def test_followers_are_for_who_runs_the_group(fetch: Fetch, call: Call, cast: SimpleNamespace) -> None:
    group = make_row(Group, {}, user=cast.olga, name="Friends")
    for user in (cast.olga, cast.ada):
        GroupFollower.objects.create(group=group, user=user)
    url = f"/v1/group/{group.pk}/export/followers/csv"
    rows = table(fetch(url, who="olga", body={}))
    assert [(row["Email"], row["Role (Owner, Organizer, Follower)"]) for row in rows] == [
        ("olga@example.org", "Owner"),
        ("ada@example.org", "Follower"),
    ]
    assert call("eve").post(url).status_code == 403
