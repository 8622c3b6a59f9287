"""Scans as clients send them."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection

from events.models import Event
from openevent.exceptions import Conflict, DomainError, InvalidInput, NotAllowed
from orders.checkins import parse_time, record_scans
from orders.models import Attendee, CheckIn
from orders.services import cancel_order, create_attendee, update_attendee
from tests.factories import give_role, make_event, make_ticket, make_user, order_of, switch_modules

T1, T2, T3 = "2026-11-22T02:31:24.002+01:00", "2026-11-22T03:00:00Z", "2026-11-23T13:00:00.000Z"


@pytest.fixture
def attendee(event: Event, cast: SimpleNamespace) -> Attendee:
    return order_of(make_ticket(event), cast.ada).attendees.get()


@pytest.fixture
def scan(attendee: Attendee, cast: SimpleNamespace):
    """PATCH these attributes as Rita at the door; the attendee afterwards."""

    def send(**attributes: object) -> Attendee:
        return record_scans(attendee=attendee, attributes=attributes, by=cast.rita)

    return send


def refused(error: "pytest.ExceptionInfo[DomainError]") -> tuple[str, str]:
    return error.value.message, error.value.pointer


# -- PATCH -----------------------------------------------------------------------------------------


def test_newest_time_is_appended(scan) -> None:
    scan(is_checked_in=True, checkin_times=T1, device_name_checkin="gate 1")
    row = scan(is_checked_in=True, checkin_times=T2)
    assert (row.checkin_times, row.device_name_checkin) == (f"{T1},{T2}", "gate 1,-")
    assert (row.is_checked_in, row.is_checked_out) == (True, False)
    assert [(s.kind, s.device) for s in CheckIn.objects.all()] == [("in", "gate 1"), ("in", "-")]


def test_whole_list_appends_its_end(scan) -> None:
    scan(is_checked_in=True, checkin_times=T1, device_name_checkin="gate 1")
    row = scan(checkin_times=f"{T1},{T2}", device_name_checkin="gate 1,gate 2")
    assert (row.checkin_times, row.device_name_checkin) == (f"{T1},{T2}", "gate 1,gate 2")


@pytest.mark.parametrize("times", [T1, f"{T1},{T1}", "2026-11-22T01:31:24.002Z"])
def test_same_value_twice_changes_nothing(scan, times: str) -> None:
    scan(is_checked_in=True, checkin_times=T1, device_name_checkin="gate 1")
    row = scan(is_checked_in=True, checkin_times=times, device_name_checkin=",".join(["x"] * len(times.split(","))))
    assert (row.checkin_times, row.device_name_checkin) == (T1, "gate 1")
    assert CheckIn.objects.count() == 1


def test_web_app_sends_the_flag_back_as_it_was(scan) -> None:
    row = scan(is_checked_in=False, is_checked_out=False, checkin_times=T1, device_name_checkin=None)
    assert (row.is_checked_in, row.checkin_times, row.device_name_checkin) == (True, T1, "-")
    row = scan(is_checked_in=True, checkin_times=f"{T1},{T2}", device_name_checkin="-")
    assert (row.checkin_times, row.device_name_checkin) == (f"{T1},{T2}", "-,-")


def test_organizer_app_checks_out_by_false_with_a_new_time(scan) -> None:
    scan(is_checked_in=True, checkin_times=T1)
    for _ in range(2):  # a retry must not let him in again
        row = scan(is_checked_in=False, checkin_times=T2)
        assert (row.is_checked_in, row.is_checked_out) == (False, True)
        assert (row.checkin_times, row.checkout_times) == (T1, T2)
    row = scan(is_checked_in=False, checkin_times=T3)
    assert (row.is_checked_in, row.is_checked_out) == (True, False)
    assert [s.kind for s in CheckIn.objects.all()] == ["in", "out", "in"]


def test_checked_out_true_takes_the_servers_time_once(scan) -> None:
    scan(is_checked_in=True, checkin_times=T1)
    row = scan(is_checked_out=True)
    assert (row.is_checked_in, row.is_checked_out) == (False, True)
    assert parse_time(row.checkout_times)
    assert scan(is_checked_out=True).checkout_times == row.checkout_times


def test_checkout_times_are_read_only(scan) -> None:
    assert scan(checkout_times=T1).checkout_times is None


def test_registering_is_logged(scan) -> None:
    row = scan(is_registered=True)
    assert row.is_registered
    assert parse_time(row.register_times)
    assert CheckIn.objects.get().kind == "register"


def test_checking_in_needs_a_time(scan) -> None:
    with pytest.raises(InvalidInput) as error:
        scan(is_checked_in=True)
    assert error.value.pointer == "/data/attributes/checkin_times"
    scan(is_checked_in=True, checkin_times=T1)
    scan(is_checked_in=True)  # as it is: no attempt


@pytest.mark.parametrize(
    ("times", "devices"), [(T2, "a,b,c"), (f"{T1},{T2}", "a,b,c"), (T1, "gate 1,gate 2"), ("", "gate 2")]
)
def test_devices_without_times_are_refused(scan, times: str, devices: str) -> None:
    scan(is_checked_in=True, checkin_times=T1, device_name_checkin="gate 1")
    with pytest.raises(InvalidInput) as error:
        scan(is_checked_in=True, checkin_times=times, device_name_checkin=devices)
    assert refused(error) == (
        "Check in Time missing for the corresponding device name",
        "/data/attributes/device_name_checkin",
    )
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["now", "2026-13-01T00:00:00Z", "20261122", "2026-11-22", "0001-01-01T00:00:00+14:00", "٢٠٢٦-11-22T00:00"]
)
def test_garbage_is_no_time(scan, text: str) -> None:
    with pytest.raises(InvalidInput):
        scan(is_checked_in=True, checkin_times=text)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T02:31:24.002+01:00", "2026-11-22T01:31:24.002000+00:00"),
        ("2026-11-22T02:31:24.123456789Z", "2026-11-22T02:31:24.123456+00:00"),
        ("2026-11-22T02:31+0530", "2026-11-21T21:01:00+00:00"),
        ("2026-11-22 02:31:24", "2026-11-22T02:31:24+00:00"),
    ],
)
def test_times_are_read_as_clients_write_them(text: str, expected: str) -> None:
    assert parse_time(text).isoformat() == expected


# -- who -------------------------------------------------------------------------------------------


def test_only_the_door_checks_in(attendee: Attendee, cast: SimpleNamespace) -> None:
    for person in (cast.ada, cast.eve):
        for attributes in ({"checkin_times": T1}, {"is_checked_in": True}, {"is_checked_out": True}):
            with pytest.raises(NotAllowed):
                record_scans(attendee=attendee, attributes=attributes, by=person)
    for number, person in enumerate((cast.rita, cast.olga, cast.otto, cast.adam), 1):
        row = record_scans(attendee=attendee, attributes={"checkin_times": f"2026-11-22T0{number}:00Z"}, by=person)
    assert row.checkin_times.count(",") == 3
    assert [s.by for s in CheckIn.objects.all()] == [cast.rita, cast.olga, cast.otto, cast.adam]


def test_buyer_may_send_the_scans_back_unchanged(scan, attendee: Attendee, cast: SimpleNamespace) -> None:
    scan(is_checked_in=True, checkin_times=T1, device_name_checkin="gate 1")
    changes = {"is_checked_in": True, "checkin_times": T1, "device_name_checkin": "gate 1", "firstname": "Ada"}
    row = update_attendee(attendee=attendee, by=cast.ada, changes=changes)
    assert row.firstname == "Ada"


def test_cancelled_orders_let_nobody_in(scan, attendee: Attendee) -> None:
    cancel_order(attendee.order)
    with pytest.raises(Conflict):
        scan(checkin_times=T1)


# -- POST ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"device_name_checkin": "a", "checkin_times": T1}, "Attendee needs to be checked in first"),
        ({"device_name_checkin": "a", "is_checked_in": True}, "Check in Times missing"),
        (
            {"device_name_checkin": "a,b", "is_checked_in": True, "checkin_times": T1},
            "Check in Times missing for the corresponding device name",
        ),
    ],
)
def test_new_attendee_needs_times_for_its_devices(
    event: Event, cast: SimpleNamespace, attributes: dict, message: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        create_attendee(by=cast.olga, event=event, ticket=make_ticket(event), attributes=attributes)
    assert refused(error) == (message, "/data/attributes/device_name_checkin")
    assert not Attendee.objects.exists()


def test_new_attendee_is_checked_in_by_the_door_only(event: Event, cast: SimpleNamespace) -> None:
    ticket = make_ticket(event)
    attributes = {"is_checked_in": True, "checkin_times": f"{T1},{T2}"}
    row = create_attendee(by=cast.rita, event=event, ticket=ticket, attributes=attributes)
    assert (row.is_checked_in, row.checkin_times, row.device_name_checkin) == (True, f"{T1},{T2}", "-,-")
    with pytest.raises(NotAllowed):
        create_attendee(by=cast.ada, event=event, ticket=ticket, attributes=attributes)
    plain = {"is_checked_in": False, "checkin_times": None, "device_name_checkin": ""}
    assert not create_attendee(by=cast.ada, event=event, ticket=ticket, attributes=plain).is_checked_in


# -- at once ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_devices_lose_no_scan() -> None:
    switch_modules()
    event = make_event()
    rita = give_role(make_user("Rita"), event, "registrar")
    attendee = order_of(make_ticket(event), make_user("Ada")).attendees.get()

    def scan(number: int) -> None:
        # each time is sent twice
        attributes = {"checkin_times": f"2026-11-22T10:{number // 2:02}:00Z", "device_name_checkin": "gate"}
        record_scans(attendee=attendee, attributes=attributes, by=rita)
        connection.close()

    with ThreadPoolExecutor(8) as devices:
        list(devices.map(scan, range(40)))
    attendee.refresh_from_db()
    assert len(attendee.checkin_times.split(",")) == len(attendee.device_name_checkin.split(",")) == 20
    assert CheckIn.objects.count() == 20
