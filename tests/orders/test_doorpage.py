"""The door page of the back office without a browser: whom it lets in, what it knows, and what it does."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from freezegun import freeze_time

from events.models import Event
from orders.checkins import Scan, find_spot, record_scan
from orders.checkins.devices import issue_device
from orders.models import Attendee, CheckIn, Station
from tests.factories import make_event, make_ticket, order_of


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def attendees(event: Event, cast: SimpleNamespace) -> list[Attendee]:
    order = order_of(make_ticket(event, name="Early bird"), cast.olga, quantity=3, status="completed")
    for number, attendee in enumerate(order.attendees.all()):
        Attendee.objects.filter(pk=attendee.pk).update(firstname="Ada", lastname=f"Nr{number}")
    return list(order.attendees.select_related("order"))


def test_page_is_for_whom_the_back_office_and_the_policy_let_in(event: Event, cast: SimpleNamespace) -> None:
    foreign = make_event(name="Foreign")
    for name, person in vars(cast).items():
        request = RequestFactory().get("/")
        request.user, request.session = person, client_of(person).session
        enters = admin.site.has_permission(request)
        works = name not in ("ada", "eve")
        for view in ("orders_door", "orders_door_live", "orders_door_search"):
            status = client_of(person).get(reverse(f"admin:{view}", args=[event.pk])).status_code
            assert status == ((200 if works else 403) if enters else 302), (name, view)
            if enters:
                elsewhere = client_of(person).get(reverse(f"admin:{view}", args=[foreign.pk])).status_code
                assert elsewhere == (200 if name in ("adam", "sue") else 403), (name, view)
    assert client_of(cast.adam).get(reverse("admin:orders_door", args=[0])).status_code == 404
    doors = client_of(cast.adam).get(reverse("admin:orders_door_choose"))
    assert {event.name, "Foreign"} <= {row.name for row in doors.context["events"]}


def test_numbers_are_those_of_the_log_in_the_events_zone(
    event: Event, cast: SimpleNamespace, attendees: list[Attendee]
) -> None:
    room = event.microlocations.create(name="Room 1")
    gate = Station.objects.create(event=event, station_name="Gate B", station_type="check in")
    Station.objects.create(event=event, station_name="Door 1", station_type="check in", microlocation=room)
    spots = [find_spot(str(event.pk), station_id=station.pk) for station in event.stations.order_by("pk")]
    client = client_of(cast.adam)
    with freeze_time("2026-11-22 09:42:30"):
        client.force_login(cast.adam)
        for number, attendee in enumerate(attendees[:2]):
            for spot in (spots[0], *spots):
                record_scan(spot=spot, scan=Scan("", attendee_id=attendee.pk, device=f"Phone {number}"), by=cast.rita)
        found = client.get(reverse("admin:orders_door_live", args=[event.pk])).json()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("admin:orders_door_live", args=[event.pk]))
    assert found["now"] == "10:42:30 CET"
    assert found["occupancy"] == {
        "expected": 3,
        "arrived": 2,
        "registered": 0,
        "inside": 2,
        "rooms": [{"id": str(room.pk), "name": "Room 1", "inside": 2}],
        "sessions": [],
    }
    assert found["minutes"] == [0] * 59 + [6]
    assert [(g["name"], g["scans"], g["refused"], g["last"]) for g in found["gates"]] == [
        ("Door 1", 2, 0, "10:42"),
        ("Gate B", 4, 2, "10:42"),
    ]
    assert [(d["device"], d["scans"], d["refused"]) for d in sorted(found["devices"], key=lambda d: d["device"])] == [
        ("Phone 0", 3, 1),
        ("Phone 1", 3, 1),
    ]
    assert found["refused"][0]["message"] == f"Already inside since 10:42 at {gate.station_name}."
    assert found["reasons"] == [{"label": "Already inside.", "count": 2}]
    assert len(captured) < 20


def test_search_and_one_click(event: Event, cast: SimpleNamespace, attendees: list[Attendee]) -> None:
    client = client_of(cast.adam)
    search, scan = (reverse(f"admin:orders_door_{name}", args=[event.pk]) for name in ("search", "scan"))
    assert len(client.get(search, {"q": "ada"}).json()["attendees"]) == 3
    assert client.get(search, {"q": " "}).json()["attendees"] == []
    (found,) = client.get(search, {"q": "ADA nr1"}).json()["attendees"]
    assert (found["id"], found["state"], found["valid"]) == (attendees[1].pk, "outside", True)
    answer = client.post(scan, {"attendee": found["id"], "kind": "in", "scan-id": "click"}).json()
    assert (answer["result"], answer["attendee"]["ticket"]) == ("accepted", "Early bird")
    assert client.get(search, {"q": "nr1"}).json()["attendees"][0]["inside"]
    row = CheckIn.objects.get()
    assert (row.by, row.device, row.scan_id) == (cast.adam, "-", "click")
    assert client.post(scan, {"kind": "in"}).status_code == 422
    assert client.post(scan, {"code": "x", "station": 10**9}).status_code == 422
    assert client.get(scan).status_code == 405
    assert Client(enforce_csrf_checks=True).post(scan, {"code": "x"}).status_code in (302, 403)
    assert CheckIn.objects.count() == 1


def test_organizers_find_the_door_and_the_stations_of_their_events_alone(event: Event, cast: SimpleNamespace) -> None:
    gate = Station.objects.create(event=event, station_name="Gate B", station_type="check in")
    foreign = Station.objects.create(event=make_event(), station_name="Foreign", station_type="check in")
    issue_device(event=event, name="Phone 1", station=gate, by=cast.olga)
    otto, rita = client_of(cast.otto), client_of(cast.rita)
    door = reverse("admin:orders_door", args=[event.pk])
    for address in (reverse("admin:index"), reverse("admin:events_event_change", args=[event.pk])):
        assert door in otto.get(address).content.decode(), address
    stations = reverse("admin:orders_station_changelist")
    for client in (otto, rita):
        page = client.get(f"{stations}?event={event.pk}").content.decode()
        assert "Gate B" in page
        assert "Foreign" not in client.get(stations).content.decode()
        elsewhere = reverse("admin:orders_station_change", args=[foreign.pk])
        assert client.get(elsewhere).status_code in (302, 404)
    change = reverse("admin:orders_station_change", args=[gate.pk])
    assert "Phone 1" in otto.get(change).content.decode()
    assert "Phone 1" not in rita.get(change).content.decode()  # devices are the team's
    given = {"event": event.pk, "station_name": "Gate C", "station_type": "daily"}
    assert client_of(cast.rita).post(reverse("admin:orders_station_add"), given).status_code == 403
    assert otto.post(reverse("admin:orders_station_add"), given).status_code == 302
    refused = otto.post(reverse("admin:orders_station_add"), {**given, "event": foreign.event_id})
    assert refused.context["adminform"].form.errors.keys() == {"event"}
    assert list(event.stations.order_by("pk").values_list("station_name", flat=True)) == ["Gate B", "Gate C"]


def test_scans_of_unknown_codes_stand_in_the_log_of_the_back_office(event: Event, cast: SimpleNamespace) -> None:
    spot = find_spot(str(event.pk))
    record_scan(spot=spot, scan=Scan("", code="made-up-1"), by=cast.rita)
    page = client_of(cast.rita).get(reverse("admin:orders_checkin_changelist"))
    assert [scan.code for scan in page.context["cl"].result_list] == ["made-up-1"]
