"""Discount codes and access codes over HTTP: who sees them, what they take, and how shops look them up."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from events.models import Event
from tests.factories import (
    client_of,
    give_role,
    make_access_code,
    make_discount,
    make_event,
    make_paid_ticket,
    make_ticket,
    make_user,
    order_of,
    switch_modules,
)
from tests.jsonapi import body, pointers, ref, send
from ticketing.models import DiscountCode, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    return make_event()


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    return SimpleNamespace(
        olga=give_role(make_user("Olga"), event, "owner"),
        rita=give_role(make_user("Rita"), event, "registrar"),
        ada=make_user("Ada"),
        eve=make_user("Eve"),
        adam=make_user("Adam", is_admin=True),
    )


@pytest.fixture
def ticket(event: Event) -> Ticket:
    return make_paid_ticket(event, "20")


def discount(event: Event, *tickets: Ticket, **attributes: Any) -> dict[str, Any]:
    """The body that makes a code for tickets."""
    return body(
        "discount-code",
        relationships={"event": ref("event", event), "tickets": [ref("ticket", t) for t in tickets]},
        **{
            "code": "EARLY",
            "type": "percent",
            "value": 10,
            "used_for": "ticket",
            "tickets_number": 10,
            "min_quantity": 1,
            "max_quantity": 5,
            **attributes,
        },
    )


def access(event: Event, *tickets: Ticket, **attributes: Any) -> dict[str, Any]:
    return body(
        "access-code",
        relationships={"event": ref("event", event), "tickets": [ref("ticket", t) for t in tickets]},
        **{"code": "PSST", "valid_from": "2020-01-01T00:00:00Z", **attributes},
    )


def post(user: User | None, path: str, document: dict[str, Any]) -> Any:
    return send(client_of(user), "post", path, document)


# -- making discount codes


def test_team_makes_a_code_with_a_number_as_its_id(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    made = post(cast.olga, "/v1/discount-codes", discount(event, ticket))
    assert made.status_code == 201, made.json()
    row = made.json()["data"]
    assert isinstance(row["id"], int)
    assert row["attributes"]["value"] == 10
    tickets = client_of(cast.olga).get(f"/v1/discount-codes/{row['id']}/relationships/tickets").json()["data"]
    assert tickets == [ref("ticket", ticket)]
    event_of = client_of(cast.olga).get(f"/v1/discount-codes/{row['id']}/event").json()["data"]
    assert event_of["id"] == str(event.pk)


@pytest.mark.parametrize("who", ["rita", "ada", "eve"])
def test_others_make_no_code(who: str, event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    assert post(getattr(cast, who), "/v1/discount-codes", discount(event, ticket)).status_code == 403
    assert post(None, "/v1/discount-codes", discount(event, ticket)).status_code == 401
    assert not DiscountCode.objects.exists()


@pytest.mark.parametrize(
    ("attributes", "blamed"),
    [
        ({"value": 101}, "value"),
        ({"value": -1}, "value"),
        ({"type": "amount", "value": -0.01}, "value"),
        ({"type": "gift"}, "type"),
        ({"used_for": "party"}, "used-for"),
        ({"code": None}, "code"),
        ({"value": None}, "value"),
        ({"min_quantity": 6}, "max-quantity"),
        ({"max_quantity": 11}, "tickets-number"),
        ({"min_quantity": -1}, "min-quantity"),
        ({"tickets_number": -1}, "tickets-number"),
        ({"discount_url": "no address"}, "discount-url"),
        ({"valid_from": "2030-01-02T00:00:00Z", "valid_till": "2030-01-01T00:00:00Z"}, "valid-till"),
        ({"valid_from": "2030-01-02T00:00:00Z", "valid_till": "2030-01-02T00:00:00Z"}, "valid-till"),
    ],
)
def test_discount_is_refused(
    attributes: dict[str, Any], blamed: str, event: Event, cast: SimpleNamespace, ticket: Ticket
) -> None:
    answer = post(cast.olga, "/v1/discount-codes", discount(event, ticket, **attributes))
    assert answer.status_code == 422, answer.json()
    assert f"/data/attributes/{blamed}" in pointers(answer)


def test_code_needs_its_event(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    document = discount(event, ticket)
    del document["data"]["relationships"]["event"]
    answer = post(cast.olga, "/v1/discount-codes", document)
    assert (answer.status_code, pointers(answer)) == (422, ["/data/relationships/event"])


def test_code_is_unique_in_its_event_among_the_living(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    first = post(cast.olga, "/v1/discount-codes", discount(event, ticket)).json()["data"]
    assert post(cast.olga, "/v1/discount-codes", discount(event, ticket)).status_code == 409
    other = make_event()
    give_role(cast.olga, other, "owner")
    assert post(cast.olga, "/v1/discount-codes", discount(other)).status_code == 201
    assert send(client_of(cast.olga), "delete", f"/v1/discount-codes/{first['id']}").status_code == 200
    assert post(cast.olga, "/v1/discount-codes", discount(event, ticket)).status_code == 201


def test_free_tickets_have_no_discount_from_either_side(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    free = make_ticket(event)
    refused = post(cast.olga, "/v1/discount-codes", discount(event, ticket, free))
    assert (refused.status_code, pointers(refused)) == (422, ["/data/relationships/tickets"])
    code = make_discount(event, ticket)
    client, linkage = client_of(cast.olga), {"data": [ref("ticket", ticket), ref("ticket", free)]}
    assert send(client, "patch", f"/v1/discount-codes/{code.pk}/relationships/tickets", linkage).status_code == 422
    codes = {"data": [ref("discount-code", code)]}
    assert send(client, "patch", f"/v1/tickets/{free.pk}/relationships/discount-codes", codes).status_code == 422
    assert list(code.tickets.all()) == [ticket]
    paid = make_paid_ticket(event)
    assert send(client, "patch", f"/v1/tickets/{paid.pk}/relationships/discount-codes", codes).status_code == 200
    listed = client.get(f"/v1/tickets/{paid.pk}/discount-codes").json()["data"]
    assert [row["id"] for row in listed] == [code.pk]


def test_tickets_of_a_code_are_of_its_event(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    foreign = make_paid_ticket(make_event())
    answer = post(cast.olga, "/v1/discount-codes", discount(event, ticket, foreign))
    assert (answer.status_code, pointers(answer)) == (422, ["/data/relationships/tickets"])
    code = make_discount(event, ticket)
    linkage = {"data": [ref("ticket", foreign)]}
    url = f"/v1/discount-codes/{code.pk}/relationships/tickets"
    assert send(client_of(cast.olga), "patch", url, linkage).status_code == 422


def test_ticket_that_became_free_does_not_stand_in_the_way_of_a_change(
    event: Event, cast: SimpleNamespace, ticket: Ticket
) -> None:
    code = make_discount(event, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(type=Ticket.Type.FREE, price=0)
    whole = body("discount-code", code.pk, relationships={"tickets": [ref("ticket", ticket)]}, is_active=False)
    answer = send(client_of(cast.olga), "patch", f"/v1/discount-codes/{code.pk}", whole)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["attributes"]["is-active"] is False


# -- codes for the site's fee


def test_codes_for_events_are_the_administrators(event: Event, cast: SimpleNamespace) -> None:
    fee = body(
        "discount-code",
        relationships={"events": [ref("event", event)]},
        code="CHEAP",
        type="percent",
        value=50,
        used_for="event",
    )
    assert post(cast.olga, "/v1/discount-codes", fee).status_code == 403
    made = post(cast.adam, "/v1/discount-codes", fee)
    assert made.status_code == 201, made.json()
    key = made.json()["data"]["id"]
    assert client_of(cast.adam).get(f"/v1/events/{event.identifier}/discount-code").json()["data"]["id"] == key
    assert client_of(cast.olga).get(f"/v1/events/{event.pk}/discount-code").status_code == 404
    assert client_of(cast.olga).get(f"/v1/discount-codes/{key}").status_code == 404
    listed = client_of(cast.adam).get(f"/v1/discount-codes/{key}/events").json()["data"]
    assert [row["id"] for row in listed] == [str(event.pk)]
    again = post(cast.adam, "/v1/discount-codes", fee)
    assert (again.status_code, pointers(again)) == (409, ["/data/relationships/events"])


def test_code_for_an_event_may_name_it_as_its_event(event: Event, cast: SimpleNamespace) -> None:
    fee = discount(event, used_for="event")
    made = post(cast.adam, "/v1/discount-codes", fee).json()["data"]
    code = DiscountCode.objects.get(pk=made["id"])
    assert (code.event, list(code.events.all())) == (None, [event])
    change = body("discount-code", code.pk, used_for="ticket", value=5)
    send(client_of(cast.adam), "patch", f"/v1/discount-codes/{code.pk}", change)
    code.refresh_from_db()
    assert (code.used_for, code.value) == ("event", 5)


def test_list_of_an_event_has_both_kinds_for_administrators(
    event: Event, cast: SimpleNamespace, ticket: Ticket
) -> None:
    mine = make_discount(event, ticket)
    fee = DiscountCode.objects.create(code="CHEAP", type="percent", value=5, used_for="event")
    fee.events.set([event])
    make_discount(make_event())
    url = f"/v1/events/{event.pk}/discount-codes?filter=[]&page[size]=10"
    ids = {name: {r["id"] for r in client_of(getattr(cast, name)).get(url).json()["data"]} for name in vars(cast)}
    assert ids == {"olga": {mine.pk}, "rita": set(), "ada": set(), "eve": set(), "adam": {mine.pk, fee.pk}}
    assert client_of(None).get(url).status_code == 401


def test_active_codes_are_filtered_as_the_back_office_does(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    later = timezone.now() + timedelta(days=1)
    mine = make_discount(event, ticket, valid_till=later)
    make_discount(event, ticket, valid_till=later, is_active=False)
    now = timezone.now().isoformat().replace("+00:00", "Z")
    nodes = f'[{{"and":[{{"name":"valid_till","op":"ge","val":"{now}"}},{{"name":"is-active","op":"eq","val":true}}]}}]'
    answer = client_of(cast.olga).get(f"/v1/events/{event.identifier}/discount-codes", {"filter": nodes})
    assert [row["id"] for row in answer.json()["data"]] == [mine.pk]


# -- buyers


def test_buyer_looks_a_code_up_and_follows_its_links(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    code = make_discount(event, ticket, code="EARLY")
    ada, eve = client_of(cast.ada), client_of(cast.eve)
    assert ada.get(f"/v1/discount-codes/{code.pk}/event").status_code == 404
    assert ada.get(f"/v1/events/{event.identifier}/access-codes/EARLY").status_code == 404
    found = ada.get(f"/v1/events/{event.identifier}/discount-codes/EARLY?include=event,tickets")
    assert found.status_code == 200
    assert {row["type"] for row in found.json()["included"]} == {"event", "ticket"}
    assert ada.get(f"/v1/discount-codes/{code.pk}/event").json()["data"]["id"] == str(event.pk)
    assert ada.get(f"/v1/discount-codes/{code.pk}").status_code == 200
    for path in ("", "/event", "/tickets"):
        assert eve.get(f"/v1/discount-codes/{code.pk}{path}").status_code == 404
    change = body("discount-code", code.pk, value=100)
    assert send(ada, "patch", f"/v1/discount-codes/{code.pk}", change).status_code in (403, 404)


def test_buyer_of_an_order_reads_its_code(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    code = make_discount(event, ticket)
    order_of(ticket, cast.ada, discount_code=code.pk)
    answer = client_of(cast.ada).get(f"/v1/discount-codes/{code.pk}")
    assert answer.json()["data"]["attributes"]["code"] == code.code
    assert client_of(cast.eve).get(f"/v1/discount-codes/{code.pk}").status_code == 404


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        ({}, 200),
        ({"is_active": False}, 405),
        ({"valid_from": timezone.now() + timedelta(days=1)}, 405),
        ({"valid_till": timezone.now() - timedelta(days=1)}, 405),
    ],
)
def test_code_that_is_not_valid_now_answers_405(
    attributes: dict[str, Any], status: int, event: Event, cast: SimpleNamespace, ticket: Ticket
) -> None:
    make_discount(event, ticket, code="EARLY", **attributes)
    assert client_of(cast.ada).get(f"/v1/events/{event.pk}/discount-codes/EARLY").status_code == status
    assert client_of(cast.ada).get(f"/v1/events/{event.pk}/discount-codes/LATE").status_code == 404
    assert client_of(cast.ada).get(f"/v1/events/{make_event().pk}/discount-codes/EARLY").status_code == 404


def test_team_changes_a_code_by_its_word(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    code = make_discount(event, ticket, code="EARLY")
    url, change = f"/v1/events/{event.identifier}/discount-codes/EARLY", body("discount-code", code.pk, value=7)
    assert client_of(cast.ada).get(url).status_code == 200
    assert send(client_of(cast.ada), "patch", url, change).status_code == 404
    assert send(client_of(cast.olga), "patch", url, change).json()["data"]["attributes"]["value"] == 7
    assert send(client_of(cast.ada), "delete", url).status_code == 404
    assert send(client_of(cast.olga), "delete", url).status_code == 200
    assert client_of(cast.ada).get(url).status_code == 404


def test_guessing_codes_is_throttled(event: Event, settings: Any) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "code": "2/m"}
    statuses = [client_of(None).get(f"/v1/events/{event.pk}/discount-codes/A{n}").status_code for n in range(3)]
    assert statuses == [404, 404, 429]


def test_marketer_sees_the_codes_to_hand_out(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    code = make_discount(event, ticket, marketer=cast.eve)
    key = make_access_code(event, marketer=cast.eve)
    client = client_of(cast.eve)
    assert [r["id"] for r in client.get(f"/v1/users/{cast.eve.pk}/discount-codes").json()["data"]] == [code.pk]
    assert [r["id"] for r in client.get(f"/v1/users/{cast.eve.pk}/access-codes").json()["data"]] == [key.pk]
    change = body("discount-code", code.pk, value=100)
    assert send(client, "patch", f"/v1/discount-codes/{code.pk}", change).status_code == 403


def test_unused_codes_are_cleared_away(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    used, unused = make_discount(event, ticket), make_discount(event, ticket)
    order_of(ticket, cast.ada, discount_code=used.pk)
    url = f"/v1/events/{event.identifier}/discount-codes/delete-unused"
    assert client_of(cast.eve).delete(url).status_code == 403
    assert client_of(cast.olga).delete(url).json()["count"] == 1
    assert list(DiscountCode.objects.all()) == [used]
    assert DiscountCode.with_trashed.filter(pk=unused.pk).exists()


# -- access codes


def test_access_codes_open_hidden_tickets_only(event: Event, cast: SimpleNamespace, ticket: Ticket) -> None:
    hidden = make_ticket(event, is_hidden=True)
    refused = post(cast.olga, "/v1/access-codes", access(event, hidden, ticket))
    assert (refused.status_code, pointers(refused)) == (409, ["/data/relationships/tickets"])
    made = post(cast.olga, "/v1/access-codes", access(event, hidden))
    assert made.status_code == 201, made.json()
    assert isinstance(made.json()["data"]["id"], int)
    linkage = {"data": [ref("access-code", made.json()["data"]["id"])]}
    url = f"/v1/tickets/{ticket.pk}/relationships/access-codes"
    assert send(client_of(cast.olga), "post", url, linkage).status_code == 409


def test_access_code_needs_the_time_it_begins(event: Event, cast: SimpleNamespace) -> None:
    answer = post(cast.olga, "/v1/access-codes", access(event, valid_from=None))
    assert (answer.status_code, pointers(answer)) == (422, ["/data/attributes/valid-from"])


def test_who_names_an_access_code_sees_what_it_opens(event: Event, cast: SimpleNamespace) -> None:
    hidden = make_ticket(event, is_hidden=True)
    code = make_access_code(event, hidden, code="PSST")
    ada = client_of(cast.ada)
    assert ada.get(f"/v1/access-codes/{code.pk}/tickets").status_code == 404
    assert ada.get(f"/v1/tickets/{hidden.pk}").status_code == 404
    found = ada.get(f"/v1/events/{event.identifier}/access-codes/PSST?include=event,tickets")
    assert {(row["type"], row["id"]) for row in found.json()["included"]} == {
        ("event", str(event.pk)),
        ("ticket", str(hidden.pk)),
    }
    opened = ada.get(f"/v1/access-codes/{code.pk}/tickets").json()["data"]
    assert [row["id"] for row in opened] == [str(hidden.pk)]
    assert client_of(cast.eve).get(f"/v1/access-codes/{code.pk}/tickets").status_code == 404
    listed = ada.get(f"/v1/events/{event.pk}/tickets").json()["data"]
    assert listed == []


def test_access_code_out_of_time_is_unknown(event: Event, cast: SimpleNamespace) -> None:
    make_access_code(event, code="PSST", valid_till=timezone.now() - timedelta(days=1))
    assert client_of(cast.ada).get(f"/v1/events/{event.pk}/access-codes/PSST").status_code == 404


def test_access_codes_are_the_teams(event: Event, cast: SimpleNamespace) -> None:
    code = make_access_code(event)
    for who, status in {"olga": 200, "adam": 200, "rita": 404, "ada": 404, "eve": 404}.items():
        assert client_of(getattr(cast, who)).get(f"/v1/access-codes/{code.pk}").status_code == status
    assert client_of(cast.olga).get(f"/v1/events/{event.pk}/access-codes").json()["meta"]["count"] == 1
    assert client_of(cast.eve).get(f"/v1/events/{event.pk}/access-codes").json()["meta"]["count"] == 0
    assert post(cast.eve, "/v1/access-codes", access(event)).status_code == 403
