"""Scans at the door, through HTTP: accepted or refused, and always in the log."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time
from rest_framework.test import APIClient

from events.models import Event
from orders.checkins.devices import issue_device, revoke_device
from orders.models import Attendee, CheckIn, Station
from orders.services import cancel_order, delete_attendee
from tests.factories import (
    client_of,
    give_role,
    make_event,
    make_paid_ticket,
    make_ticket,
    make_user,
    order_of,
    switch_modules,
)


@pytest.fixture
def attendee(event: Event, cast: SimpleNamespace) -> Attendee:
    order = order_of(make_ticket(event, name="Early bird"), cast.olga, status="completed")
    attendee = order.attendees.get()
    attendee.firstname, attendee.lastname = "Ada", "Lovelace"
    attendee.save()
    return attendee


@pytest.fixture
def rita(cast: SimpleNamespace) -> APIClient:
    """Signed in at any time, also where the clock is turned."""
    client = APIClient()
    client.force_authenticate(cast.rita)
    return client


def post(client: APIClient, event: Event, **body: Any) -> Any:
    return client.post(f"/v1/events/{event.pk}/scans", {n.replace("_", "-"): v for n, v in body.items()}, format="json")


def outcome(response: Any) -> tuple[str, str | None]:
    assert response.status_code == 200, response.content
    return response.json()["result"], response.json()["reason"]


def test_scan_lets_in_once_and_says_why_not_again(event: Event, rita: APIClient, attendee: Attendee) -> None:
    with freeze_time("2026-11-22 09:42:00"):
        first = post(rita, event, code=attendee.ticket_code, device="Gate B", at="2026-11-22T10:41:59+01:00")
    assert first.json() == {
        "scan-id": first.json()["scan-id"],
        "result": "accepted",
        "reason": None,
        "message": "Welcome, Ada Lovelace.",
        "kind": "in",
        "at": "2026-11-22T09:41:59.000+00:00",
        "recorded-at": "2026-11-22T09:42:00.000+00:00",
        "attendee": {"id": str(attendee.pk), "name": "Ada Lovelace", "ticket": "Early bird"},
    }
    with freeze_time("2026-11-22 10:00:00"):
        second = post(rita, event, code=attendee.ticket_code, device="Gate A")
    assert outcome(second) == ("refused", "already_inside")
    assert second.json()["message"] == "Already inside since 10:42 at Gate B."  # in Berlin
    assert second.json()["attendee"]["name"] == "Ada Lovelace"
    with freeze_time("2026-11-22 23:30:00"):
        assert "since 22 Nov 10:42" in post(rita, event, attendee=attendee.pk).json()["message"]
    shown = rita.get(f"/v1/attendees/{attendee.pk}").json()["data"]["attributes"]
    assert (shown["is-checked-in"], shown["is-checked-out"]) == (True, False)
    assert (shown["checkin-times"], shown["device-name-checkin"]) == ("2026-11-22T10:41:59+01:00", "Gate B")
    assert list(CheckIn.objects.values_list("result", "device")) == [
        ("accepted", "Gate B"),
        ("refused", "Gate A"),
        ("refused", "-"),
    ]


def test_out_and_in_again(event: Event, rita: APIClient, attendee: Attendee) -> None:
    assert outcome(post(rita, event, attendee=attendee.pk, kind="out")) == ("refused", "not_inside")
    for kind in ("in", "out", "in"):
        assert outcome(post(rita, event, code=attendee.ticket_code.upper(), kind=kind)) == ("accepted", None)
    attendee.refresh_from_db()
    assert (attendee.is_checked_in, attendee.checkin_times.count(","), attendee.checkout_times.count(",")) == (
        True,
        1,
        0,
    )
    assert outcome(post(rita, event, attendee=str(attendee.pk), kind="register")) == ("accepted", None)
    assert outcome(post(rita, event, attendee=attendee.pk, kind="register")) == ("refused", "already_registered")


def test_who_was_checked_in_by_hand_is_said_to_be(event: Event, rita: APIClient, attendee: Attendee) -> None:
    post(rita, event, attendee=attendee.pk)
    answer = post(rita, event, code=attendee.ticket_code, device="Gate A").json()
    assert answer["reason"] == "checked_in_by_hand"
    assert answer["message"].endswith("checked in by hand by Rita.")


def test_reasons_are_those_of_the_ticket(
    event: Event, rita: APIClient, attendee: Attendee, cast: SimpleNamespace
) -> None:
    pending = order_of(make_paid_ticket(event), cast.ada).attendees.get()
    assert outcome(post(rita, event, code=pending.ticket_code)) == ("refused", "not_paid")
    cancel_order(pending.order)
    assert outcome(post(rita, event, code=pending.ticket_code)) == ("refused", "cancelled")
    foreign = order_of(make_ticket(make_event(name="Other")), cast.adam, status="completed").attendees.get()
    answer = post(rita, event, code=foreign.ticket_code)
    assert outcome(answer) == ("refused", "other_event")
    assert answer.json()["attendee"] is None  # not ours to read
    forged = f"{pending.order.identifier}-{attendee.pk}"
    for code in (forged, "hello", "-" * 120, f"{attendee.order.identifier}-{10**17}", str(attendee.order.identifier)):
        assert outcome(post(rita, event, code=code)) == ("refused", "unknown_code")
    assert CheckIn.objects.filter(code=forged).exists()
    other = order_of(attendee.ticket, cast.olga, quantity=2, status="completed").attendees.first()
    delete_attendee(attendee=other, by=cast.olga)
    assert outcome(post(rita, event, code=other.ticket_code)) == ("refused", "cancelled")
    station = Station.objects.create(event=event, station_name="VIP", station_type="check in")
    station.tickets.add(pending.ticket)
    answer = post(rita, event, code=attendee.ticket_code, station=station.pk)
    assert (outcome(answer), answer.json()["message"]) == (
        ("refused", "wrong_ticket"),
        "Early bird is not valid at VIP.",
    )
    assert CheckIn.objects.filter(result="refused", event=event).count() == CheckIn.objects.count() == 10


def test_scan_sent_again_gets_its_first_answer(event: Event, rita: APIClient, attendee: Attendee) -> None:
    first = post(rita, event, code=attendee.ticket_code, scan_id="s1")
    assert post(rita, event, code=attendee.ticket_code, scan_id="s1").json() == first.json()
    address = f"/v1/events/{event.identifier}/scans"
    keyed = [rita.post(address, {"attendee": attendee.pk}, format="json", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2)]
    assert keyed[0].json() == keyed[1].json()
    assert CheckIn.objects.count() == 2
    assert post(rita, event, attendee=attendee.pk, kind="out", scan_id="s1").status_code == 409
    assert post(rita, event, code="hello", scan_id="s1").status_code == 409


def test_each_day_anew_at_a_daily_station(event: Event, rita: APIClient, attendee: Attendee) -> None:
    daily = Station.objects.create(event=event, station_name="Gate", station_type="daily").pk
    for moment, result in (("22 22:50", "accepted"), ("22 22:55", "refused"), ("22 23:05", "accepted")):
        with freeze_time(f"2026-11-{moment}"):  # midnight in Berlin is at 23:00
            assert outcome(post(rita, event, attendee=attendee.pk, station=daily))[0] == result


def test_rooms_and_sessions_are_places_of_their_own(event: Event, rita: APIClient, attendee: Attendee) -> None:
    room = event.microlocations.create(name="Room 1")
    session = event.sessions.create(title="Talk", microlocation=room)
    door = Station.objects.create(event=event, station_name="Door", station_type="check in", microlocation=room).pk
    exit_ = Station.objects.create(event=event, station_name="Exit", station_type="check out", microlocation=room).pk
    scan = {"attendee": attendee.pk, "session": session.pk}
    assert outcome(post(rita, event, **scan, station=door))[0] == "accepted"
    assert outcome(post(rita, event, **scan, station=door)) == ("refused", "already_inside")
    assert outcome(post(rita, event, attendee=attendee.pk, station=door))[0] == "accepted"  # the room is another place
    assert outcome(post(rita, event, **scan, station=exit_))[0] == "accepted"
    assert outcome(post(rita, event, **scan, station=exit_)) == ("refused", "not_inside")
    attendee.refresh_from_db()
    assert not attendee.is_checked_in
    other_room = event.microlocations.create(name="Room 2")
    elsewhere = event.sessions.create(title="Elsewhere", microlocation=other_room)
    foreign = make_event().sessions.create(title="Foreign")
    for wrong, code in (
        ({"station": door, "session": elsewhere.pk}, "wrong_room"),
        ({"session": foreign.pk}, "unknown_session"),
        ({"station": 10**9}, "unknown_station"),
        ({"station": door, "kind": "out"}, "wrong_station"),
    ):
        answer = post(rita, event, attendee=attendee.pk, **wrong)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/code"),
        ({"code": ["x"]}, "/code"),
        ({"code": "x" * 129}, "/code"),
        ({"code": "a\nb"}, "/code"),
        ({"attendee": "seven"}, "/attendee"),
        ({"attendee": True}, "/attendee"),
        ({"code": "x", "kind": "void"}, "/kind"),
        ({"code": "x", "at": "yesterday"}, "/at"),
        ({"code": "x", "device": "a,b"}, "/device"),
        ({"code": "x", "station": -1}, "/station"),
        ({"code": "x", "scan_id": "x" * 65}, "/scan_id"),
    ],
)
def test_bad_input_is_named(event: Event, rita: APIClient, body: dict, pointer: str) -> None:
    answer = post(rita, event, **body)
    assert (answer.status_code, answer.json()["errors"][0]["source"]) == (422, {"pointer": pointer})
    assert not CheckIn.objects.exists()


def test_only_the_door_scans(event: Event, cast: SimpleNamespace, attendee: Attendee) -> None:
    assert post(client_of(), event, code="x").status_code == 401
    for person in (cast.ada, cast.eve):
        assert post(client_of(person), event, code=attendee.ticket_code).status_code == 403
    draft = make_event(state="draft")
    assert post(client_of(cast.eve), draft, code="x").status_code == 404
    assert post(client_of(cast.adam), draft, code="x").status_code == 200
    for key in ("0", "9" * 30, "nothing1"):
        assert client_of(cast.adam).post(f"/v1/events/{key}/scans", {"code": "x"}, format="json").status_code == 404


def test_device_scans_in_its_event_and_does_nothing_else(
    event: Event, cast: SimpleNamespace, attendee: Attendee
) -> None:
    device, token = issue_device(event=event, name="Phone 1", by=cast.olga)
    assert token not in str(vars(device))
    phone = APIClient()
    phone.credentials(HTTP_AUTHORIZATION=f"Device {token}")
    assert outcome(post(phone, event, code=attendee.ticket_code)) == ("accepted", None)
    row = CheckIn.objects.get()
    assert (row.device, row.door_device, row.by) == ("Phone 1", device, None)
    assert post(phone, make_event(), code="x").status_code == 403
    for address in (f"/v1/attendees/{attendee.pk}", "/v1/events", f"/v1/events/{event.pk}/attendees"):
        assert phone.get(address).status_code in (200, 401)
    assert phone.get(f"/v1/attendees/{attendee.pk}").status_code == 401
    revoke_device(device=device)
    assert post(phone, event, code="x").status_code == 401
    phone.credentials(HTTP_AUTHORIZATION="Device ")
    assert post(phone, event, code="x").status_code == 401


def test_scan_takes_six_statements(event: Event, attendee: Attendee, cast: SimpleNamespace) -> None:
    station = Station.objects.create(event=event, station_name="Gate", station_type="check in").pk
    rita = client_of(cast.rita)
    post(rita, event, code="x")  # notes the visit

    def statements(client: APIClient, **body: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert post(client, event, **body).status_code == 200
        return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    code = attendee.ticket_code
    assert statements(rita, code=code, station=station, device="A") <= 6
    assert statements(rita, code=code, station=station) <= 6
    assert statements(rita, code=code, kind="out") <= 6
    session = event.sessions.create(title="Talk").pk
    assert statements(rita, code=code, session=session, device="A") <= 6
    assert statements(rita, code=code, session=session) <= 6
    assert statements(rita, code=code, kind="register") <= 6
    _, token = issue_device(event=event, name="Phone", by=None)
    phone = APIClient()
    phone.credentials(HTTP_AUTHORIZATION=f"Device {token}")
    assert statements(phone, code=code) == 5


def test_log_is_append_only(event: Event, rita: APIClient, attendee: Attendee, cast: SimpleNamespace) -> None:
    post(rita, event, code=attendee.ticket_code)
    for change in (
        lambda: CheckIn.objects.update(kind="out"),
        lambda: CheckIn.objects.all()._raw_delete("default"),
        lambda: CheckIn.objects.update(by=cast.olga),
        lambda: CheckIn.objects.update(by=None, device="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    cast.rita.delete()  # an account may go; what it scanned stays
    assert CheckIn.objects.get().by is None


@pytest.mark.django_db(transaction=True)
def test_sixteen_devices_at_once_let_one_in() -> None:
    """Ten times over, each device with a connection of its own."""
    switch_modules()
    event = make_event()
    clients = [client_of(give_role(make_user(f"Rita{n}"), event, "registrar")) for n in range(4)]
    adam = make_user("Adam", is_admin=True)
    attendees = list(
        order_of(make_ticket(event), adam, quantity=10, status="completed").attendees.select_related("order")
    )

    def scan(number: int, attendee: Attendee) -> str:
        try:
            return outcome(post(clients[number % 4], event, code=attendee.ticket_code, device=f"Gate {number}"))[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as devices:
        for attendee in attendees:
            results = list(devices.map(scan, range(16), [attendee] * 16))
            assert sorted(results) == ["accepted"] + ["refused"] * 15
    for attendee in attendees:
        attendee.refresh_from_db()
        assert (attendee.is_checked_in, attendee.scans.count()) == (True, 16)
        assert "," not in attendee.checkin_times
