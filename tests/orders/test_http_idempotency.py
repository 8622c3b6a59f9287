"""Requests that are sent twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.housekeeping import clear_expired
from accounts.models import IdempotencyKey, User
from events.models import Event
from orders.models import Attendee, Order
from tests.factories import client_of, give_role, make_event, make_ticket, make_user, switch_modules
from tests.jsonapi import body, ref, send
from ticketing.models import Ticket

CREATE = "/v1/orders/create-order"


def cart(user: User, ticket: Ticket, key: str | None, quantity: int = 1) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    wish = {"tickets": [{"id": ticket.pk, "quantity": quantity}]}
    return client_of(user).post(CREATE, wish, format="json", headers=headers)


def test_same_key_and_body_give_the_first_answer(event: Event, ada: User) -> None:
    ticket = make_ticket(event, quantity=9)
    first, second = cart(ada, ticket, "k1"), cart(ada, ticket, "k1")
    assert (second.status_code, second.json()) == (200, first.json())
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    ticket.refresh_from_db()
    assert (Order.objects.count(), ticket.reserved) == (1, 1)


def test_first_answer_stays_though_the_order_went_on(event: Event, ada: User) -> None:
    ticket = make_ticket(event)
    first = cart(ada, ticket, "k1").json()
    url = f"/v1/orders/{first['data']['id']}"
    assert (
        send(client_of(ada), "patch", url, body("order", first["data"]["id"], status="completed")).status_code == 200
    )
    assert cart(ada, ticket, "k1").json() == first


def test_same_key_with_another_body_or_address_is_a_conflict(event: Event, ada: User) -> None:
    ticket = make_ticket(event)
    cart(ada, ticket, "k1")
    answer = cart(ada, ticket, "k1", quantity=2)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_keys_are_ones_own(event: Event, ada: User) -> None:
    ticket = make_ticket(event)
    assert cart(ada, ticket, "k1").json() != cart(make_user(), ticket, "k1").json()
    assert Order.objects.count() == 2


def test_without_a_key_each_request_counts(event: Event, ada: User) -> None:
    ticket = make_ticket(event)
    cart(ada, ticket, None)
    cart(ada, ticket, None)
    assert (Order.objects.count(), IdempotencyKey.objects.count()) == (2, 0)


def test_refusal_is_not_kept(event: Event, ada: User) -> None:
    ticket = make_ticket(event, quantity=1, sold=1)
    assert cart(ada, ticket, "k1").status_code == 409
    Ticket.objects.update(sold=0)
    assert cart(ada, ticket, "k1").status_code == 200


def test_attendees_and_their_order_are_made_once(event: Event, ada: User) -> None:
    ticket, client = make_ticket(event), client_of(ada)
    links: dict[str, Any] = {"event": ref("event", event), "ticket": ref("ticket", ticket)}
    client.credentials(**client._credentials, HTTP_IDEMPOTENCY_KEY="a")
    made = [send(client, "post", "/v1/attendees", body("attendee", relationships=links)) for _ in range(2)]
    assert made[0].json() == made[1].json()
    assert made[0]["Location"] == made[1]["Location"]
    attendee = Attendee.objects.get()
    links = {"event": ref("event", event), "attendees": [ref("attendee", attendee)]}
    assert send(client, "post", "/v1/orders", body("order", relationships=links)).status_code == 409  # another body
    client.credentials(**{**client._credentials, "HTTP_IDEMPOTENCY_KEY": "b"})
    made = [send(client, "post", "/v1/orders", body("order", relationships=links)) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()


def test_order_at_the_door_is_made_once(event: Event, cast: Any) -> None:
    ticket, client = make_ticket(event, quantity=9), client_of(cast.olga)
    client.credentials(**client._credentials, HTTP_IDEMPOTENCY_KEY="door")
    wish = body(
        "order", relationships={"event": ref("event", event)}, on_site_tickets=[{"id": ticket.pk, "quantity": 2}]
    )
    made = [send(client, "post", "/v1/orders?onsite=true", wish) for _ in range(2)]
    assert made[0].json() == made[1].json()
    assert Attendee.objects.count() == 2


@pytest.mark.parametrize("key", ["x" * 256, "a\tb"])
def test_key_that_cannot_be_kept_is_refused(event: Event, ada: User, key: str) -> None:
    assert cart(ada, make_ticket(event), key).status_code == 422


def test_answers_are_forgotten_after_a_day(event: Event, ada: User) -> None:
    cart(ada, make_ticket(event), "k1")
    clear_expired()
    assert IdempotencyKey.objects.count() == 1
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(days=2))
    clear_expired()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_many_times_at_once_makes_one_order() -> None:
    switch_modules()
    event, ada = make_event(), make_user("Ada")
    give_role(make_user("Olga"), event, "owner")
    ticket = make_ticket(event, quantity=50)

    def try_it(_: int) -> Any:
        try:
            answer = cart(ada, ticket, "one")
            return answer.status_code, answer.json()["data"]["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(try_it, range(8)))
    assert len(answers) == 1
    ticket.refresh_from_db()
    assert (Order.objects.count(), ticket.reserved) == (1, 1)
