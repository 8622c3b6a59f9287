"""Whose account holds a ticket: the one with the address on it, once that is proved."""

from typing import Any

import pytest

from events.models import Event
from orders.models import Attendee
from tests.factories import client_of, make_cast, make_event, make_paid_ticket, make_user, order_of, switch_modules
from tests.jsonapi import body, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    switch_modules()
    return make_event()


@pytest.fixture
def cast(event: Event) -> Any:
    return make_cast(event)


@pytest.fixture
def seats(event: Event, cast: Any) -> list[Attendee]:
    return list(order_of(make_paid_ticket(event, "10"), cast.ada, 2).attendees.order_by("pk"))


def write_on(seat: Attendee, address: str, by: Any) -> None:
    document = body("attendee", seat.pk, firstname="Some", lastname="Body", email=address)
    answer = send(client_of(by), "patch", f"/v1/attendees/{seat.pk}", document)
    assert answer.status_code == 200, answer.content


def held_by(user: Any) -> list[str]:
    answer = client_of(user).get(f"/v1/users/{user.pk}/attendees")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["data"]]


def test_ticket_is_held_by_the_account_whose_address_is_on_it(cast: Any, seats: list[Attendee]) -> None:
    mine, other = seats
    write_on(mine, cast.eve.email.upper(), by=cast.ada)
    assert held_by(cast.eve) == [str(mine.pk)]
    eve = client_of(cast.eve)
    assert eve.get(f"/v1/attendees/{mine.pk}/user").json()["data"]["id"] == str(cast.eve.pk)
    assert eve.get(f"/v1/attendees/{other.pk}").status_code == 404, "the buyer's other ticket is none of hers"

    write_on(mine, "somebody@example.org", by=cast.ada)
    assert held_by(cast.eve) == []


def test_unproved_address_holds_nothing_until_it_is_proved(cast: Any, seats: list[Attendee]) -> None:
    nora = make_user("Nora", is_verified=False)
    write_on(seats[0], nora.email, by=cast.ada)
    assert held_by(nora) == []

    nora.is_verified = True
    nora.save(update_fields=["is_verified"])
    assert held_by(nora) == [str(seats[0].pk)]
