"""What a visitor's browser sends: home, log-in, registration, the page of an event, orders, my tickets (F1 to F7)."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Mail
from accounts.placeholders import fill_in as with_token
from orders.models import Order
from tests.factories import make_discount

from .conftest import PASSWORD, Client, ask, link, now, query, resource, sent_back

PARTS = "include=event-topic,event-sub-topic,event-type,speakers-call"
EVENT_PAGE = (
    "include=social-links,event-copyright,speakers-call,tax,owner,organizers,video-stream,custom-forms,"
    "group,group.followers,group.followers.user"
)


def play_home(client: Client, site: SimpleNamespace) -> None:
    assert client.get("/v1/settings?cache=true&public=true")["data"]["type"] == "setting"
    assert client.get("/v1/pages?cache=true&public=true")["data"][0]["attributes"]["name"] == "About"
    groups = client.get(f"/v1/groups?include=user,follower&page[size]=12&{query(ask('is-promoted', 'eq', True))}")
    assert [group["id"] for group in groups["data"]] == [str(site.group.pk)]
    upcoming = client.get(f"/v1/events/upcoming?upcoming=true&{PARTS}&page[size]=12")
    featured = {
        "and": [ask("state", "eq", "published"), ask("privacy", "eq", "public"), ask("is-featured", "eq", True)]
    }
    wanted = query(featured, {"or": [ask("ends-at", "ge", now())]})
    for found in (upcoming, client.get(f"/v1/events?sort=starts-at&page[size]=6&{PARTS}&{wanted}")):
        [event] = found["data"]
        assert event["attributes"]["name"] == "Summit"
        needed = ("identifier", "starts-at", "ends-at", "timezone", "large-image-url", "logo-url", "is-featured")
        assert event["attributes"].keys() >= set(needed)
        assert {row["type"] for row in found["included"]} == {
            "event-topic",
            "event-sub-topic",
            "event-type",
            "speakers-call",
        }
    names = ("logo-url", "original-image-url", "event-topic", "event-sub-topic", "event-type")
    complete = {"and": [ask(name, "ne", None) for name in names]}
    calls = query(
        {
            "and": [
                ask("state", "eq", "published"),
                ask("privacy", "eq", "public"),
                {"or": [ask("is-featured", "eq", True), ask("is-promoted", "eq", True), complete]},
                ask("is-sessions-speakers-enabled", "eq", True),
                ask("is-demoted", "eq", False),
                ask("speakers-call", "has", ask("privacy", "eq", "public")),
                ask("speakers-call", "has", ask("starts-at", "le", now())),
                ask("speakers-call", "has", ask("ends-at", "ge", now())),
                ask("speakers-call", "has", ask("announcement", "ne", None)),
            ]
        },
        {"or": [ask("ends-at", "ge", now()), ask("starts-at", "ge", now())]},
    )
    assert len(client.get(f"/v1/events?sort=starts-at&page[size]=6&{PARTS}&{calls}")["data"]) == 1


def test_home_of_strangers(site: SimpleNamespace) -> None:
    play_home(Client(), site)


def test_log_in_leads_home(site: SimpleNamespace) -> None:
    client = Client(site.ada)
    user = client.get(f"/v1/users/{site.ada.pk}")["data"]["attributes"]
    assert (user["is-verified"], user["is-admin"], user["is-super-admin"]) == (True, False, False)
    assert user.keys() >= {"email", "first-name", "last-name", "public-name"}
    play_home(client, site)
    followed = client.get(f"/v1/users/{site.ada.pk}/followed-groups?include=group,user")
    assert {row["type"] for row in followed["included"]} == {"group", "user"}
    refresh = Client().post(
        "/auth/session",
        {"username": "ada@example.org", "password": PASSWORD, "remember-me": True, "include-in-response": True},
    )["refresh_token"]
    client.http.credentials(HTTP_AUTHORIZATION=f"JWT {refresh}")
    assert client.post("/v1/auth/token/refresh")["access_token"]


def token_of(action: str) -> str:
    """The token of the newest mail of that kind, as its reader gets it."""
    mail = Mail.objects.filter(action=action).latest("pk")
    found = re.search(r"token=([\w-]+)", with_token(mail.text, mail.nonce))
    assert found, mail.text
    return found[1]


def test_registration_and_forgotten_password(site: SimpleNamespace) -> None:
    client = Client()
    made = client.create(
        "/v1/users",
        resource("user", email="nina@example.org", password=PASSWORD, was_registered_with_order=False),
    )
    client.log_in(username="nina@example.org", password=PASSWORD)
    key = made["data"]["id"]
    assert client.get(f"/v1/users/{key}")["data"]["attributes"]["is-verified"] is False
    client.post("/v1/auth/verify-email", {"data": {"token": token_of("verify_email")}})
    assert client.get(f"/v1/users/{key}")["data"]["attributes"]["is-verified"] is True
    client.post("/v1/auth/reset-password", {"data": {"email": "nina@example.org"}})
    body = {"data": {"token": token_of("reset_password"), "password": "another horse battery"}}
    answer = client.http.patch("/v1/auth/reset-password", body, format="json")
    assert answer.status_code == 200, answer.content
    Client().log_in(username="nina@example.org", password="another horse battery")


def test_page_of_an_event(site: SimpleNamespace) -> None:
    client, identifier, key = Client(), site.event.identifier, site.event.pk
    page = client.get(f"/v1/events/{identifier}?{EVENT_PAGE}")
    assert {row["type"] for row in page["included"]} >= {"social-link", "speakers-call", "tax", "group"}
    on_sale = query({"and": [ask("sales-starts-at", "le", now()), ask("sales-ends-at", "ge", now())]})
    tickets = client.get(f"/v1/events/{key}/tickets?{on_sale}&page[size]=0")["data"]
    assert {ticket["attributes"]["name"] for ticket in tickets} == {"Free", "Paid"}
    for ticket in tickets:
        assert (ticket["attributes"]["min-order"], ticket["attributes"]["max-order"]) == (1, 5)
        needed = ("type", "price", "position", "sales-ends-at", "is-hidden", "is-description-visible")
        assert ticket["attributes"].keys() >= set(needed)
    accepted = {"or": [ask("state", "eq", "accepted"), ask("state", "eq", "confirmed")]}
    talking = ask("sessions", "any", {"and": [ask("deleted-at", "eq", None), accepted]})
    featured = query(ask("is-featured", "eq", "true"), talking)
    speakers = client.get(f"/v1/events/{key}/speakers?{featured}&sort=order&include=sessions.track&page[size]=0")
    assert [speaker["attributes"]["name"] for speaker in speakers["data"]] == ["Ada"]
    assert {row["type"] for row in speakers["included"]} == {"session", "track"}
    assert len(client.get(f"/v1/events/{key}/sponsors?page[size]=0")["data"]) == 1
    available = client.get(f"/v1/events/{identifier}/tickets/availability")
    assert {(row["name"], row["quantity"], row["available"]) for row in available} == {
        ("Free", 50, 50),
        ("Paid", 50, 50),
    }
    assert client.get(f"/v1/events/{identifier}/has-streams") == {"exists": True, "can_access": False}
    for what, fields in (("speakers", "fields[speaker]=id"), ("sessions", "fields[session]=id")):
        counted = client.get(f"/v1/events/{identifier}/{what}?{fields}&page[size]=1")
        assert (counted["meta"]["count"], len(counted["data"])) == (1, 1)
    exhibitors = client.get(f"/v1/events/{identifier}/exhibitors?{query(ask('status', 'eq', 'accepted'))}&page[size]=1")
    assert exhibitors["meta"]["count"] == 1


def choose(client: Client, tickets: list[dict[str, Any]], **more: Any) -> str:
    """Quote the cart and make it an order; the order's identifier."""
    quote = client.post("/v1/orders/calculate-amount", {"tickets": tickets, **more})
    assert quote.keys() >= {"tax", "sub_total", "total", "discount", "tickets"}
    line = {"id", "name", "price", "quantity", "discount", "ticket_fee", "sub_total", "ticket_tax", "discounted_tax"}
    assert quote["tickets"][0].keys() >= line
    made = client.post("/v1/orders/create-order", {"tickets": tickets, **more})
    assert made["data"]["attributes"]["status"] == "initializing"
    return str(made["data"]["attributes"]["identifier"])


def fill_in(client: Client, site: SimpleNamespace, uuid: str, ticket: Any, price: int = 0) -> dict[str, Any]:
    """What the page of a new order reads, and the holders' names; the order as it was read."""
    order = client.get(f"/v1/orders/{uuid}?include=attendees,event")["data"]
    assert client.get(f"/v1/orders/{uuid}/tickets")["data"][0]["id"] == str(ticket.pk)
    mine = query(ask("order", "has", ask("id", "eq", order["id"])))
    assert len(client.get(f"/v1/tickets/{ticket.pk}/attendees?{mine}")["data"]) == 1
    assert client.get(f"/v1/orders/{uuid}/event?include=tax")["included"][0]["type"] == "tax"
    wanted = query(ask("form", "eq", "attendee"))
    forms = client.get(f"/v1/events/{site.event.pk}/custom-forms?{wanted}&page[size]=0&sort=id")["data"]
    assert {form["attributes"]["field-identifier"] for form in forms} >= {"firstname", "lastname", "email"}
    needed = {"is-fixed", "is-included", "is-required", "is-complex", "type", "form", "position", "form-id"}
    assert forms[0]["attributes"].keys() >= needed
    client.get(f"/v1/users/{site.ada.pk}")
    client.post("/v1/orders/calculate-amount", {"tickets": [{"id": str(ticket.pk), "quantity": 1, "price": price}]})
    for attendee in client.get(f"/v1/orders/{uuid}/attendees")["data"]:
        whole = sent_back(attendee, firstname="Ada", lastname="L.", email="ada@example.org")
        links = {"order": link("order", order["id"]), "ticket": link("ticket", ticket.pk)}
        body = {"data": {**link("attendee", attendee["id"]), "attributes": whole, "relationships": _data(links)}}
        client.patch(f"/v1/attendees/{attendee['id']}", body)
    return order


def _data(links: dict[str, Any]) -> dict[str, Any]:
    return {name: {"data": linkage} for name, linkage in links.items()}


def submit(client: Client, site: SimpleNamespace, uuid: str, order: dict[str, Any], **changes: Any) -> dict[str, Any]:
    attendees = client.get(f"/v1/orders/{uuid}/attendees")["data"]
    links = {
        "user": link("user", site.ada.pk),
        "event": link("event", site.event.pk),
        "attendees": [link("attendee", attendee["id"]) for attendee in attendees],
    }
    body = {"data": {"type": "order", "id": order["id"], "attributes": sent_back(order, **changes)}}
    body["data"]["relationships"] = _data(links)
    return client.patch(f"/v1/orders/{uuid}", body)["data"]["attributes"]  # type: ignore[no-any-return]


def test_free_order(site: SimpleNamespace) -> None:
    client = Client(site.ada)
    uuid = choose(client, [{"id": str(site.free.pk), "quantity": 1, "price": 0}])
    order = fill_in(client, site, uuid, site.free)
    done = submit(client, site, uuid, order, status="completed", payment_mode="free")
    assert done["status"] == "completed"
    holder = Order.objects.get(identifier=uuid).attendees.get()
    assert (holder.firstname, holder.lastname) == ("Ada", "L.")
    assert play_order_page(client, site, uuid, is_paid=True)["attributes"]["status"] == "completed"


def play_order_page(client: Client, site: SimpleNamespace, uuid: str, is_paid: bool = False) -> dict[str, Any]:
    assert client.post(f"/v1/orders/{uuid}/verify") == {"payment_status": is_paid}
    order = client.get(f"/v1/orders/{uuid}?include=attendees,tickets,event")
    client.get(f"/v1/orders/{uuid}/event")
    [ticket] = client.get(f"/v1/orders/{uuid}/tickets")["data"]
    client.get(f"/v1/orders/{uuid}/attendees")
    either = query({"or": [ask("form_id", "eq", ticket["attributes"]["form-id"]), ask("is_required", "eq", True)]})
    assert client.get(f"/v1/events/{site.event.pk}/custom-forms?{either}&page[size]=700&sort=id")["data"]
    return order["data"]  # type: ignore[no-any-return]


def test_paid_order_with_a_discount_by_bank_transfer(site: SimpleNamespace, work_off_queue: Any, settings: Any) -> None:
    code = make_discount(site.event, site.paid, code="HALF", value=50)
    client, identifier = Client(site.ada), site.event.identifier
    client.get(f"/v1/events/{identifier}/access-codes/HALF", status=404)
    found = client.get(f"/v1/events/{identifier}/discount-codes/HALF?include=event,tickets")["data"]
    assert client.get(f"/v1/discount-codes/{found['id']}/event")["data"]["id"] == str(site.event.pk)
    tickets = [{"id": str(site.paid.pk), "quantity": 1, "price": 10}]
    quote = client.post("/v1/orders/calculate-amount", {"discount-code": str(code.pk), "tickets": tickets})
    assert (quote["total"], quote["tickets"][0]["discount"]["amount"]) == (5, 5)
    uuid = choose(client, tickets, **{"discount-code": str(code.pk)})
    order = fill_in(client, site, uuid, site.paid, price=10)
    assert client.get(f"/v1/discount-codes/{code.pk}")["data"]["attributes"]["code"] == "HALF"
    assert submit(client, site, uuid, order, status="pending", payment_mode=None)["status"] == "pending"
    order = play_order_page(client, site, uuid)
    assert submit(client, site, uuid, order, status="placed", payment_mode="bank")["status"] == "placed"
    play_order_page(client, site, uuid)

    client.patch(f"/v1/orders/{uuid}", resource("order", order["id"], status="completed"), status=403)
    Client(site.olga).patch(f"/v1/orders/{uuid}", resource("order", order["id"], status="completed"))
    attendee = Order.objects.get(identifier=uuid).attendees.get()
    for url in (f"/v1/orders/attendees/{attendee.pk}.pdf", f"/v1/tickets/{uuid}", f"/v1/orders/invoices/{uuid}"):
        answer = client.http.get(url)
        assert answer.status_code == 200, url
        assert answer.content.startswith(b"%PDF-"), url


def test_my_tickets_and_my_sessions(site: SimpleNamespace) -> None:
    client = Client(site.ada)
    uuid = choose(client, [{"id": str(site.free.pk), "quantity": 1, "price": 0}])
    order = fill_in(client, site, uuid, site.free)
    submit(client, site, uuid, order, status="completed", payment_mode="free")
    states = {"or": [ask("status", "eq", "completed"), ask("status", "eq", "placed")]}
    still = ask("event", "has", ask("starts-at", "ge", now()))
    wanted = query({"and": [still, states, ask("event", "has", ask("deleted-at", "eq", None))]})
    url = (
        f"/v1/users/{site.ada.pk}/orders?page[size]=10&page[number]=1&include=event,attendees.ticket,user"
        f"&sort=event.starts-at&{wanted}"
    )
    with CaptureQueriesContext(connection) as captured:
        found = client.get(url)
    assert [order["attributes"]["identifier"] for order in found["data"]] == [uuid]
    assert {row["type"] for row in found["included"]} == {"event", "attendee", "ticket", "user"}
    assert len(captured) <= 10, "a list with four includes"
    client.get(f"/v1/orders/{uuid}/event")
    assert len(client.get(f"/v1/orders/{uuid}/attendees")["data"]) == 1
    times = query({"or": [ask("starts-at", "ge", now()), ask("starts-at", "eq", None)]})
    sessions = client.get(f"/v1/users/{site.ada.pk}/sessions?include=event&sort=starts-at&{times}")
    assert [session["attributes"]["title"] for session in sessions["data"]] == ["Talk"]


@pytest.mark.parametrize("name", ["", "eve"])
def test_strangers_see_none_of_it(site: SimpleNamespace, name: str) -> None:
    ada = Client(site.ada)
    uuid = choose(ada, [{"id": str(site.free.pk), "quantity": 1, "price": 0}])
    other = Client(getattr(site, name) if name else None)
    for path in (f"orders/{uuid}", f"orders/{uuid}/attendees", f"users/{site.ada.pk}/orders"):
        assert other.http.get(f"/v1/{path}").status_code in (401, 403, 404), path
