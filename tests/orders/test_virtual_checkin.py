"""Checking attendees in to streams, and the export of scans at stations."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest

from events.models import Event, Microlocation
from orders.models import Attendee, CheckIn, Station
from orders.services import cancel_order
from tests.factories import client_of, make_event, make_ticket, order_of


@pytest.fixture
def attendees(event: Event, cast: SimpleNamespace) -> list[Attendee]:
    return list(order_of(make_ticket(event), cast.olga, quantity=2, status="completed").attendees.order_by("pk"))


@pytest.fixture
def room(event: Event) -> Microlocation:
    return event.microlocations.create(name="Stream 1")


def check_in(user: Any, event: Event, key: str = "", **attributes: Any) -> Any:
    body = {"data": {"attributes": {name.replace("_", "-"): value for name, value in attributes.items()}}}
    headers = {"Idempotency-Key": key} if key else {}
    return client_of(user).post(f"/v1/events/{event.identifier}/virtual/check-in", body, format="json", headers=headers)


def outcomes(response: Any) -> list[tuple[str, str, str | None]]:
    assert response.status_code == 200, response.content
    return [(a["id"], a["scan"]["result"], a["scan"]["reason"]) for a in response.json()["attendees"]]


def test_attendees_come_to_the_stream_of_a_room_and_not_through_the_door(
    event: Event, cast: SimpleNamespace, attendees: list[Attendee], room: Microlocation
) -> None:
    ids = [str(a.pk) for a in attendees]
    elsewhere = order_of(make_ticket(make_event()), cast.olga, status="completed").attendees.get()
    asked = {"attendees": [*ids, ids[0], elsewhere.pk], "microlocation_id": room.pk, "is_check_in": True}
    made = check_in(cast.rita, event, key="k1", **asked)
    assert outcomes(made) == [
        (ids[0], "accepted", None),
        (ids[1], "accepted", None),
        (str(elsewhere.pk), "refused", "other_event"),
    ]
    assert made.json()["attendees"][2]["scan"]["attendee"] is None  # foreign holders are not named
    assert check_in(cast.rita, event, key="k1", **asked).json() == made.json()
    rows = CheckIn.objects.filter(result="accepted")
    assert set(rows.values_list("microlocation", "station", "device", "by")) == {
        (room.pk, None, "Virtual", cast.rita.pk)
    }
    assert CheckIn.objects.count() == 3
    assert outcomes(check_in(cast.rita, event, attendee_ids=ids[:1], microlocation_id=room.pk)) == [
        (ids[0], "refused", "already_inside")
    ]
    assert outcomes(check_in(cast.olga, event, attendee_id=ids[0], microlocation_id=room.pk, is_check_in=False)) == [
        (ids[0], "accepted", None)
    ]
    attendees[0].refresh_from_db()
    assert not attendees[0].is_checked_in  # at the venue


def test_whole_event_is_a_stream_where_it_is_online(
    event: Event, cast: SimpleNamespace, attendees: list[Attendee]
) -> None:
    refused = check_in(cast.rita, event, attendees=[attendees[0].pk])
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_online")
    Event.objects.filter(pk=event.pk).update(online=True)
    assert outcomes(check_in(cast.rita, event, attendees=[attendees[0].pk]))[0][1] == "accepted"
    cancel_order(order=attendees[1].order, by=cast.olga)
    assert outcomes(check_in(cast.rita, event, attendees=[attendees[1].pk]))[0][1:] == ("refused", "cancelled")
    attendees[0].refresh_from_db()
    assert attendees[0].is_checked_in


def test_ticket_holders_do_not_let_themselves_in_and_wrong_bodies_name_the_field(
    event: Event, cast: SimpleNamespace, attendees: list[Attendee], room: Microlocation
) -> None:
    Attendee.objects.filter(pk=attendees[0].pk).update(user=cast.ada)
    for person in (cast.ada, cast.eve):
        assert check_in(person, event, attendees=[attendees[0].pk], microlocation_id=room.pk).status_code == 403
    foreign = make_event().microlocations.create(name="Foreign")
    for field, wrong in (
        ("attendees", {}),
        ("attendees", {"attendees": []}),
        ("attendees", {"attendees": ["x"]}),
        ("attendees/0", {"attendees": [None]}),
        ("attendees", {"attendees": list(range(1, 502))}),
        ("is_check_in", {"attendees": [1], "is_check_in": "yes"}),
        ("microlocation_id", {"attendees": [1], "microlocation_id": {}}),
        ("microlocation-id", {"attendees": [1], "microlocation_id": foreign.pk}),
    ):
        refused = check_in(cast.rita, event, **wrong)
        assert refused.status_code == 422, wrong
        assert refused.json()["errors"][0]["source"]["pointer"] == f"/data/attributes/{field}"
    empty = client_of(cast.rita).post(f"/v1/events/{event.pk}/virtual/check-in", {"data": []}, format="json")
    assert empty.status_code == 400
    assert not CheckIn.objects.exists()


def test_scans_at_stations_are_exported_for_the_people_at_the_door(
    event: Event,
    cast: SimpleNamespace,
    attendees: list[Attendee],
    room: Microlocation,
    work_off_queue: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    Attendee.objects.filter(pk=attendees[0].pk).update(firstname="=1+1")
    gate = Station.objects.create(event=event, station_name="Gate", station_type="check in")
    hall = Station.objects.create(event=event, station_name="Hall", station_type="check in", microlocation=room)
    rita = client_of(cast.rita)
    for station, attendee in ((gate, attendees[0]), (gate, attendees[0]), (hall, attendees[1])):
        scan = {"attendee": attendee.pk, "station": station.pk, "device": "Phone 1"}
        assert rita.post(f"/v1/events/{event.pk}/scans", scan, format="json").status_code == 200
    rita.post(f"/v1/events/{event.pk}/scans", {"attendee": attendees[1].pk}, format="json")  # at no station

    def table(body: dict) -> list[dict[str, str]]:
        with django_capture_on_commit_callbacks(execute=True):
            asked = rita.post("/v1/export/user-check-in/csv", body, format="json")
        assert asked.status_code == 200, asked.content
        work_off_queue()
        task = rita.get(asked.json()["task_url"]).json()
        raw = b"".join(rita.get(task["result"]["download_url"]).streaming_content)
        return list(csv.DictReader(io.StringIO(raw.decode())))

    first, second = table({"event": event.identifier})
    assert (first["Station"], first["First Name"], first["Device"]) == ("Gate", "'=1+1", "Phone 1")
    assert (second["Station"], second["Room"], second["Scanned By"]) == ("Hall", "Stream 1", cast.rita.full_name)
    assert [row["Station"] for row in table({"station-ids": [str(hall.pk)]})] == ["Hall"]


def test_scans_of_foreign_events_are_not_exported(event: Event, cast: SimpleNamespace) -> None:
    address, rita = "/v1/export/user-check-in/csv", client_of(cast.rita)
    gate = Station.objects.create(event=event, station_name="Gate", station_type="check in")
    foreign = Station.objects.create(event=make_event(), station_name="Gate", station_type="check in")
    for who, body, status in (
        (cast.ada, {"event": event.pk}, 403),
        (cast.ada, {"stations": [gate.pk]}, 404),
        (cast.rita, {"stations": [foreign.pk]}, 404),
        (cast.rita, {"event": foreign.event_id}, 403),
        (cast.rita, {"stations": [gate.pk, foreign.pk]}, 422),
        (cast.rita, {"event": event.pk, "stations": [foreign.pk]}, 422),
        (cast.rita, {"stations": ["x"]}, 422),
        (cast.rita, {}, 422),
    ):
        assert client_of(who).post(address, body, format="json").status_code == status, body
    assert rita.get(address).status_code == 405
