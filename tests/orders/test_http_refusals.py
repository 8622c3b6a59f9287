"""What buyers try over HTTP: each is refused at the right place, and nothing is changed by it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from accounts.models import User
from events.models import Event
from orders.models import Attendee, CheckIn, Order, OrderLine, OrderTransition
from orders.services import submit_order
from tests.factories import (
    client_of,
    make_access_code,
    make_discount,
    make_event,
    make_paid_ticket,
    make_ticket,
    make_user,
    order_of,
)
from tests.jsonapi import body, pointers, ref, send
from ticketing.models import DiscountCode, Ticket

TABLES: list[type[models.Model]] = [Order, OrderLine, OrderTransition, Attendee, CheckIn, Ticket, DiscountCode]
CREATE = "/v1/orders/create-order"
ATTENDEES = "/data/relationships/attendees"


def everything() -> list[Any]:
    """All rows that an order could touch."""
    return [list(table._base_manager.order_by("pk").values()) for table in TABLES]


def assert_refused(answer: Any, status: int, pointer: str, before: list[Any]) -> None:
    assert answer.status_code == status, answer.content
    assert pointer in pointers(answer)
    assert everything() == before


def cart(client: Any, **wish: Any) -> Any:
    return client.post(CREATE, wish, format="json")


def items(ticket: Ticket, quantity: Any = 1) -> list[dict[str, Any]]:
    return [{"id": str(ticket.pk), "quantity": quantity}]


@pytest.fixture
def client(ada: User) -> Any:
    return client_of(ada)


def laid_down(event: Event, person: User, ticket: Ticket) -> Attendee:
    return Attendee.objects.create(event=event, ticket=ticket, created_by=person)


def order_document(event: Event, *attendees: Attendee, code: Any = None, **attributes: Any) -> dict[str, Any]:
    links: dict[str, Any] = {"event": ref("event", event), "attendees": [ref("attendee", a) for a in attendees]}
    if code is not None:
        links["discount-code"] = ref("discount-code", code)
    return body("order", relationships=links, **attributes)


# -- quantities, dates and limits, both ways in ------------------------------------------------------


@pytest.mark.parametrize("quantity", [0, -1, -2, 1.5, "many", None, True, [], {}])
def test_quantity_is_a_whole_number_above_zero(event: Event, client: Any, quantity: Any) -> None:
    ticket, before = make_ticket(event, quantity=5), everything()[:-2]
    for url in (CREATE, "/v1/orders/calculate-amount"):
        answer = client.post(url, {"tickets": items(ticket, quantity)}, format="json")
        assert answer.status_code == 422
        assert pointers(answer) == ["/tickets/0"]
    assert everything()[:-2] == before


@pytest.mark.parametrize("most", [None, 10])
def test_quantity_of_a_billion_is_refused(event: Event, client: Any, most: int | None) -> None:
    ticket = make_ticket(event, max_order=most)
    before = everything()
    assert_refused(cart(client, tickets=items(ticket, 10**9)), 422, "/tickets/0", before)
    assert_refused(cart(client, tickets=items(ticket, 10**30)), 422, "/tickets/0", before)


@pytest.mark.parametrize(
    ("attributes", "quantity"),
    [
        ({"sales_starts_at": timezone.now() + timedelta(days=1)}, 2),
        ({"sales_ends_at": timezone.now() - timedelta(hours=1)}, 2),
        ({"min_order": 3}, 2),
        ({"max_order": 1}, 2),
    ],
    ids=["before the sale", "after the sale", "below min-order", "above max-order"],
)
def test_ticket_that_is_not_for_sale_like_this_is_refused_both_ways(
    event: Event, ada: User, client: Any, attributes: dict[str, Any], quantity: int
) -> None:
    ticket = make_ticket(event, **attributes)
    attendees = [laid_down(event, ada, ticket) for _ in range(quantity)]
    before = everything()
    assert_refused(cart(client, tickets=items(ticket, quantity)), 422, "/tickets/0", before)
    assert_refused(send(client, "post", "/v1/orders", order_document(event, *attendees)), 422, ATTENDEES, before)


def test_sold_out_is_a_conflict_both_ways(event: Event, ada: User, client: Any) -> None:
    ticket = make_ticket(event, quantity=1)
    attendees = [laid_down(event, ada, ticket) for _ in range(2)]
    before = everything()
    assert_refused(cart(client, tickets=items(ticket, 2)), 409, "/tickets", before)
    answer = send(client, "post", "/v1/orders", order_document(event, *attendees))
    assert_refused(answer, 409, ATTENDEES, before)
    assert answer.json()["errors"][0]["detail"] == (
        f"Ticket with id: {ticket.pk} already sold out. You can buy at most 1 tickets"
    )


def test_hidden_ticket_needs_its_code(event: Event, client: Any) -> None:
    ticket = make_ticket(event, is_hidden=True)
    code = make_access_code(event, ticket)
    make_access_code(make_event(), code="FOREIGN")
    before = everything()
    assert_refused(cart(client, tickets=items(ticket)), 422, "/tickets/0", before)
    assert_refused(cart(client, tickets=items(ticket), access_code="FOREIGN"), 422, "/tickets/0", before)
    assert cart(client, tickets=items(ticket), access_code=code.code).status_code == 200


# -- what belongs to others --------------------------------------------------------------------------


def test_ticket_of_another_event_is_refused(event: Event, ada: User, client: Any) -> None:
    mine, foreign = make_ticket(event), make_ticket(make_event())
    before = everything()
    assert_refused(cart(client, tickets=[*items(mine), *items(foreign)]), 422, "/tickets/1", before)
    document = body(
        "attendee", relationships={"event": ref("event", event), "ticket": ref("ticket", foreign)}, firstname="A"
    )
    answer = send(client, "post", "/v1/attendees", document)
    assert_refused(answer, 422, "/data/relationships/ticket", before)


def test_unknown_ticket_is_not_found(event: Event, client: Any) -> None:
    before = everything()
    wish = [{"id": "987654321", "quantity": 1}]
    assert_refused(cart(client, tickets=wish), 404, "/tickets/0", before)


def test_attendee_of_another_event_or_person_is_refused(event: Event, ada: User, client: Any) -> None:
    other = make_event()
    foreign = laid_down(other, ada, make_ticket(other))
    strangers = laid_down(event, make_user(), make_ticket(event))
    before = everything()
    assert_refused(send(client, "post", "/v1/orders", order_document(event, foreign)), 422, ATTENDEES, before)
    assert_refused(send(client, "post", "/v1/orders", order_document(event, strangers)), 404, ATTENDEES, before)


def test_attendee_is_ordered_once(event: Event, ada: User, client: Any) -> None:
    attendee = laid_down(event, ada, make_ticket(event))
    assert send(client, "post", "/v1/orders", order_document(event, attendee)).status_code == 201
    before = everything()
    assert_refused(send(client, "post", "/v1/orders", order_document(event, attendee)), 409, ATTENDEES, before)


def test_strangers_order_is_not_found(event: Event, client: Any) -> None:
    theirs = order_of(make_paid_ticket(event), make_user())
    before = everything()
    for method in ("get", "patch", "delete"):
        document = None if method == "get" else body("order", theirs.pk, status="cancelled")
        answer = send(client, method, f"/v1/orders/{theirs.identifier}", document)
        assert_refused(answer, 404, "", before)


@pytest.mark.parametrize(
    ("attributes", "detail"),
    [
        ({"is_active": False}, "Inactive Discount Code"),
        ({"valid_till": timezone.now() - timedelta(days=1)}, "Inactive Discount Code"),
        ({"valid_from": timezone.now() + timedelta(days=1)}, "Inactive Discount Code"),
        ({"tickets_number": 1}, "Discount Usage Exceeded"),
        ({"min_quantity": 3}, "Discount Usage Exceeded"),
        ({"max_quantity": 1}, "Discount Usage Exceeded"),
        ({"event": None}, "Invalid Discount Code"),
    ],
    ids=["inactive", "over", "not yet", "exhausted", "too few", "too many", "foreign"],
)
def test_code_that_is_not_good_for_it_is_refused_both_ways(
    event: Event, ada: User, client: Any, attributes: dict[str, Any], detail: str
) -> None:
    ticket, place = make_paid_ticket(event), event
    if "event" in attributes:
        place, attributes = make_event(), {}
    code = make_discount(place, make_paid_ticket(place) if place != event else ticket, **attributes)
    attendees = [laid_down(event, ada, ticket) for _ in range(2)]
    before = everything()
    for given in (code.pk, str(code.pk)):
        answer = cart(client, tickets=items(ticket, 2), discount_code=given)
        assert_refused(answer, 422, "discount_code", before)
        assert answer.json()["errors"][0]["detail"] == detail
    answer = send(client, "post", "/v1/orders", order_document(event, *attendees, code=code))
    assert_refused(answer, 422, "/data/relationships/discount-code", before)
    assert answer.json()["errors"][0]["detail"] == detail


def test_draft_event_sells_nothing_to_others(ada: User, client: Any) -> None:
    draft = make_event(state="draft")
    ticket = make_ticket(draft)
    before = everything()
    assert_refused(cart(client, tickets=items(ticket)), 404, "", before)
    document = body("attendee", relationships={"event": ref("event", draft), "ticket": ref("ticket", ticket)})
    assert send(client, "post", "/v1/attendees", document).status_code == 404


# -- one's own amount and state ----------------------------------------------------------------------


def test_own_amount_and_status_count_for_nothing(event: Event, ada: User, client: Any) -> None:
    ticket = make_paid_ticket(event, "25")
    answer = cart(client, tickets=items(ticket, 2), amount=1, status="completed")
    assert answer.json()["data"]["attributes"]["amount"] == 50.0
    assert answer.json()["data"]["attributes"]["status"] == "initializing"
    wish = order_document(event, laid_down(event, ada, ticket), amount=0, status="completed", payment_mode=None)
    made = send(client, "post", "/v1/orders", wish).json()["data"]["attributes"]
    assert (made["amount"], made["status"], made["completed-at"]) == (25.0, "pending", None)


def test_paid_order_is_not_free(event: Event, ada: User, client: Any) -> None:
    attendee = laid_down(event, ada, make_paid_ticket(event))
    before = everything()
    answer = send(client, "post", "/v1/orders", order_document(event, attendee, payment_mode="free"))
    assert_refused(answer, 422, "/data/attributes/payment-mode", before)
    answer = send(client, "post", "/v1/orders", order_document(event, attendee, payment_mode="paypal"))
    assert_refused(answer, 422, "/data/attributes/payment-mode", before)


@pytest.mark.parametrize("state", ["initializing", "pending"])
@pytest.mark.parametrize(
    "attributes",
    [
        {"status": "completed"},
        {"status": "completed", "payment_mode": "free"},
        {"status": "completed", "payment_mode": "bank"},
        {"status": "completed", "payment_mode": "stripe", "paid_via": "stripe", "transaction_id": "ch_1"},
        {"status": "placed", "payment_mode": "stripe"},
        {"amount": 0, "status": "completed"},
        {"status": "expired"},
    ],
    ids=lambda wish: " ".join(map(str, wish.values())),
)
def test_buyer_completes_no_paid_order(
    event: Event, ada: User, client: Any, state: str, attributes: dict[str, Any]
) -> None:
    order = order_of(make_paid_ticket(event), ada)
    if state == "pending":
        submit_order(order)
    before = everything()
    answer = send(client, "patch", f"/v1/orders/{order.identifier}", body("order", order.pk, **attributes))
    assert answer.status_code in (403, 422), answer.content
    assert pointers(answer)[0].startswith("/data/attributes/")
    assert everything() == before


def test_payment_attributes_are_not_the_buyers_to_write(event: Event, ada: User, client: Any) -> None:
    order = order_of(make_paid_ticket(event), ada)
    before = everything()
    forged = {"paid_via": "stripe", "transaction_id": "ch_1", "completed_at": "2026-01-01T00:00:00Z", "last4": "4242"}
    answer = send(client, "patch", f"/v1/orders/{order.identifier}", body("order", order.pk, **forged))
    assert answer.status_code == 200
    assert everything() == before


def test_order_is_not_moved_to_another_event_or_person(event: Event, ada: User, client: Any) -> None:
    order = order_of(make_paid_ticket(event), ada)
    before = everything()
    links = {"event": ref("event", make_event()), "user": ref("user", make_user()), "attendees": []}
    send(client, "patch", f"/v1/orders/{order.identifier}", body("order", order.pk, relationships=links))
    assert everything() == before
    for name, linkage in links.items():
        url = f"/v1/orders/{order.pk}/relationships/{name}"
        answer = send(client, "patch", url, {"data": linkage})
        assert answer.status_code in (403, 405), (name, answer.content)
    assert everything() == before


def test_body_that_is_no_cart_is_refused(event: Event, client: Any) -> None:
    before = everything()
    for wish in ([], {}, {"tickets": []}, {"tickets": {}}, {"tickets": "all"}, {"tickets": [1]}, {"tickets": [None]}):
        answer = client.post(CREATE, wish, format="json")
        assert answer.status_code in (400, 422), wish
    assert everything() == before


def test_registrar_is_no_team(event: Event, cast: SimpleNamespace) -> None:
    ticket = make_paid_ticket(event)
    wish = order_document(event, laid_down(event, cast.rita, ticket), amount=1, status="completed")
    made = send(client_of(cast.rita), "post", "/v1/orders", wish).json()["data"]["attributes"]
    assert (made["status"], made["amount"]) == ("pending", 10.0)
