"""What administrators read of the whole site: sales by event, person, place and code, and counts."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from events.models import Event, EventTopic, Session
from orders.models import Order
from tests.factories import (
    client_of,
    make_cast,
    make_discount,
    make_event,
    make_paid_ticket,
    make_user,
    order_of,
    switch_modules,
)
from tests.jsonapi import ref, send
from ticketing.models import TicketFee

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    switch_modules()
    return make_event(location_name="Berlin", name="Summit")


@pytest.fixture
def cast(event: Event) -> Any:
    return make_cast(event)


@pytest.fixture
def orders(event: Event, cast: Any) -> list[Order]:
    """Two completed seats of 10 with ten percent off, brought by Eve; one seat that waits for its money."""
    TicketFee.objects.create(currency="EUR", country="global", service_fee=Decimal(5), maximum_fee=Decimal(100))
    ticket = make_paid_ticket(event, "10", is_fee_absorbed=True)
    code = make_discount(event, ticket, marketer=cast.eve)
    sold = order_of(ticket, cast.ada, 2, discount_code=code.code)
    Order.objects.filter(pk=sold.pk).update(status="completed", marketer=cast.eve)
    waiting = order_of(ticket, cast.ada, 1)
    Order.objects.filter(pk=waiting.pk).update(status="pending")
    return [sold, waiting]


def rows_of(user: User, kind: str) -> list[dict[str, Any]]:
    answer = client_of(user).get(f"/v1/admin/sales/{kind}")
    assert answer.status_code == 200, answer.content
    return [entry["attributes"] for entry in answer.json()["data"]]


SOLD = {
    "completed": {"sales_total": 18, "ticket_count": 2},
    "placed": {"sales_total": 0, "ticket_count": 0},
    "pending": {"sales_total": 10, "ticket_count": 1},
}
NOTHING = {"sales_total": 0, "ticket_count": 0}


def test_sales_are_read_by_event_person_place_and_code(event: Event, cast: Any, orders: list[Order]) -> None:
    make_event(name="Nothing sold", location_name="Berlin")

    by_event = {row["name"]: row for row in rows_of(cast.adam, "by-events")}
    assert by_event["Summit"]["completed-order-sales"] == 18
    assert by_event["Summit"]["completed-order-tickets"] == 2
    assert by_event["Summit"]["pending-order-tickets"] == 1
    assert by_event["Summit"]["owner"] == cast.olga.full_name
    assert by_event["Nothing sold"]["completed-order-sales"] == 0

    assert rows_of(cast.adam, "by-location") == [{"location-name": "Berlin", "sales": SOLD}]
    people = {row["email"]: row["sales"] for row in rows_of(cast.adam, "by-organizers")}
    assert people == {cast.olga.email: SOLD, cast.otto.email: SOLD}
    through = {**SOLD, "pending": NOTHING}
    assert rows_of(cast.adam, "by-marketer") == [
        {"email": cast.eve.email, "fullname": cast.eve.full_name, "sales": through}
    ]
    [by_code] = rows_of(cast.adam, "discounted")
    assert (by_code["event-name"], by_code["email"], by_code["sales"]) == ("Summit", cast.eve.email, through)
    fees = {row["name"]: row for row in rows_of(cast.adam, "fees")}
    assert fees["Summit"]["fee-percentage"] == 5
    assert (fees["Summit"]["ticket-count"], fees["Summit"]["revenue"]) == (2, pytest.approx(0.9))
    assert rows_of(cast.adam, "invoices") == []


def test_administrators_say_who_brought_an_order_in(event: Event, cast: Any, orders: list[Order]) -> None:
    _, waiting = orders
    url = f"/v1/orders/{waiting.identifier}/relationships/marketer"
    linkage = {"data": ref("user", cast.rita)}
    assert send(client_of(cast.olga), "patch", url, {"data": ref("user", cast.olga)}).status_code == 403
    assert send(client_of(cast.adam), "patch", url, linkage).json()["data"] == linkage["data"]
    by_person = {row["email"]: row["sales"] for row in rows_of(cast.adam, "by-marketer")}
    assert by_person[cast.rita.email]["pending"] == {"sales_total": 10, "ticket_count": 1}


def test_site_is_counted(event: Event, cast: Any, orders: list[Order]) -> None:
    make_event(state="draft")
    Session.objects.create(event=event, title="A", state="accepted")
    Session.objects.create(event=event, title="B", state="draft")
    make_user("Nora", is_verified=False)

    def numbers(kind: str) -> dict[str, int]:
        answer = client_of(cast.adam).get(f"/v1/admin/statistics/{kind}?filterOptions[name]=id")
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]["attributes"]

    assert numbers("events") == {"draft": 1, "published": 1, "past": 0}
    sessions = numbers("sessions")
    assert (sessions["draft"], sessions["submitted"], sessions["accepted"]) == (1, 1, 1)
    users = numbers("users")
    assert (users["owner"], users["organizer"], users["unverified"]) == (1, 1, 1)
    assert users["attendee"] == 0, "an attendee is an account that holds a ticket, not who bought it"
    assert numbers("groups") == {"groups": 0, "group-events": 0, "followers": 0}
    assert numbers("mails").keys() == {"one-day", "three-days", "seven-days", "thirty-days"}


def test_numbers_of_the_site_are_for_administrators(event: Event, cast: Any) -> None:
    for path in ("sales/by-events", "sales/fees", "sales/invoices", "statistics/users", "statistics/mails"):
        assert client_of(None).get(f"/v1/admin/{path}").status_code == 401, path
        assert client_of(cast.olga).get(f"/v1/admin/{path}").status_code == 403, path


def test_topics_are_counted_by_the_events_that_anybody_finds(event: Event, cast: Any) -> None:
    topic, _ = EventTopic.objects.create(name="Science"), EventTopic.objects.create(name="Empty")
    Event.objects.filter(pk=event.pk).update(event_topic=topic)
    make_event(event_topic=topic, state="draft")

    answer = client_of(cast.eve).get("/v1/admin/statistics/event-topics")

    assert answer.json() == [{"id": topic.pk, "name": "Science", "count": 1}]


def test_site_says_how_it_is_and_what_it_has_not(cast: Any) -> None:
    adam, stranger = client_of(cast.adam), client_of(None)
    assert stranger.get("/v1/info").json() == stranger.get("/info").json()
    assert stranger.get("/v1/info").json()["build"]["name"] == "openevent"
    assert stranger.get("/health-check").json() == {"status": "success"}
    assert stranger.get("/")["Location"] == "/api/docs"
    assert adam.get("/environment").json()["django"]
    for path in ("/graphql", "/ws", "/v1/alipay/alipay_return_uri/1"):
        assert stranger.get(path).status_code == 503, path
    with zipfile.ZipFile(io.BytesIO(adam.get("/v1/admin/content/translations/all/").content)) as words:
        assert any(name.endswith("de/LC_MESSAGES/django.po") for name in words.namelist()), words.namelist()
    answer = send(adam, "post", "/v1/test-mail", {"recipient": "x@example.org"})
    assert answer.status_code == 200, answer.content
    assert adam.get(f"/v1/mails/{answer.json()['mail']}").json()["data"]["attributes"]["recipient"] == "x@example.org"
    refused = send(adam, "post", "/v1/test-mail", {"recipient": "nobody"})
    assert refused.json()["errors"][0]["source"]["pointer"].endswith("recipient")
