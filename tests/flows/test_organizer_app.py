"""What the organizers' app on a phone sends (O1 to O10)."""

import base64
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from events.models import Session
from orders.models import Order
from tests.factories import order_of
from tests.jsonapi import ref

from .conftest import PASSWORD, Client, link, resource

FIELDS = "fields[event]=id&fields[ticket]=id"


@pytest.fixture
def order(site: SimpleNamespace) -> Order:
    order = order_of(site.free, site.ada)
    order.attendees.update(firstname="Ada", lastname="L.", email="ada@example.org")
    Order.objects.filter(pk=order.pk).update(status="completed", completed_at=datetime.now(UTC))
    return order


def test_sign_up_and_log_in(site: SimpleNamespace) -> None:
    client = Client()
    assert client.post("/v1/users/check_email", {"email": "olga@example.org"})["exists"] is True
    assert client.post("/v1/users/check_email", {"email": "nina@example.org"})["exists"] is False
    extra = {"is_admin": False, "admin": False, "verified": False, "is_super_admin": False}
    client.create("/v1/users", resource("user", email="nina@example.org", password=PASSWORD, first_name="N", **extra))
    assert client.log_in(email="olga@example.org", password=PASSWORD)["access_token"]


def test_events_and_dashboard(site: SimpleNamespace, order: Order) -> None:
    client, key = Client(site.olga), site.event.pk
    client.get(f"/v1/users/{site.olga.pk}")
    [event] = client.get(f"/v1/users/{site.olga.pk}/events?page[size]=0")["data"]
    assert event["attributes"].keys() >= {"name", "starts-at", "ends-at", "timezone", "state", "identifier"}
    assert datetime.fromisoformat(event["attributes"]["starts-at"]).utcoffset() is not None
    assert {row["type"] for row in client.get(f"/v1/events/{key}?include=tickets")["included"]} == {"ticket"}
    sales = client.get(f"/v1/events/{key}/order-statistics")["data"]["attributes"]
    assert all(isinstance(sales[name], dict) for name in ("tickets", "orders", "sales"))
    speakers = client.get(f"/v1/events/{key}/general-statistics")["data"]["attributes"]["speakers"]
    assert isinstance(speakers, dict)


@pytest.mark.parametrize("page", ["page[size]=0", "page[size]=20&page[number]=1"])
def test_attendees_have_what_a_qr_code_is_compared_with(site: SimpleNamespace, order: Order, page: str) -> None:
    found = Client(site.rita).get(f"/v1/events/{site.event.pk}/attendees?include=order,ticket,event&{FIELDS}&{page}")
    [attendee] = found["data"]
    assert attendee["attributes"]["firstname"] == "Ada"
    assert attendee["attributes"]["identifier"].isdecimal()
    [included] = [row for row in found["included"] if row["type"] == "order"]
    assert included["attributes"]["identifier"] == str(order.identifier)
    assert {row["type"] for row in found["included"]} == {"order", "ticket", "event"}
    assert attendee["relationships"]["order"]["data"]["id"] == included["id"]


def test_scans(site: SimpleNamespace, order: Order) -> None:
    client, holder = Client(site.rita), order.attendees.get()
    url = f"/v1/attendees/{holder.pk}?include=ticket,event,order&{FIELDS}"

    def scan(is_checked_in: bool, time: str) -> dict[str, Any]:
        attributes = {
            "identifier": holder.pk,
            "enabled": True,
            "checked_in": is_checked_in,
            "is_checked_in": is_checked_in,
            "firstname": "Ada",
            "lastname": "L.",
            "email": "ada@example.org",
            "checkin_times": time,
        }
        answer = client.patch(url, resource("attendee", str(holder.pk), **attributes))
        assert {row["type"] for row in answer["included"]} == {"order", "ticket", "event"}
        assert answer["data"]["relationships"].keys() >= {"order", "ticket", "event"}
        return answer["data"]["attributes"]  # type: ignore[no-any-return]

    inside = scan(True, "2026-11-22T02:31:24.002+01:00")
    assert (inside["is-checked-in"], inside["checkin-times"]) == (True, "2026-11-22T02:31:24.002+01:00")
    assert scan(False, "2026-11-22T03:31:24.002+01:00")["is-checked-in"] is False


def test_orders(site: SimpleNamespace, order: Order) -> None:
    client, uuid = Client(site.olga), order.identifier
    listed = client.get(f"/v1/events/{site.event.pk}/orders?include=event&fields[event]=id&page[size]=0")
    assert listed["data"][0]["attributes"]["identifier"] == str(uuid)
    assert client.get(f"/v1/orders/{uuid}?include=event")["included"][0]["type"] == "event"
    assert client.get(f"/v1/orders/{uuid}/attendees?include=order,ticket,event&{FIELDS}")["data"]
    assert client.get(f"/v1/orders/{uuid}/tickets?include=event&fields[event]=id")["data"]
    assert client.post("/v1/attendees/send-receipt", {"order-identifier": str(uuid)})
    on_site = resource(
        "order",
        None,
        {"event": link("event", site.event.pk)},
        on_site_tickets=[{"id": str(site.free.pk), "quantity": "2"}],
    )
    made = client.create("/v1/orders?onsite=true", on_site)["data"]
    assert len(client.get(f"/v1/orders/{made['id']}/attendees")["data"]) == 2


def test_tickets(site: SimpleNamespace) -> None:
    client, key = Client(site.olga), site.event.pk
    assert client.get(f"/v1/events/{key}/tickets?include=event&fields[event]=id&page[size]=0")["meta"]["count"] == 2
    begins = datetime.now(UTC)
    body = resource(
        "ticket",
        None,
        {"event": link("event", key)},
        name="Early",
        type="free",
        price=0,
        quantity=10,
        sales_starts_at=begins.isoformat(),
        sales_ends_at=(begins + timedelta(days=2)).isoformat(),
        ticket_delegate={},
        is_checkin_restricted=False,
        checkin_restricted=False,
    )
    made = client.create("/v1/tickets", body)["data"]
    changed = client.patch(f"/v1/tickets/{made['id']}", resource("ticket", made["id"], name="Earlier"))
    assert changed["data"]["attributes"]["name"] == "Earlier"
    client.http.delete(f"/v1/tickets/{made['id']}")
    assert client.get(f"/v1/events/{key}/tickets")["meta"]["count"] == 2


def test_event_is_sent_back_whole(site: SimpleNamespace) -> None:
    client, key = Client(site.olga), site.event.pk
    whole = client.get(f"/v1/events/{key}")["data"]["attributes"]
    extra = {"header": "A", "header-id": 7, "total-attendees": {}, "state": "published", "name": "Great Summit"}
    body = {"data": {"type": "event", "id": str(key), "attributes": {**whole, **extra}}}
    answer = client.patch(f"/v1/events/{key}", body)["data"]["attributes"]
    assert answer == {**whole, "name": "Great Summit"}


def test_picture_of_an_event_is_uploaded_and_its_sizes_follow(
    site: SimpleNamespace, work_off_queue: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client, key = Client(site.olga), site.event.pk
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), "teal").save(out, format="JPEG")
    data = f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
    url = client.post("/v1/upload/image", {"data": data})["url"]
    whole = client.get(f"/v1/events/{key}")["data"]["attributes"]
    body = {"data": {"type": "event", "id": str(key), "attributes": {**whole, "original-image-url": url}}}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.patch(f"/v1/events/{key}", body)["data"]["attributes"]["original-image-url"] == url
    work_off_queue()
    shown = client.get(f"/v1/events/{key}")["data"]["attributes"]
    for name in ("original", "large", "thumbnail", "icon"):
        address = shown[f"{name}-image-url"]
        answer = Client().http.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg"), name


PARTS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("tracks", "track", {"name": "A", "color": "#102030"}, {"name": "B"}),
    ("faqs", "faq", {"question": "Why?", "answer": "So."}, {"answer": "Because."}),
    ("sponsors", "sponsor", {"name": "ACME", "level": 1}, {"name": "EMCA"}),
    ("speakers", "speaker", {"name": "Bob", "email": "bob@example.org"}, {"name": "Bobby"}),
    ("sessions", "session", {"title": "T", "level": "Beginner", "state": "draft"}, {"title": "U"}),
    ("speakers-calls", "speakers-call", {}, {"announcement": "Come!"}),
    ("session-types", "session-type", {"name": "Talk", "length": "00:30"}, {"name": "Long talk"}),
    ("microlocations", "microlocation", {"name": "Hall"}, {"name": "Great hall"}),
    ("social-links", "social-link", {"name": "x", "link": "https://example.org/x"}, {"name": "y"}),
]


def test_parts_are_listed_created_changed_and_deleted(site: SimpleNamespace) -> None:
    client, key = Client(site.olga), site.event.pk
    call = client.get(f"/v1/events/{key}/speakers-call")["data"]
    for path, kind, given, changes in PARTS:
        if kind == "speakers-call":
            pk = call["id"]
        else:
            pk = client.create(f"/v1/{path}", resource(kind, None, {"event": ref("event", site.event)}, **given))[
                "data"
            ]["id"]
            assert client.get(f"/v1/events/{key}/{path}?include=event&fields[event]=id&page[size]=0")["data"], path
        found = client.patch(f"/v1/{path}/{pk}", resource(kind, pk, **changes))["data"]["attributes"]
        assert found.items() >= changes.items(), path
        deleted = client.http.delete(f"/v1/{path}/{pk}")
        assert deleted.json()["meta"]["message"] == "Object successfully deleted", path
    assert Session.objects.filter(event=key).count() == 1


def test_team_is_invited(site: SimpleNamespace) -> None:
    client, key = Client(site.olga), site.event.pk
    roles = {role["attributes"]["name"]: role["id"] for role in client.get("/v1/roles?page[size]=0")["data"]}
    links = {"event": link("event", key), "role": link("role", roles["organizer"])}
    invite = resource("role-invite", None, links, email="nina@example.org", role_name="organizer")
    made = client.create("/v1/role-invites", invite)["data"]
    assert client.get(f"/v1/events/{key}/role-invites?include=role")["meta"]["count"] == 1
    client.http.delete(f"/v1/role-invites/{made['id']}")
    assert client.get(f"/v1/events/{key}/role-invites")["meta"]["count"] == 0
