"""How shops and back offices buy over HTTP, request by request as they send them."""

from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from events.models import Event
from orders.models import Attendee, Order, OrderLine, OrderTransition
from tests.factories import client_of, make_discount, make_paid_ticket, make_ticket
from tests.jsonapi import body, pointers, ref, send
from ticketing.models import Tax

QUOTE = "/v1/orders/calculate-amount"
CREATE = "/v1/orders/create-order"
ON_SITE = "/v1/orders?onsite=true"
ON_SITE_POINTER = "/data/attributes/on_site_tickets"


def counts() -> list[int]:
    return [model._base_manager.count() for model in (Order, OrderLine, OrderTransition, Attendee)]


# -- at the door -------------------------------------------------------------------------------------


def on_site(event: Event, *items: Any, **attributes: Any) -> dict[str, Any]:
    if items:
        attributes["on_site_tickets"] = list(items)
    return body("order", relationships={"event": ref("event", event)}, **attributes)


@pytest.mark.parametrize("is_wrapped", [False, True])
@pytest.mark.parametrize("quantity", [3, "3"])
def test_on_site_order_for_three_makes_three_attendees(
    event: Event, olga: User, is_wrapped: bool, quantity: Any
) -> None:
    ticket = make_paid_ticket(event, "10", quantity=5)
    item: dict[str, Any] = {"id": str(ticket.pk), "quantity": quantity}
    if is_wrapped:
        item = {"data": {"type": "on-site-ticket", "attributes": item}}
    answer = send(client_of(olga), "post", ON_SITE, on_site(event, item, payment_mode="onsite"))
    assert answer.status_code == 201, answer.content
    order = Order.objects.get(pk=answer.json()["data"]["id"])
    assert (order.attendees.count(), order.amount, order.status) == (3, 30, "completed")
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (3, 0)


def test_sold_out_on_site_order_leaves_not_a_row(event: Event, olga: User) -> None:
    plenty, few = make_ticket(event, quantity=10), make_ticket(event, quantity=3)
    before = counts()
    wish = on_site(event, {"id": plenty.pk, "quantity": 2}, {"id": few.pk, "quantity": 4})
    answer = send(client_of(olga), "post", ON_SITE, wish)
    assert answer.status_code == 409
    (error,) = answer.json()["errors"]
    assert error["detail"] == f"Ticket with id: {few.pk} already sold out. You can buy at most 3 tickets"
    assert error["source"] == {"pointer": ON_SITE_POINTER}
    assert counts() == before
    plenty.refresh_from_db()
    assert (plenty.sold, plenty.reserved) == (0, 0)


@pytest.mark.parametrize("wish", [{}, {"on_site_tickets": []}, {"on_site_tickets": None}])
def test_on_site_order_without_its_list_is_refused(event: Event, olga: User, wish: dict[str, Any]) -> None:
    before = counts()
    answer = send(client_of(olga), "post", ON_SITE, on_site(event, **wish))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["status"], error["detail"]) == ("422", "on_site_tickets info missing")
    assert error["source"] == {"pointer": ON_SITE_POINTER}
    assert counts() == before


def test_on_site_list_is_dropped_from_other_orders(event: Event, olga: User) -> None:
    attendee = Attendee.objects.create(event=event, ticket=make_ticket(event), created_by=olga)
    wish = body(
        "order",
        relationships={"event": ref("event", event), "attendees": [ref("attendee", attendee)]},
        on_site_tickets=[{"id": attendee.ticket_id, "quantity": 5}],
    )
    answer = send(client_of(olga), "post", "/v1/orders", wish)
    assert answer.status_code == 201
    assert Attendee.objects.count() == 1
    assert "on-site-tickets" not in answer.json()["data"]["attributes"]


# -- a shop: free ------------------------------------------------------------------------------------


def test_shop_sells_a_free_ticket(event: Event, ada: User) -> None:
    ticket, client = make_ticket(event, quantity=10), client_of(ada)
    wish = {"tickets": [{"id": str(ticket.pk), "quantity": 2, "price": 0}]}

    quote = client_of(None).post(QUOTE, wish, format="json")
    assert quote.status_code == 200
    assert quote.json() == {
        "tax": None,
        "sub_total": 0.0,
        "total": 0.0,
        "discount": 0.0,
        "tickets": [
            {
                "id": ticket.pk,
                "name": ticket.name,
                "price": 0.0,
                "quantity": 2,
                "discount": None,
                "ticket_fee": 0.0,
                "sub_total": 0.0,
                "ticket_tax": 0.0,
                "discounted_tax": 0.0,
            }
        ],
    }

    made = client.post(CREATE, wish, format="json").json()["data"]
    assert (made["type"], made["attributes"]["status"]) == ("order", "initializing")
    url = f"/v1/orders/{made['attributes']['identifier']}"
    page = send(client, "get", f"{url}?include=attendees,event").json()
    assert {row["type"] for row in page["included"]} == {"attendee", "event"}
    assert send(client, "get", f"{url}/tickets").json()["meta"]["count"] == 1
    wanted = f'[{{"name":"order","op":"has","val":{{"name":"id","op":"eq","val":"{made["id"]}"}}}}]'
    holders = client.get(f"/v1/tickets/{ticket.pk}/attendees", {"filter": wanted}).json()["data"]
    assert len(holders) == 2
    assert send(client, "get", f"{url}/event?include=tax").status_code == 200

    for holder in holders:
        attributes = {**holder["attributes"], "firstname": "Ada", "lastname": "Lovelace", "email": "ada@example.org"}
        document = {
            "data": {
                **holder,
                "attributes": attributes,
                "relationships": {
                    "order": {"data": {"type": "order", "id": made["id"]}},
                    "ticket": {"data": ref("ticket", ticket)},
                },
            }
        }
        assert send(client, "patch", f"/v1/attendees/{holder['id']}", document).status_code == 200
    document = {
        "data": {
            **made,
            "attributes": {**made["attributes"], "status": "completed", "payment-mode": "free"},
            "relationships": {
                "user": {"data": ref("user", ada)},
                "event": {"data": ref("event", event)},
                "attendees": {"data": [{"type": "attendee", "id": h["id"]} for h in holders]},
            },
        }
    }
    done = send(client, "patch", url, document)
    assert done.status_code == 200, done.content
    assert done.json()["data"]["attributes"]["status"] == "completed"
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (2, 0)
    assert client.post(f"{url}/verify", {}, format="json").json() == {"payment_status": True}
    left = client_of(None).get(f"/v1/events/{event.identifier}/tickets/availability").json()
    assert left == [{"id": ticket.pk, "name": ticket.name, "quantity": 10, "available": 8}]


# -- a shop: paid, with a code, by bank --------------------------------------------------------------


def test_shop_sells_a_paid_ticket_with_a_code_by_bank(event: Event, ada: User, olga: User) -> None:
    ticket, client = make_paid_ticket(event, "19.99", quantity=10), client_of(ada)
    code = make_discount(event, ticket, code="EARLY", tickets_number=4)
    Tax.objects.create(event=event, name="VAT", rate=19, is_tax_included_in_price=False)
    found = send(client, "get", f"/v1/events/{event.identifier}/discount-codes/EARLY?include=event,tickets")
    assert found.json()["data"]["id"] == code.pk
    assert send(client, "get", f"/v1/events/{event.identifier}/access-codes/EARLY").status_code == 404
    assert send(client, "get", f"/v1/discount-codes/{code.pk}/event").status_code == 200

    wish = {"tickets": [{"id": str(ticket.pk), "quantity": 3}], "discount-code": str(code.pk)}
    quote = client.post(QUOTE, wish, format="json").json()
    made = client.post(CREATE, wish, format="json").json()["data"]
    # 59.97 - 6.00 = 53.97, and 19 % of it
    assert quote["total"] == made["attributes"]["amount"] == 64.22
    assert quote["tax"] == {"percent": 19.0, "name": "VAT", "amount": 10.25, "included": False}
    code.refresh_from_db()
    assert code.used == 3

    url = f"/v1/orders/{made['attributes']['identifier']}"
    assert send(client, "get", f"/v1/discount-codes/{code.pk}").status_code == 200
    submitted = send(client, "patch", url, body("order", made["id"], status="pending", payment_mode=None))
    assert submitted.json()["data"]["attributes"]["status"] == "pending"
    assert client.post(f"{url}/verify", {}, format="json").json() == {"payment_status": False}
    placed = send(client, "patch", url, body("order", made["id"], status="placed", payment_mode="bank"))
    assert placed.json()["data"]["attributes"]["status"] == "placed"
    paid = send(client_of(olga), "patch", url, body("order", made["id"], status="completed"))
    assert paid.json()["data"]["attributes"]["status"] == "completed"
    assert Order.objects.get(pk=made["id"]).lines.get().total == Order.objects.get(pk=made["id"]).amount


def test_stripe_order_says_where_to_pay(event: Event, ada: User) -> None:
    attendee = Attendee.objects.create(event=event, ticket=make_paid_ticket(event), created_by=ada)
    links = {"event": ref("event", event), "attendees": [ref("attendee", attendee)]}
    answer = send(client_of(ada), "post", "/v1/orders", body("order", relationships=links, payment_mode="stripe"))
    assert answer.json()["data"]["attributes"]["payment-url"] == "stripe://payment"


@pytest.mark.parametrize("ticket", [{}, {"data": None}, None])
def test_an_attendee_without_a_ticket_is_refused(event: Event, ada: User, ticket: Any) -> None:
    document = body("attendee", relationships={"event": ref("event", event)}, firstname="Ada")
    document["data"]["relationships"]["ticket"] = ticket

    refused = send(client_of(ada), "post", "/v1/attendees", document)

    assert (refused.status_code, pointers(refused)) == (422, ["/data/relationships/ticket"])


@pytest.mark.parametrize("tickets", [0, False, "", {}])
def test_a_cart_is_a_list(event: Event, ada: User, tickets: Any) -> None:
    for url in ("/v1/orders/calculate-amount", "/v1/orders/create-order"):
        assert client_of(ada).post(url, {"tickets": tickets}, format="json").status_code == 422, url


def test_attendees_first_then_their_order(event: Event, ada: User) -> None:
    """The way of the mobile apps."""
    ticket, client = make_ticket(event, quantity=3), client_of(ada)
    links: dict[str, Any] = {"event": ref("event", event), "ticket": ref("ticket", ticket)}
    made = [
        send(client, "post", "/v1/attendees", body("attendee", relationships=links, firstname=name, email="a@b.org"))
        for name in ("Ada", "Hugo")
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    holders = [{"type": "attendee", "id": answer.json()["data"]["id"]} for answer in made]
    links = {"event": ref("event", event), "ticket-holders": holders}
    order = send(client, "post", "/v1/orders?include=attendees", body("order", relationships=links))
    assert order.status_code == 201
    assert order.json()["data"]["attributes"]["status"] == "pending"
    assert [row["attributes"]["firstname"] for row in order.json()["included"]] == ["Ada", "Hugo"]
    done = send(
        client,
        "patch",
        f"/v1/orders/{order.json()['data']['id']}",
        body("order", order.json()["data"]["id"], status="completed"),
    )
    assert done.json()["data"]["attributes"]["status"] == "completed"


def test_orders_of_a_person_are_filtered_and_sorted_as_the_shop_asks(event: Event, ada: User) -> None:
    ticket, client = make_ticket(event), client_of(ada)
    made = client.post(CREATE, {"tickets": [{"id": ticket.pk, "quantity": 1}]}, format="json").json()["data"]
    query = {
        "page[size]": 10,
        "page[number]": 1,
        "include": "event,attendees.ticket,user",
        "sort": "event.starts-at",
        "filter": (
            '[{"and":[{"name":"event","op":"has","val":{"name":"starts-at","op":"ge","val":"2020-01-01T00:00:00Z"}},'
            '{"or":[{"name":"status","op":"eq","val":"initializing"},{"name":"status","op":"eq","val":"placed"}]},'
            '{"name":"event","op":"has","val":{"name":"deleted-at","op":"eq","val":null}}]}]'
        ),
    }
    answer = client.get(f"/v1/users/{ada.pk}/orders", query)
    assert answer.status_code == 200, answer.content
    assert [row["id"] for row in answer.json()["data"]] == [made["id"]]
    assert {row["type"] for row in answer.json()["included"]} == {"event", "attendee", "ticket", "user"}


def test_tickets_pdf_exists_once_the_order_is_completed(event: Event, cast: SimpleNamespace) -> None:
    client = client_of(cast.ada)
    wish = {"tickets": [{"id": make_ticket(event).pk, "quantity": 1}]}
    made = client.post(CREATE, wish, format="json").json()["data"]
    url = f"/v1/orders/{made['attributes']['identifier']}"
    early = send(client, "get", f"{url}/tickets-pdf")
    assert (early.status_code, pointers(early)) == (409, [""])
    send(client, "patch", url, body("order", made["id"], status="completed"))
    pdf = send(client, "get", f"{url}/tickets-pdf")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert send(client_of(cast.eve), "get", f"{url}/tickets-pdf").status_code == 404
    assert send(client_of(None), "get", f"{url}/tickets-pdf").status_code == 401
