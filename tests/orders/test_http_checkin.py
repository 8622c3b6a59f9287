"""Check-in as attributes of an attendee, each sentence of the interface, with names as clients send them."""

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Event
from orders.models import Attendee, CheckIn
from tests.factories import client_of, make_ticket, order_of

JSONAPI = "application/vnd.api+json"
T1, T2, T3 = "2026-11-22T02:31:24.002+01:00", "2026-11-22T03:00:00.000Z", "2026-11-23T13:00:00.000Z"
DEVICES = "/data/attributes/device_name_checkin"


@pytest.fixture(params=["dashed", "underscored"])
def spell(request: pytest.FixtureRequest) -> Any:
    """Most clients send dashes; names with underscores are taken as well."""
    return (lambda name: name.replace("_", "-")) if request.param == "dashed" else (lambda name: name)


@pytest.fixture
def attendee(event: Event, cast: SimpleNamespace) -> Attendee:
    return order_of(make_ticket(event), cast.ada).attendees.get()


class Door:
    """Rita, who POSTs and PATCHes attendees."""

    def __init__(self, client: APIClient, event: Event, spell: Any) -> None:
        self.client, self.event, self.spell = client, event, spell

    def _body(self, attributes: dict[str, Any], **more: Any) -> str:
        named = {self.spell(name): value for name, value in attributes.items()}
        return json.dumps({"data": {"type": "attendee", "attributes": named, **more}})

    def post(self, **attributes: Any) -> Any:
        ticket = make_ticket(self.event)
        linked = {
            name: {"data": {"type": name, "id": str(row.pk)}}
            for name, row in (("event", self.event), ("ticket", ticket))
        }
        return self.client.generic("POST", "/v1/attendees", self._body(attributes, relationships=linked), JSONAPI)

    def patch(self, attendee: Attendee, **attributes: Any) -> Any:
        address = f"/v1/attendees/{attendee.pk}"
        return self.client.generic("PATCH", address, self._body(attributes, id=str(attendee.pk)), JSONAPI)


@pytest.fixture
def door(event: Event, cast: SimpleNamespace, spell: Any) -> Door:
    return Door(client_of(cast.rita), event, spell)


def shown(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.content
    return answer.json()["data"]["attributes"]


def refusal(answer: Any) -> tuple[int, str, str, str]:
    error = answer.json()["errors"][0]
    return answer.status_code, error["status"], error["detail"], error["source"]["pointer"]


def test_post_with_devices_needs_a_check_in_and_its_times(door: Door) -> None:
    for attributes, message in (
        ({"device_name_checkin": "a", "checkin_times": T1}, "Attendee needs to be checked in first"),
        (
            {"device_name_checkin": "a", "checkin_times": T1, "is_checked_in": False},
            "Attendee needs to be checked in first",
        ),
        ({"device_name_checkin": "a", "is_checked_in": True}, "Check in Times missing"),
        (
            {"device_name_checkin": "a,b", "is_checked_in": True, "checkin_times": T1},
            "Check in Times missing for the corresponding device name",
        ),
    ):
        assert refusal(door.post(**attributes)) == (422, "422", message, DEVICES)
    assert not CheckIn.objects.exists()


def test_post_without_a_device_says_so_by_a_dash(door: Door) -> None:
    found = shown(door.post(is_checked_in=True, checkin_times=f"{T1},{T2}"))
    assert (found["is-checked-in"], found["checkin-times"], found["device-name-checkin"]) == (
        True,
        f"{T1},{T2}",
        "-,-",
    )
    found = shown(door.post(is_checked_in=True, checkin_times=T1, device_name_checkin="gate"))
    assert found["device-name-checkin"] == "gate"
    assert CheckIn.objects.count() == 3


def test_patch_appends_the_newest_value_alone_or_at_the_end_of_the_list(door: Door, attendee: Attendee) -> None:
    shown(door.patch(attendee, is_checked_in=True, checkin_times=T1, device_name_checkin="gate 1"))
    found = shown(door.patch(attendee, checkin_times=T2))
    assert (found["checkin-times"], found["device-name-checkin"]) == (f"{T1},{T2}", "gate 1,-")
    whole = {"checkin_times": f"{T1},{T2},{T3}", "device_name_checkin": "gate 1,-,gate 3"}
    for _ in range(2):  # values that are there already change nothing
        found = shown(door.patch(attendee, **whole))
        assert (found["checkin-times"], found["device-name-checkin"]) == tuple(whole.values())
    assert CheckIn.objects.count() == 3
    wrong = door.patch(attendee, is_checked_in=True, checkin_times="2026-11-24T00:00Z", device_name_checkin="a,b")
    assert refusal(wrong) == (422, "422", "Check in Time missing for the corresponding device name", DEVICES)


def test_patch_to_checked_in_needs_a_time(door: Door, attendee: Attendee) -> None:
    status, *_, pointer = refusal(door.patch(attendee, is_checked_in=True))
    assert (status, pointer) == (422, "/data/attributes/checkin_times")


def test_false_with_a_new_time_lets_out_who_is_in_and_in_who_is_out(door: Door, attendee: Attendee) -> None:
    found = shown(door.patch(attendee, is_checked_in=False, checkin_times=T1))  # the web app sends the flag back
    assert (found["is-checked-in"], found["checkin-times"]) == (True, T1)
    found = shown(door.patch(attendee, is_checked_in=False, checkin_times=T2))  # the organizer app checks out
    assert (found["is-checked-in"], found["is-checked-out"], found["checkout-times"]) == (False, True, T2)
    assert found["checkin-times"] == T1


def test_checked_out_true_takes_the_servers_time_and_the_list_is_read_only(door: Door, attendee: Attendee) -> None:
    shown(door.patch(attendee, is_checked_in=True, checkin_times=T1))
    found = shown(door.patch(attendee, is_checked_out=True, checkout_times=T3))
    assert found["is-checked-out"]
    assert T3 not in found["checkout-times"]
    assert shown(door.patch(attendee, is_checked_out=True))["checkout-times"] == found["checkout-times"]


def test_only_registrar_and_team_check_in(door: Door, attendee: Attendee, cast: SimpleNamespace, spell: Any) -> None:
    for number, (person, status) in enumerate(
        [(cast.ada, 403), (cast.eve, 404), (cast.olga, 200), (cast.otto, 200), (cast.adam, 200)]
    ):
        other = Door(client_of(person), door.event, spell)
        assert (
            other.patch(attendee, is_checked_in=True, checkin_times=f"2026-11-22T1{number}:00Z").status_code == status
        )
    assert Door(client_of(cast.ada), door.event, spell).post(is_checked_in=True, checkin_times=T1).status_code == 403
    assert CheckIn.objects.count() == 3


def test_code_and_identifier_are_those_of_order_and_attendee(door: Door, attendee: Attendee) -> None:
    order, dash, key = attendee.ticket_code.rpartition("-")
    assert (uuid.UUID(order), dash, key) == (attendee.order.identifier, "-", str(attendee.pk))
    assert shown(door.client.get(f"/v1/attendees/{attendee.pk}"))["identifier"] == str(attendee.pk)


def test_scans_by_code_and_by_patch_are_one_log(door: Door, attendee: Attendee, cast: SimpleNamespace) -> None:
    client_of(cast.adam).generic(
        "PATCH",
        f"/v1/orders/{attendee.order_id}",
        json.dumps({"data": {"type": "order", "id": str(attendee.order_id), "attributes": {"status": "completed"}}}),
        JSONAPI,
    )
    shown(door.patch(attendee, is_checked_in=True, checkin_times=T3, device_name_checkin="gate 1"))
    address = f"/v1/events/{door.event.pk}/scans"
    assert door.client.post(address, {"attendee": attendee.pk}, format="json").json()["reason"] == "already_inside"
    out = door.client.post(address, {"attendee": attendee.pk, "kind": "out"}, format="json").json()
    assert out["result"] == "accepted"
    found = shown(door.client.get(f"/v1/attendees/{attendee.pk}"))
    assert (found["is-checked-in"], found["checkin-times"], found["checkout-times"]) == (False, T3, out["at"])
