"""What the browser of an organizer or administrator sends: events, orders, the door, codes, site (F8 to F10)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event
from orders.models import Order
from tests.factories import order_of

from .conftest import Client, ask, link, now, query, resource, sent_back

MAY_BE_MISSING = {"tax", "event-copyright", "speakers-call", "stripe-authorization", "event-type"}


@pytest.fixture
def sold(site: SimpleNamespace) -> list[Order]:
    """Two completed orders of Ada, with names."""
    orders = [order_of(site.free, site.ada) for _ in range(2)]
    for order in orders:
        order.attendees.update(firstname="Ada", lastname="L.", email="ada@example.org")
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(
        status="completed", completed_at=datetime.now(UTC)
    )
    return orders


def test_list_of_own_events(site: SimpleNamespace, sold: list[Order]) -> None:
    client = Client(site.olga)
    wanted = query(ask("state", "eq", "published"), {"or": [ask("ends-at", "ge", now())]})
    events = client.get(
        f"/v1/users/{site.olga.pk}/events?include=general-statistics,roles.role,roles.user,tickets"
        f"&page[size]=10&page[number]=1&sort=starts-at&{wanted}"
    )
    assert [event["attributes"]["name"] for event in events["data"]] == ["Summit"]
    kinds = {row["type"] for row in events["included"]}
    assert kinds == {"event-statistics-general", "users-events-roles", "role", "user", "ticket"}
    assert client.get(f"/v1/events/{site.event.pk}/order-statistics")["data"]["attributes"]["orders"]["total"] == 2
    assert client.get(f"/v1/tickets/{site.paid.pk}/order-statistics")["data"]["attributes"]["orders"]["total"] == 0


def test_dashboard(site: SimpleNamespace) -> None:
    client = Client(site.olga)
    found = client.get(
        f"/v1/events/{site.event.identifier}?include=event-topic,event-sub-topic,event-type,event-copyright,tax,owner,"
        "organizers,coorganizers,track-organizers,registrars,moderators,stripe-authorization"
    )
    links = {name: r["links"].get("related") for name, r in found["data"]["relationships"].items()}
    included = {
        "role-invites": "?include=role",
        "roles": "?include=user,role",
    }
    for name in (
        "sponsors",
        "role-invites",
        "roles",
        "session-types",
        "tracks",
        "microlocations",
        "speakers-call",
        "social-links",
        "general-statistics",
        "order-statistics",
        "tickets",
    ):
        answer = client.http.get(f"{links[name]}{included.get(name, '')}")
        assert answer.status_code == 200, f"{name}: {answer.content[:300]!r}"
    assert links["roles"] == f"/v1/events/{site.event.pk}/users-events-roles"
    for name in MAY_BE_MISSING:
        if links[name]:
            assert client.http.get(links[name]).status_code in (200, 404), name
    zeros = client.get(links["order-statistics"])["data"]["attributes"]
    assert zeros["tickets"]["total"] == zeros["sales"]["total"] == 0


PARTS_OF_THE_WIZARD: list[tuple[str, str, dict[str, Any]]] = [
    ("social-links", "social-link", {"name": "website", "link": "https://example.org"}),
    ("sponsors", "sponsor", {"name": "ACME", "level": 1, "type": "Gold", "url": None, "logo_url": None}),
    ("tracks", "track", {"name": "Main", "color": "#a04b4b", "description": None}),
    ("session-types", "session-type", {"name": "Talk", "length": "00:30"}),
    ("microlocations", "microlocation", {"name": "Hall", "floor": 0, "latitude": None, "longitude": None}),
    ("speakers-calls", "speakers-call", {
        "announcement": "Come!", "privacy": "public", "hash": None,
        "starts_at": "2026-11-22T02:33:00+00:00", "ends_at": "2031-11-22T02:33:00+00:00",
    }),
    ("event-copyrights", "event-copyright", {"licence": "CC BY 4.0", "holder": "Olga", "licence_url": None}),
    ("taxes", "tax", {"name": "VAT", "rate": 19, "country": "DE", "is_tax_included_in_price": False}),
]  # fmt: skip


def test_event_is_created_with_sixty_attributes(site: SimpleNamespace) -> None:
    client = Client(site.eve)
    kinds = client.get("/v1/event-types?sort=name")["data"]
    topics = client.get("/v1/event-topics?include=event-sub-topics&sort=name")
    assert (len(kinds), len(topics["data"])) == (1, 1)
    template = client.get(f"/v1/events/{site.event.identifier}")["data"]["attributes"]
    empty = {name: False if value in (True, False) else None for name, value in template.items()}
    begins = datetime.now(UTC) + timedelta(days=20)
    given = {
        **empty,
        "name": "Workshop",
        "starts-at": begins.isoformat(),
        "ends-at": (begins + timedelta(hours=8)).isoformat(),
        "timezone": "UTC",
        "state": "draft",
        "privacy": "public",
        "schedule-published-on": "1970-01-01T00:00:00.000Z",
    }
    made = client.create("/v1/events", {"data": {"type": "event", "attributes": given}})["data"]
    assert len(made["attributes"]["identifier"]) == 8
    sales = {"sales_starts_at": now(), "sales_ends_at": begins.isoformat()}
    ticket = resource("ticket", None, {"event": link("event", made["id"])}, name="Free", type="free", price=0, **sales)
    client.create("/v1/tickets", ticket)
    assert client.get(f"/v1/events/{made['id']}/tickets")["meta"]["count"] == 1
    of_event = {"event": link("event", made["id"])}
    for path, kind, given in PARTS_OF_THE_WIZARD:
        part = client.create(f"/v1/{path}", resource(kind, None, of_event, **given))["data"]
        assert part["attributes"].items() >= {k.replace("_", "-"): v for k, v in given.items() if v is not None}.items()
    assert client.get(f"/v1/events/{made['attributes']['identifier']}/order-statistics")["data"]


def test_orders_and_attendees(site: SimpleNamespace, sold: list[Order]) -> None:
    client, key = Client(site.olga), site.event.pk
    completed = query(ask("status", "eq", "completed"))
    orders = client.get(
        f"/v1/events/{key}/orders?include=tickets,user,attendees&{completed}&page[size]=10&page[number]=1&sort=-created-at"
    )
    assert orders["meta"]["count"] == 2
    client.get(f"/v1/events/{key}/tags")

    def attendees(*nodes: Any) -> int:
        url = f"/v1/events/{key}/attendees?include=user,ticket&{query(*nodes)}&page[size]=10&page[number]=1"
        with CaptureQueriesContext(connection) as captured:
            found = client.get(f"{url}&sort=-order.completed_at")
        assert len(captured) <= 6, [entry["sql"][:200] for entry in captured]
        assert "Free" in str(found.get("included")) or not found["data"]
        return found["meta"]["count"]  # type: ignore[no-any-return]

    assert attendees({"or": []}) == 2
    for status in ("completed", "placed", "pending", "expired", "cancelled"):
        assert attendees(ask("order", "has", ask("status", "eq", status))) == 2 * (status == "completed")
    assert attendees(ask("is-checked-in", "eq", True)) == 0
    assert attendees(ask("is-checked-in", "eq", False)) == 2

    def search(text: str) -> list[Any]:
        """The box above the list: a number may be a price, and 0 is looked for as none."""
        own = [ask(name, "ilike", f"%{text}%") for name in ("firstname", "lastname", "email")]
        named = ask("ticket", "has", ask("name", "ilike", f"%{text}%"))
        of_price = ask("price", "eq", text) if text != "0" else ask("price", "is_", None)
        priced = [ask("ticket", "has", of_price)] if text.isdecimal() else []
        in_order = ask("order", "has", ask("identifier", "ilike", f"%{text}%"))
        return [{"or": [*own, named, *priced, in_order]}]

    assert attendees(*search("ada")) == 2
    assert attendees(*search("free")) == 2
    assert attendees(*search(str(sold[0].identifier)[:13])) == 1
    assert attendees(*search("nobody")) == 0
    assert attendees(*search("77777777")) == 0
    assert attendees(*search("0")) in (0, 1, 2)  # by the digits of the orders' identifiers
    assert attendees(ask("ticket", "has", ask("price", "eq", 0))) == 2
    assert client.get(f"/v1/events/{key}/orders")["meta"]["count"] == 2
    for order in sold:
        holder = order.attendees.get()
        assert client.get(f"/v1/attendees/{holder.pk}/order")["data"]["id"] == str(order.pk)


def test_attendees_as_a_file(
    site: SimpleNamespace, sold: list[Order], work_off_queue: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client(site.olga)
    with django_capture_on_commit_callbacks(execute=True):
        url = client.get(f"/v1/events/{site.event.identifier}/export/attendees/csv")["task_url"]
    assert client.get(url)["state"] == "WAITING"
    work_off_queue()
    done = client.get(url)
    assert done["state"] == "SUCCESS"
    file = Client().http.get(done["result"]["download_url"])  # the browser follows the link without a token
    assert b"".join(file.streaming_content).count(b"ada@example.org") == 2


def test_check_in_with_the_whole_attendee(site: SimpleNamespace, sold: list[Order]) -> None:
    client, holder = Client(site.rita), sold[0].attendees.get()
    url = f"/v1/attendees/{holder.pk}"

    def scan(**changes: Any) -> dict[str, Any]:
        data = client.get(url)["data"]
        body = {"data": {"type": "attendee", "id": str(holder.pk), "attributes": sent_back(data, **changes)}}
        return client.patch(url, body)["data"]["attributes"]  # type: ignore[no-any-return]

    first, second = "2026-11-22T13:00:00.000Z", "2026-11-23T13:00:00.000Z"
    inside = scan(checkin_times=first, is_checked_in=False)
    assert (inside["is-checked-in"], inside["checkin-times"]) == (True, first)
    again = scan(checkin_times=f"{first},{second}")
    assert again["checkin-times"].split(",") == [first, second]
    still = scan(checkout_times=second)  # the server's times alone count as ways out (API.md)
    assert (still["is-checked-in"], still["checkout-times"]) == (True, None)
    outside = scan(is_checked_out=True)
    assert outside["is-checked-out"] is True
    assert outside["checkout-times"]


def test_codes(site: SimpleNamespace) -> None:
    client, key = Client(site.olga), site.event.pk
    assert client.get(f"/v1/events/{key}/discount-codes?filter=[]&page[size]=10&page[number]=1")["data"] == []
    links = {
        "tickets": [link("ticket", site.paid.pk)],
        "event": link("event", key),
        "marketer": link("user", site.otto.pk),
    }
    until = site.event.starts_at.isoformat()
    code = resource(
        "discount-code", None, links, code="TEN", value=10, type="percent", used_for="ticket", is_active=True,
        tickets_number=10, valid_from=now(), valid_till=until,
    )  # fmt: skip
    made = client.create("/v1/discount-codes", code)["data"]
    assert client.get(f"/v1/discount-codes/{made['id']}/event")["data"]["id"] == str(key)
    active = query({"and": [ask("valid_till", "ge", now()), ask("is-active", "eq", True)]})
    assert client.get(f"/v1/events/{key}/discount-codes?{active}")["meta"]["count"] == 1


def test_back_office_of_administrators(site: SimpleNamespace) -> None:
    client = Client(site.adam)
    for kind in ("events", "users", "mails", "sessions", "groups"):
        found = client.get(f"/v1/admin/statistics/{kind}?filterOptions[name]=id&filterOptions[op]=eq")
        assert found["data"]["type"].startswith("admin-statistics-")
    Event.objects.filter(pk=site.over.pk).update(deleted_at=now())
    trashed = client.get("/v1/events?get_trashed=true&include=roles.role,roles.user,general-statistics&page[size]=10")
    assert {event["attributes"]["name"] for event in trashed["data"]} == {"Summit", "Over"}
    users = client.get(f"/v1/users?get_trashed=true&include=events&{query({'or': []})}&sort=-created-at&page[size]=10")
    assert users["meta"]["count"] == 8
    olga = next(user for user in users["data"] if user["id"] == str(site.olga.pk))
    for role in ("owner", "organizer", "coorganizer", "track-organizer", "registrar", "moderator"):
        events = client.get(olga["relationships"][f"{role}-events"]["links"]["related"])
        assert len(events["data"]) == (role == "owner"), role
    assert client.get("/v1/settings")["data"]["id"] == "1"
    for path in (
        "user-permissions",
        "custom-system-roles",
        "panel-permissions",
        "services",
        "event-role-permissions?page[size]=35",
        "ticket-fees",
        "message-settings",
        "admin/sales/by-events",
        "speaker-image-sizes",
        "event-image-sizes",
        "pages",
    ):
        assert "data" in client.get(f"/v1/{path}"), path
