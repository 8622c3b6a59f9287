"""Taxes and the site's fees over HTTP."""

from typing import Any

import pytest

from accounts.models import User
from events.models import Event
from tests.factories import client_of, give_role, make_event, make_user
from tests.jsonapi import body, pointers, ref, send
from ticketing.models import TicketFee

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db: None) -> Event:
    return make_event()


@pytest.fixture
def olga(event: Event) -> User:
    return give_role(make_user("Olga"), event, "owner")


def tax(event: Event, **attributes: Any) -> dict[str, Any]:
    attributes = {"name": "VAT", "rate": 19, "phone": "030", "is_tax_included_in_price": True, **attributes}
    return body("tax", relationships={"event": ref("event", event)}, **attributes)


def test_tax_of_an_event_is_public_without_its_address(event: Event, olga: User) -> None:
    made = send(client_of(olga), "post", "/v1/taxes", tax(event))
    assert made.status_code == 201, made.json()
    key = made.json()["data"]["id"]
    assert client_of(olga).get(f"/v1/taxes/{key}").json()["data"]["attributes"]["phone"] == "030"
    for url in (f"/v1/events/{event.identifier}/tax", f"/v1/taxes/{key}"):
        seen = client_of(None).get(url).json()["data"]["attributes"]
        assert (seen["rate"], seen["name"], seen["phone"]) == (19.0, "VAT", None)
    included = client_of(None).get(f"/v1/events/{event.identifier}?include=tax").json()["included"]
    assert included[0]["attributes"]["phone"] is None
    assert client_of(None).get(f"/v1/tax/{key}/event").json()["data"]["id"] == str(event.pk)


def test_event_has_one_tax(event: Event, olga: User) -> None:
    send(client_of(olga), "post", "/v1/taxes", tax(event))
    again = send(client_of(olga), "post", "/v1/taxes", tax(event))
    assert (again.status_code, pointers(again)) == (409, ["/data/relationships/event"])


def test_event_without_tax_answers_404(event: Event) -> None:
    assert client_of(None).get(f"/v1/events/{event.pk}/tax").status_code == 404


@pytest.mark.parametrize("rate", [-0.1, 100.1, "many", 1e30])
def test_tax_rate_is_a_percentage(rate: Any, event: Event, olga: User) -> None:
    answer = send(client_of(olga), "post", "/v1/taxes", tax(event, rate=rate))
    assert (answer.status_code, pointers(answer)) == (422, ["/data/attributes/rate"])


@pytest.mark.parametrize(("rate", "kept"), [("1.23456789", 1.2346), (7.000000000000001, 7.0)])
def test_tax_rate_is_rounded_to_four_decimals(rate: Any, kept: float, event: Event, olga: User) -> None:
    made = send(client_of(olga), "post", "/v1/taxes", tax(event, rate=rate))
    assert made.json()["data"]["attributes"]["rate"] == kept


def test_tax_is_the_teams_to_set(event: Event) -> None:
    eve = make_user("Eve")
    assert send(client_of(eve), "post", "/v1/taxes", tax(event)).status_code == 403
    assert send(client_of(None), "post", "/v1/taxes", tax(event)).status_code == 401


def test_tax_of_a_draft_is_not_known(event: Event, olga: User) -> None:
    key = send(client_of(olga), "post", "/v1/taxes", tax(event)).json()["data"]["id"]
    Event.objects.update(state=Event.State.DRAFT)
    assert client_of(None).get(f"/v1/taxes/{key}").status_code == 404
    assert client_of(None).get("/v1/taxes").json()["meta"]["count"] == 0


def test_fees_are_for_administrators(event: Event, olga: User) -> None:
    fee = body("ticket-fee", currency="EUR", country="DE", service_fee=3.14, maximum_fee=5.14)
    assert send(client_of(olga), "post", "/v1/ticket-fees", fee).status_code == 403
    assert client_of(olga).get("/v1/ticket-fees").status_code == 403
    assert client_of(None).get("/v1/ticket-fees").status_code == 401
    adam = client_of(make_user("Adam", is_admin=True))
    made = send(adam, "post", "/v1/ticket-fees", fee)
    assert made.status_code == 201
    assert isinstance(made.json()["data"]["id"], int)
    assert send(adam, "post", "/v1/ticket-fees", fee).status_code == 409
    assert client_of(olga).get(f"/v1/ticket-fees/{made.json()['data']['id']}").status_code == 404
    assert TicketFee.objects.count() == 1


def test_newest_of_the_fees_for_all_countries_holds(event: Event) -> None:
    adam = client_of(make_user("Adam", is_admin=True))
    for fee in (3, 4):
        made = send(adam, "post", "/v1/ticket-fees", body("ticket-fee", currency="EUR", service_fee=fee))
        assert made.status_code == 201
    newest = TicketFee.objects.for_sales_in("EUR", "DE").first()
    assert newest is not None
    assert newest.service_fee == 4


@pytest.mark.parametrize(("name", "value"), [("service-fee", -1), ("maximum-fee", -1), ("currency", "XXX")])
def test_fee_is_refused(name: str, value: Any, event: Event) -> None:
    adam = client_of(make_user("Adam", is_admin=True))
    answer = send(adam, "post", "/v1/ticket-fees", body("ticket-fee", **{"currency": "EUR", name: value}))
    assert (answer.status_code, pointers(answer)) == (422, [f"/data/attributes/{name}"])
