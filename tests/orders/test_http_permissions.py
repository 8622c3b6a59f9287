"""Who may list, view, create, change and delete orders, asked over HTTP as each of the cast."""

from types import SimpleNamespace
from typing import Any

import pytest

from events.models import Event
from orders.models import Attendee, Order
from orders.services import complete_order, update_order
from tests.factories import client_of, make_discount, make_event, make_paid_ticket, make_ticket, make_user, order_of
from tests.jsonapi import body, pointers, ref, send

ROLES = ["anonymous", "eve", "ada", "holder", "rita", "otto", "olga", "adam"]
TEAM = ["otto", "olga", "adam"]


@pytest.fixture
def people(cast: SimpleNamespace) -> dict[str, Any]:
    """The cast; ``holder`` comes with a ticket that Ada bought."""
    return {**vars(cast), "holder": make_user("Hugo"), "anonymous": None}


@pytest.fixture
def order(event: Event, people: dict[str, Any]) -> Order:
    """Ada's unpaid order of two tickets, one of them Hugo's."""
    bought = order_of(make_paid_ticket(event, "10", quantity=9), people["ada"], 2)
    Attendee.objects.filter(pk=bought.attendees.all()[0].pk).update(user=people["holder"], firstname="Hugo")
    return Order.objects.get(pk=bought.pk)


def statuses(people: dict[str, Any], method: str, url: str, document: Any = None) -> dict[str, int]:
    return {role: send(client_of(people[role]), method, url, document).status_code for role in ROLES}


def expected(default: int, **others: int) -> dict[str, int]:
    return {**dict.fromkeys(ROLES, default), "anonymous": 401, **others}


def of_team(status: int) -> dict[str, int]:
    return dict.fromkeys(TEAM, status)


# -- list ------------------------------------------------------------------------------------------


def test_orders_of_an_event_are_listed_to_its_team(people: dict[str, Any], event: Event, order: Order) -> None:
    for key in (event.pk, event.identifier):
        url = f"/v1/events/{key}/orders"
        assert statuses(people, "get", url) == expected(403, **of_team(200))
    listed = send(client_of(people["olga"]), "get", url + "?include=tickets,user,attendees").json()
    assert [row["id"] for row in listed["data"]] == [str(order.pk)]
    assert {row["type"] for row in listed["included"]} == {"ticket", "user", "attendee"}


def test_team_of_another_event_lists_nothing_of_it(people: dict[str, Any], event: Event, order: Order) -> None:
    other = make_event()
    answer = send(client_of(people["olga"]), "get", f"/v1/events/{other.pk}/orders")
    assert answer.status_code == 403


def test_orders_of_a_person_are_listed_to_him_and_admins(people: dict[str, Any], order: Order) -> None:
    url = f"/v1/users/{people['ada'].pk}/orders"
    found = statuses(people, "get", url)
    assert {role for role, status in found.items() if status == 200} == {"ada", "adam"}
    assert found["anonymous"] == 401
    assert set(found.values()) <= {200, 401, 403, 404}
    assert send(client_of(people["ada"]), "get", url).json()["meta"] == {"count": 1}


def test_all_orders_are_nobodys_list(people: dict[str, Any], order: Order) -> None:
    """There is no list over all events for people; whom it is answered sees own rows only."""
    for role in ROLES:
        answer = send(client_of(people[role]), "get", "/v1/orders")
        seen = [row["id"] for row in answer.json().get("data", [])]
        assert seen == ([str(order.pk)] if role in ["ada", "holder", *TEAM] else [])


# -- view ------------------------------------------------------------------------------------------


def test_order_is_viewed_by_team_buyer_and_who_attends(people: dict[str, Any], order: Order) -> None:
    for key in (order.pk, order.identifier):
        url = f"/v1/orders/{key}"
        assert statuses(people, "get", url) == expected(404, ada=200, holder=200, **of_team(200))


def test_who_only_attends_sees_his_own_part_of_the_order(people: dict[str, Any], order: Order) -> None:
    update_order(order=order, by=people["ada"], changes={"address": "Main Street 1"})
    url = f"/v1/orders/{order.identifier}"
    for role in ["ada", "olga"]:
        seen = send(client_of(people[role]), "get", url).json()["data"]["attributes"]
        assert (seen["amount"], seen["address"]) == (20.0, "Main Street 1")
    hugo = client_of(people["holder"])
    shown = send(hugo, "get", url + "?include=attendees").json()
    assert (shown["data"]["attributes"]["amount"], shown["data"]["attributes"]["address"]) == (None, None)
    assert [row["attributes"]["firstname"] for row in shown["included"]] == ["Hugo"]
    assert [row["attributes"]["firstname"] for row in send(hugo, "get", f"{url}/attendees").json()["data"]] == ["Hugo"]


def test_attendees_of_an_order_are_viewed_by_who_sees_them(people: dict[str, Any], order: Order) -> None:
    assert statuses(people, "get", f"/v1/orders/{order.pk}/attendees") == expected(
        404, ada=200, holder=200, **of_team(200)
    )
    other = order.attendees.get(user=None)
    found = statuses(people, "get", f"/v1/attendees/{other.pk}")
    assert found == expected(404, ada=200, rita=200, **of_team(200))
    assert statuses(people, "get", f"/v1/attendees/{other.pk}/order") == expected(404, ada=200, **of_team(200))


def test_cancelled_and_expired_orders_stay_readable(people: dict[str, Any], order: Order) -> None:
    update_order(order=order, by=people["ada"], changes={"status": "cancelled"})
    for role in ["ada", "olga", "adam"]:
        answer = send(client_of(people[role]), "get", f"/v1/orders/{order.pk}?include=attendees").json()
        assert answer["data"]["attributes"]["status"] == "cancelled"
        assert len(answer["included"]) == 2


# -- create ----------------------------------------------------------------------------------------


def basket(event: Event, person: Any, price: str = "10", **attributes: Any) -> dict[str, Any]:
    """The body of an order of one attendee in the person's cart, with an amount and a status of his own."""
    ticket = make_paid_ticket(event, price)
    attendee = Attendee.objects.create(event=event, ticket=ticket, created_by=person)
    relationships = {"event": ref("event", event), "attendees": [ref("attendee", attendee)]}
    return body("order", relationships=relationships, **attributes)


def test_team_names_status_and_amount_of_an_order_and_others_do_not(people: dict[str, Any], event: Event) -> None:
    for role in ROLES:
        wish = basket(event, people[role] or people["eve"], amount=3, status="completed", payment_mode="bank")
        answer = send(client_of(people[role]), "post", "/v1/orders", wish)
        if role == "anonymous":
            assert answer.status_code == 401
            continue
        assert answer.status_code == 201, answer.content
        made = Order.objects.get(pk=answer.json()["data"]["id"])
        assert answer["Location"] == f"/v1/orders/{made.pk}"
        assert (made.status, made.amount) == (("completed", 3) if role in TEAM else ("pending", 10)), role


@pytest.mark.parametrize("way", ["attendees", "create-order"])
def test_code_lowers_the_price_of_buyers_and_is_not_consumed_by_the_team(
    people: dict[str, Any], event: Event, way: str
) -> None:
    for role in ["ada", "rita", "otto", "adam"]:
        ticket = make_paid_ticket(event, "10")
        code = make_discount(event, ticket)
        if way == "create-order":
            wish: Any = {"tickets": [{"id": str(ticket.pk), "quantity": 1}], "discount-code": str(code.pk)}
            answer = client_of(people[role]).post("/v1/orders/create-order", wish, format="json")
        else:
            attendee = Attendee.objects.create(event=event, ticket=ticket, created_by=people[role])
            links = {
                "event": ref("event", event),
                "ticket-holders": [ref("attendee", attendee)],
                "discount-code": ref("discount-code", code),
            }
            answer = send(client_of(people[role]), "post", "/v1/orders", body("order", relationships=links))
        assert answer.json()["data"]["attributes"]["amount"] == (10.0 if role in TEAM else 9.0)
        code.refresh_from_db()
        assert code.used == (0 if role in TEAM else 1)


def test_only_signed_in_people_create_by_cart(people: dict[str, Any], event: Event) -> None:
    wish = {"tickets": [{"id": make_ticket(event).pk, "quantity": 1}]}
    for role in ROLES:
        answer = client_of(people[role]).post("/v1/orders/create-order", wish, format="json")
        assert answer.status_code == (401 if role == "anonymous" else 200)


def test_only_the_team_sells_on_site(people: dict[str, Any], event: Event) -> None:
    wish = body(
        "order",
        relationships={"event": ref("event", event)},
        on_site_tickets=[{"id": make_ticket(event).pk, "quantity": 1}],
    )
    assert statuses(people, "post", "/v1/orders?onsite=true", wish) == expected(403, **of_team(201))


# -- update ----------------------------------------------------------------------------------------

ATTEMPTS: list[tuple[dict[str, Any], dict[str, int]]] = [
    ({"status": "placed", "payment_mode": "bank"}, {"ada": 200, "adam": 200}),
    ({"address": "Main Street 1"}, {"ada": 200, "adam": 200}),
    ({"amount": 1}, {"adam": 200}),
    ({"status": "completed"}, of_team(200)),
    ({"status": "cancelled"}, {"ada": 200, **of_team(200)}),
    ({"payment_mode": "bank"}, {"ada": 200, "adam": 200}),
    ({"cancel_note": "I was ill"}, {"ada": 200, **of_team(200)}),
]
HIDDEN = {"eve": 404, "rita": 404}  # they do not see the order at all


@pytest.mark.parametrize(("changes", "allowed"), ATTEMPTS, ids=",".join)
def test_order_is_changed_by_whom_the_table_allows(
    people: dict[str, Any], event: Event, changes: dict[str, Any], allowed: dict[str, int]
) -> None:
    found = {}
    ticket = make_paid_ticket(event, "10")
    for role in ROLES:
        bought = order_of(ticket, people["ada"])
        Attendee.objects.filter(order=bought).update(user=people["holder"])
        before = Order.objects.filter(pk=bought.pk).values().get()
        document = body("order", bought.pk, **changes)
        answer = send(client_of(people[role]), "patch", f"/v1/orders/{bought.identifier}", document)
        found[role] = answer.status_code
        if answer.status_code != 200:
            assert Order.objects.filter(pk=bought.pk).values().get() == before
    assert found == expected(403, **{**HIDDEN, **allowed})


def test_client_that_sends_the_whole_order_back_changes_nothing(people: dict[str, Any], order: Order) -> None:
    for role in ["ada", "olga", "adam"]:
        client = client_of(people[role])
        shown = send(client, "get", f"/v1/orders/{order.identifier}").json()["data"]
        links = {"user": ref("user", people["ada"]), "attendees": [ref("attendee", a) for a in order.attendees.all()]}
        document = {"data": {**shown, "relationships": {name: {"data": linkage} for name, linkage in links.items()}}}
        answer = send(client, "patch", f"/v1/orders/{order.identifier}", document)
        assert answer.status_code == 200, answer.content
        assert answer.json()["data"]["attributes"] == shown["attributes"]


def test_buyer_cancels_a_paid_order_and_nobody_else_moves_it(people: dict[str, Any], order: Order) -> None:
    complete_order(order)
    for role, wishes in {"ada": ["pending", "placed"], "olga": ["pending"], "adam": ["pending"]}.items():
        for wish in wishes:
            document = body("order", order.pk, status=wish)
            assert send(client_of(people[role]), "patch", f"/v1/orders/{order.pk}", document).status_code == 403
    order.refresh_from_db()
    assert order.status == "completed"


def test_cancelled_order_comes_back_by_administrators_only(people: dict[str, Any], order: Order) -> None:
    update_order(order=order, by=people["ada"], changes={"status": "cancelled"})
    found = statuses(people, "patch", f"/v1/orders/{order.pk}", body("order", order.pk, status="pending"))
    assert found == expected(403, **HIDDEN, adam=200)


# -- delete ----------------------------------------------------------------------------------------


def test_order_is_deleted_by_administrators_who_tell_the_buyer_why(
    people: dict[str, Any], order: Order, mails: Any
) -> None:
    complete_order(order)
    document = body("order", order.pk, cancel_note="The hall burnt down.")
    found = statuses(people, "delete", f"/v1/orders/{order.identifier}", document)
    assert found == expected(403, **HIDDEN, adam=200)
    assert not Order.objects.filter(pk=order.pk).exists()
    row = Order.with_trashed.get(pk=order.pk)
    assert (row.status, row.cancel_note, row.is_refund_due) == ("cancelled", "The hall burnt down.", True)
    note = mails("order_cancelled").get()
    assert note.recipient == people["ada"].email
    assert "The hall burnt down." in note.message


# -- attendees -------------------------------------------------------------------------------------


def test_attendees_of_an_event_are_listed_at_the_door(people: dict[str, Any], event: Event, order: Order) -> None:
    found = statuses(people, "get", f"/v1/events/{event.pk}/attendees")
    assert found == expected(403, rita=200, **of_team(200))


def test_attendee_is_changed_by_buyer_holder_and_team(people: dict[str, Any], order: Order) -> None:
    hugo = order.attendees.get(user=people["holder"])
    document = body("attendee", hugo.pk, company="ACME")
    found = statuses(people, "patch", f"/v1/attendees/{hugo.pk}", document)
    assert found == expected(403, eve=404, ada=200, holder=200, rita=200, **of_team(200))
    # the registrar's 200 was for what was so already
    document = body("attendee", hugo.pk, company="Other")
    assert send(client_of(people["rita"]), "patch", f"/v1/attendees/{hugo.pk}", document).status_code == 403


def test_attendee_is_taken_out_of_an_order_by_the_team_alone(people: dict[str, Any], order: Order) -> None:
    hugo = order.attendees.get(user=people["holder"])
    found = statuses(people, "delete", f"/v1/attendees/{hugo.pk}")
    assert {role for role, status in found.items() if status == 200} == {"otto"}  # the first of the team
    assert (found["ada"], found["holder"], found["rita"], found["eve"]) == (403, 403, 403, 404)


def test_buyer_does_not_check_himself_in(people: dict[str, Any], order: Order) -> None:
    complete_order(order)
    hugo = order.attendees.get(user=people["holder"])
    document = body("attendee", hugo.pk, is_checked_in=True, checkin_times="2026-11-22T10:00:00Z")
    found = statuses(people, "patch", f"/v1/attendees/{hugo.pk}", document)
    assert found == expected(403, eve=404, rita=200, **of_team(200))


# -- what belongs to orders ------------------------------------------------------------------------


def test_downloads_and_mails_of_an_order_are_its_peoples(people: dict[str, Any], event: Event) -> None:
    bought = order_of(make_ticket(event), people["ada"], status="completed")
    complete_order(bought)
    Attendee.objects.filter(order=bought).update(user=people["holder"])
    base = "/v1/orders"
    seen = expected(404, ada=200, holder=200, **of_team(200))
    assert statuses(people, "post", f"{base}/{bought.identifier}/verify") == seen
    wish = {"data": {"order": str(bought.identifier)}}
    sent = {
        role: client_of(people[role]).post(f"{base}/resend-email", wish, format="json").status_code for role in ROLES
    }
    assert sent == expected(404, ada=403, holder=403, **of_team(200))


def test_statistics_are_the_teams(people: dict[str, Any], event: Event, order: Order) -> None:
    ticket_id = order.lines.get().ticket_id
    for url in (f"/v1/events/{event.identifier}/order-statistics", f"/v1/tickets/{ticket_id}/order-statistics"):
        assert statuses(people, "get", url) == expected(403, **of_team(200))
    counted = send(client_of(people["olga"]), "get", url).json()["data"]["attributes"]
    assert counted["tickets"]["draft"] == 2
    assert counted["sales"]["completed"] == 0


def test_history_of_an_order_is_read_by_the_team(people: dict[str, Any], order: Order) -> None:
    complete_order(order, by=people["olga"], reason="paid in cash")
    url = f"/v1/orders/{order.identifier}/transitions"
    assert statuses(people, "get", url) == expected(404, ada=403, holder=403, **of_team(200))
    history = [row["attributes"] for row in send(client_of(people["olga"]), "get", url).json()["data"]]
    assert [(row["from-status"], row["to-status"], row["reason"], row["by-id"]) for row in history] == [
        ("", "initializing", "placed by cart", str(people["ada"].pk)),
        ("initializing", "completed", "paid in cash", str(people["olga"].pk)),
    ]


def test_pointer_is_named_for_each_forbidden_attribute(people: dict[str, Any], order: Order) -> None:
    document = body("order", order.pk, amount=1, address="Main Street 1", status="completed")
    answer = send(client_of(people["olga"]), "patch", f"/v1/orders/{order.pk}", document)
    assert answer.status_code == 403
    assert pointers(answer) == ["/data/attributes/address", "/data/attributes/amount"]
