"""Stations, scans at them, and how many are counted, as check-in apps ask for them."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from freezegun import freeze_time
from rest_framework.test import APIClient

from events.models import Event, Microlocation, Session
from events.services.copying import copy_event
from orders.models import Attendee, CheckIn, PaxCorrection, Station
from tests.factories import client_of, make_event, make_ticket, order_of

JSONAPI = "application/vnd.api+json"


@pytest.fixture
def attendees(event: Event, cast: SimpleNamespace) -> list[Attendee]:
    return list(order_of(make_ticket(event), cast.olga, quantity=3, status="completed").attendees.all())


@pytest.fixture
def rita(cast: SimpleNamespace) -> APIClient:
    """Signed in at any time, also where the clock is turned."""
    client = APIClient()
    client.force_authenticate(cast.rita)
    return client


@pytest.fixture
def room(event: Event) -> Microlocation:
    return event.microlocations.create(name="Room 1")


@pytest.fixture
def talk(event: Event, room: Microlocation) -> Session:
    track = event.tracks.create(name="Main", color="#a04b4b")
    return event.sessions.create(title="Talk", microlocation=room, track=track, state="accepted")


def document(type_: str, attributes: dict | None = None, **linked: Any) -> dict:
    data = {
        name.replace("_", "-"): {"data": {"type": row._meta.model_name, "id": str(row.pk)}}
        for name, row in linked.items()
    }
    return {"data": {"type": type_, "attributes": attributes or {}, "relationships": data}}


def send(client: APIClient, url: str, body: dict, method: str = "post") -> Any:
    return client.generic(method.upper(), url, json.dumps(body), JSONAPI)


def check_in(client: APIClient, station: Station, attendee: Attendee, **more: Any) -> Any:
    return send(client, "/v1/user-check-in", document("user_check_in", station=station, ticket_holder=attendee, **more))


def test_station_is_made_by_the_team_and_has_a_number(
    event: Event, cast: SimpleNamespace, rita: APIClient, room: Microlocation
) -> None:
    body = document("station", {"station-name": "Gate", "station-type": "check in"}, event=event, microlocation=room)
    assert send(rita, "/v1/station", body).status_code == 403
    made = send(client_of(cast.olga), "/v1/station", body)
    assert made.status_code == 201
    station = made.json()["data"]
    assert isinstance(station["id"], int)
    assert station["attributes"] == {
        "station-name": "Gate",
        "station-type": "check in",
        "microlocation-id": str(room.pk),
        "room": "Room 1",
    }
    for address in (f"events/{event.identifier}", f"events/{event.pk}", f"microlocations/{room.pk}"):
        assert [row["id"] for row in rita.get(f"/v1/{address}/stations").json()["data"]] == [station["id"]]
    assert client_of(cast.ada).get(f"/v1/stations/{station['id']}").status_code == 404
    body["data"]["attributes"]["station-type"] = "bar"
    refusal = send(client_of(cast.olga), "/v1/station", body)
    assert (refusal.status_code, refusal.json()["errors"][0]["source"]["pointer"]) == (
        422,
        "/data/attributes/station-type",
    )
    elsewhere = document("station", {"station-name": "x", "station-type": "daily"}, event=event)
    foreign = make_event().microlocations.create(name="Foreign")
    elsewhere["data"]["relationships"]["microlocation"] = {"data": {"type": "microlocation", "id": str(foreign.pk)}}
    assert send(client_of(cast.olga), "/v1/station", elsewhere).status_code == 422


def test_scan_at_a_station_says_what_happened(
    event: Event, rita: APIClient, attendees: list[Attendee], room: Microlocation, talk: Session
) -> None:
    desk = Station.objects.create(event=event, station_name="Desk", station_type="registration")
    door = Station.objects.create(event=event, station_name="Door", station_type="check in", microlocation=room)
    way_out = Station.objects.create(event=event, station_name="Out", station_type="check out", microlocation=room)
    ada = attendees[0]
    made = check_in(rita, desk, ada)
    assert made.status_code == 201
    scan = made.json()["data"]
    assert (scan["type"], type(scan["id"]), scan["attributes"]["success"]) == ("user_check_in", int, True)
    assert scan["attributes"]["message"].startswith("Registered")
    state = rita.get(f"/v1/states?event_id={event.pk}&attendee_id={ada.pk}").json()
    assert state["is_registered"]
    assert state["register_times"]
    again = check_in(rita, desk, ada)
    assert again.status_code == 422
    assert "Already registered today at" in again.json()["errors"][0]["detail"]
    assert again.json()["errors"][0]["source"]["pointer"] == "/data/relationships/ticket-holder"
    assert check_in(rita, door, ada, session=talk).status_code == 201
    assert check_in(rita, door, ada, session=talk).status_code == 422
    assert check_in(rita, way_out, ada, session=talk).status_code == 201
    assert CheckIn.objects.count() == 5  # the refused ones as well
    for name, row in (("station", desk), ("attendee", ada), ("ticket", ada.ticket)):
        linkage = rita.get(f"/v1/user-check-in/{scan['id']}/relationships/{name}").json()["data"]
        assert str(linkage["id"]) == str(row.pk)
    assert rita.get(f"/v1/events/{event.pk}/user-check-in").json()["meta"]["count"] == 3


def test_scan_with_a_key_is_made_once(event: Event, rita: APIClient, attendees: list[Attendee]) -> None:
    desk = Station.objects.create(event=event, station_name="Gate", station_type="check in")
    body = json.dumps(document("user_check_in", station=desk, ticket_holder=attendees[0]))
    answers = [rita.generic("POST", "/v1/user-check-in", body, JSONAPI, HTTP_IDEMPOTENCY_KEY=key) for key in "aabb"]
    assert [answer.status_code for answer in answers] == [201, 201, 422, 422]
    assert answers[0].json() == answers[1].json()
    assert CheckIn.objects.count() == 2


def test_scan_is_taken_back_by_another_row(
    event: Event, rita: APIClient, attendees: list[Attendee], cast: SimpleNamespace
) -> None:
    gate = Station.objects.create(event=event, station_name="Gate", station_type="check in")
    scan = check_in(rita, gate, attendees[0]).json()["data"]["id"]
    assert rita.delete(f"/v1/user-check-in/{scan}").status_code == 403
    olga = client_of(cast.olga)
    assert olga.delete(f"/v1/user-check-in/{scan}").status_code == 200
    assert olga.get(f"/v1/user-check-in/{scan}").status_code == 404
    attendees[0].refresh_from_db()
    assert (attendees[0].is_checked_in, attendees[0].is_checked_out, attendees[0].checkin_times) == (False, False, None)
    assert list(CheckIn.objects.values_list("kind", flat=True)) == ["in", "void"]
    assert check_in(rita, gate, attendees[0]).status_code == 201


def test_people_are_counted_by_the_log_and_corrected_by_hand(
    event: Event, rita: APIClient, attendees: list[Attendee], room: Microlocation, talk: Session
) -> None:
    door = Station.objects.create(event=event, station_name="Door", station_type="check in", microlocation=room)
    way_out = Station.objects.create(event=event, station_name="Out", station_type="check out", microlocation=room)
    for attendee in attendees:
        check_in(rita, door, attendee, session=talk)
    check_in(rita, way_out, attendees[0], session=talk)
    body = document("station-store-pax", {"current-pax": 5}, station=door, session=talk)
    made = send(rita, "/v1/station-store-paxs", body)
    assert (made.status_code, made.json()["data"]["attributes"]["current-pax"]) == (201, 5)
    again = send(rita, "/v1/station-store-paxs", body)
    assert (again.status_code, again.json()["data"]["id"]) == (201, made.json()["data"]["id"]), "it is one count"
    check_in(rita, way_out, attendees[1], session=talk)
    key = made.json()["data"]["id"]
    for address in (f"stations/{door.pk}", f"sessions/{talk.pk}", f"stations/{door.pk}/sessions/{talk.pk}"):
        rows = rita.get(f"/v1/{address}/station-store-paxs").json()["data"]
        assert [(row["id"], row["attributes"]["current-pax"]) for row in rows] == [(key, 4)]
    change = {"data": {"type": "station-store-pax", "id": key, "attributes": {"current-pax": 1}}}
    assert send(rita, f"/v1/station-store-paxs/{key}", change, "patch").json()["data"]["attributes"]["current-pax"] == 1
    change["data"]["attributes"]["current-pax"] = -1
    assert send(rita, f"/v1/station-store-paxs/{key}", change, "patch").status_code == 422
    assert list(PaxCorrection.objects.values_list("counted", "said", "by__first_name")) == [
        (2, 5, "Rita"),
        (1, 1, "Rita"),
    ]


def test_statistics_are_those_of_the_day_at_the_venue(
    event: Event, rita: APIClient, attendees: list[Attendee], room: Microlocation, talk: Session
) -> None:
    desk = Station.objects.create(event=event, station_name="Desk", station_type="registration")
    door = Station.objects.create(event=event, station_name="Door", station_type="check in", microlocation=room)
    address = f"/v1/user-check-in/stats/event/{event.pk}?session_ids={talk.pk}&track_ids={talk.track_id}"
    with freeze_time("2026-11-21 22:59:00"):  # a minute to midnight in Berlin
        check_in(rita, desk, attendees[0])
    with freeze_time("2026-11-21 23:01:00"):
        assert check_in(rita, desk, attendees[0]).status_code == 201
        check_in(rita, desk, attendees[1])
        check_in(rita, door, attendees[1], session=talk)
        found = rita.get(address).json()
    assert (found["total_attendee"], found["total_registered"], found["total_not_checked_in"]) == (3, 2, 1)
    assert (found["total_session_checked_in"], found["total_track_checked_in"]) == (1, 1)
    assert found["session_stats"][0] == {
        "session_id": str(talk.pk),
        "session_name": "Talk",
        "track_name": "Main",
        "speakers": [],
        "check_in": 1,
        "check_out": 0,
    }
    assert (found["track_stats"][0]["track_name"], found["track_stats"][0]["check_in"]) == ("Main", 1)
    assert rita.get(f"{address},x").status_code == 422


def test_station_with_scans_stays(
    event: Event, rita: APIClient, attendees: list[Attendee], cast: SimpleNamespace
) -> None:
    gate = Station.objects.create(event=event, station_name="Gate", station_type="check in")
    unused = Station.objects.create(event=event, station_name="Unused", station_type="check in")
    check_in(rita, gate, attendees[0])
    olga = client_of(cast.olga)
    assert olga.delete(f"/v1/stations/{gate.pk}").status_code == 409
    assert olga.delete(f"/v1/stations/{unused.pk}").status_code == 200


def test_copied_event_has_the_stations(event: Event, cast: SimpleNamespace, room: Microlocation) -> None:
    gate = Station.objects.create(event=event, station_name="VIP", station_type="check in", microlocation=room)
    gate.tickets.add(make_ticket(event, name="VIP"))
    copy = copy_event(source=event, by=cast.olga).stations.get()
    assert (copy.station_name, copy.microlocation.event_id, copy.tickets.get().event_id) == (
        "VIP",
        copy.event_id,
        copy.event_id,
    )
