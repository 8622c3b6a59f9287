"""What is asked of a single event beyond its attributes: numbers, calendar, search, and what clients include."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from events.models import CustomForm, Event, Exhibitor, Session, Speaker, Sponsor
from tests.factories import make_event

from .conftest import Caller

Call = Callable[[str], Caller]


def test_statistics_of_an_empty_event_are_zeros(call: Call, event: Event) -> None:
    attributes = call("cora").get(f"/v1/events/{event.identifier}/general-statistics").json()["data"]["attributes"]
    assert attributes.pop("identifier") == event.identifier
    assert attributes.pop("speakers") == {"accepted": 0, "confirmed": 0, "pending": 0, "rejected": 0, "total": 0}
    assert set(attributes.values()) == {0}


def test_statistics_count_by_state(call: Call, event: Event) -> None:
    grace, alan = (Speaker.objects.create(event=event, name=name) for name in ("Grace", "Alan"))
    for state in ("accepted", "accepted", "pending", "draft"):
        Session.objects.create(event=event, title="T", state=state).speakers.add(grace)
    Session.objects.create(event=event, title="Gone", state="accepted").trash()
    Sponsor.objects.create(event=event, name="S")
    attributes = call("olga").get(f"/v1/events/{event.pk}/general-statistics").json()["data"]["attributes"]
    assert (attributes["sessions"], attributes["sessions-submitted"], attributes["sessions-accepted"]) == (4, 3, 2)
    assert attributes["speakers"] == {"accepted": 1, "confirmed": 0, "pending": 1, "rejected": 0, "total": 2}
    assert attributes["speaker-without-session"] == 1, alan
    assert attributes["sponsors"] == 1


def test_statistics_are_the_teams(call: Call, event: Event) -> None:
    for name, status in [("", 401), ("eve", 403), ("rita", 403), ("cora", 200), ("adam", 200)]:
        assert call(name).get(f"/v1/events/{event.pk}/general-statistics").status_code == status, name


def test_calendar_tells_place_and_time_in_the_zone_of_the_event(call: Call, event: Event) -> None:
    event.starts_at = datetime(2026, 7, 1, 8, tzinfo=UTC)
    event.ends_at = datetime(2026, 7, 2, 16, tzinfo=UTC)
    event.location_name, event.description = "Köln, Süd", "<p>Tea &amp; talks</p>"
    event.save()
    answer = call("").get(f"/v1/events/{event.identifier}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.content)
    entry = calendar.walk("VEVENT")[0]
    assert entry.decoded("dtstart") == event.starts_at
    assert entry["dtstart"].params["TZID"] == "Europe/Berlin"
    assert str(entry["location"]) == "Köln, Süd"
    assert str(entry["description"]) == "Tea & talks"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_calendar_of_a_draft_is_hidden(call: Call, event: Event) -> None:
    Event.objects.update(state="draft")
    assert call("eve").get(f"/v1/events/{event.identifier}.ics").status_code == 404
    assert call("olga").get(f"/v1/events/{event.identifier}.ics").status_code == 200


def test_search_finds_words_and_their_beginnings(call: Call, event: Event) -> None:
    make_event(name="Python Conference", description="<p>Snakes and ladders</p>")
    make_event(name="Python Retreat", privacy="private")
    make_event(name="Python Draft", state="draft")

    def found(text: str) -> list[str]:
        rows = call("eve").get("/v1/search/events", {"query": text}).json()["data"]
        return [row["attributes"]["name"] for row in rows]

    assert found("pyth confer") == ["Python Conference"]
    assert found("LADDERS") == ["Python Conference"]
    assert found("nothing") == []
    assert found("it's & | ! :*") == []
    assert len(found("")) == 2


def test_exhibitors_are_put_in_order(call: Call, event: Event) -> None:
    one, two = (Exhibitor.objects.create(event=event, name=name, status="accepted") for name in "AB")
    url = f"/v1/events/{event.identifier}/reorder-exhibitors"
    order = [{"id": one.pk, "position": 2}, {"id": str(two.pk), "position": 1}]
    assert call("eve").post(url, order, format="json").status_code == 403
    assert call("olga").post(url, [{"id": "x"}], format="json").status_code == 422
    assert call("olga").post(url, order, format="json").json() == {"success": True, "updates": 2}
    rows = call("").get(f"/v1/events/{event.pk}/exhibitors").json()["data"]
    assert [row["attributes"]["name"] for row in rows] == ["B", "A"]


def test_speakers_are_put_in_order(call: Call, event: Event) -> None:
    one, two = (Speaker.objects.create(event=event, name=name) for name in "AB")
    order = [{"speaker": one.pk, "order": 2}, {"speaker": two.pk, "order": 1}]
    assert call("olga").post(f"/v1/events/{event.pk}/reorder-speakers", order, format="json").status_code == 200
    assert list(Speaker.objects.order_by("order")) == [two, one]
    reset = f"/v1/events/{event.pk}/reorder-speakers?reset"
    for nonsense in (["AAA"], [[None]], {"id": 1}, False):
        assert call("olga").post(reset, nonsense, format="json").status_code == 422, nonsense
    assert list(Speaker.objects.order_by("order")) == [two, one]
    assert call("olga").post(reset).json()["updates"] == 2


def test_days_and_languages_of_the_programme(call: Call, event: Event) -> None:
    late = datetime(2026, 7, 1, 23, tzinfo=UTC)  # the next day in Berlin
    Session.objects.create(event=event, title="A", state="accepted", starts_at=late, language="German, English")
    Session.objects.create(event=event, title="B", state="accepted", language="English")
    Session.objects.create(event=event, title="C", state="pending", starts_at=event.starts_at, language="Latin")
    assert call("eve").get(f"/v1/events/{event.identifier}/sessions/dates").json() == ["2026-07-02"]
    assert call("eve").get(f"/v1/events/{event.identifier}/sessions/languages").json() == ["English", "German"]


def test_new_event_asks_attendees_for_name_and_address(call: Call, db: Any) -> None:
    times = {"starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-02T00:00:00Z", "timezone": "UTC"}
    made = call("ada").create("/v1/events", "event", None, name="New", **times)
    assert made.status_code == 201
    fields = CustomForm.objects.filter(event=made.json()["data"]["id"])
    assert sorted(f.field_identifier for f in fields) == ["email", "firstname", "lastname"]


@pytest.mark.parametrize(
    "url",
    [
        "/v1/groups?include=user,follower&page[size]=12",
        "/v1/events/{0}?include=social-links,event-copyright,speakers-call,tax,owner,organizers,video-stream",
        "/v1/events/{0}?include=custom-forms,group,group.followers,group.followers.user",
        "/v1/events/{0}?include=event-topic,event-sub-topic,event-type,event-copyright,owner,organizers",
        "/v1/events/{0}?include=coorganizers,track-organizers,registrars,moderators",
        "/v1/events?include=event-topic,event-sub-topic,event-type,speakers-call",
        "/v1/events/{0}/speakers?include=sessions.track&page[size]=0",
        '/v1/events/{0}/exhibitors?filter=[{{"name":"status","op":"eq","val":"accepted"}}]&page[size]=1',
        '/v1/events?filter=[{{"name":"speakers-call","op":"has","val":{{"name":"privacy","op":"eq","val":"public"}}}}]',
    ],
)
def test_what_the_web_app_includes_is_known_to_strangers(call: Call, event: Event, url: str) -> None:
    assert call("").get(url.format(event.identifier)).status_code == 200


def test_what_the_back_office_includes_is_known(call: Call, event: Event, cast: Any) -> None:
    url = f"/v1/users/{cast.olga.pk}/events?include=general-statistics,roles.role,roles.user,tickets"
    body = call("olga").get(url).json()
    assert "event-statistics-general" in {row["type"] for row in body["included"]}
    followed = f"/v1/users/{cast.olga.pk}/followed-groups?include=group,user"
    assert call("olga").get(followed).status_code == 200
