"""A switch of the site, in a browser: it holds in the API and in the back office, and goes back on."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import expect

from accounts.auth.jwt import AccessToken
from events.models import Event
from tests.factories import make_paid_ticket
from ticketing.models import Ticket

Open = Callable[..., Any]


def test_module_that_is_switched_off_is_off_in_the_api_and_the_back_office(
    open_as: Open, people: SimpleNamespace
) -> None:
    old = make_paid_ticket(people.event, "10", name="Old")
    page, other = open_as(people.sue), open_as(people.otto)
    assert post_ticket(other, people, "Before") == 201
    page.get_by_role("link", name="Modules").click()
    page.get_by_role("button", name="Switch Payment off").click()
    expect(page.get_by_text("Payment was switched off").first).to_be_visible()

    assert post_ticket(other, people, "During") == 403
    assert buy_by_api(other, people, old) == 403
    add_ticket(other, people.event)
    expect(other.locator("#content").get_by_text("payment-include").first).to_be_visible()
    other.goto(f"/admin/orders/order/sell/{people.event.pk}/")
    other.fill(f"#id_ticket_{old.pk}", "1")
    expect(other.locator("#price").get_by_role("alert")).to_contain_text("switched off")
    assert not Ticket.objects.filter(name__in=["During", "Desk"]).exists()

    page.get_by_role("button", name="Switch Payment on").click()
    expect(page.get_by_text("Payment was switched on").first).to_be_visible()
    assert post_ticket(other, people, "After") == 201
    assert buy_by_api(other, people, old) == 200
    add_ticket(other, people.event)
    expect(other.get_by_text("was added successfully")).to_be_visible()
    assert Ticket.objects.filter(name="Desk").exists()


def send(page: Any, people: SimpleNamespace, address: str, body: dict[str, Any]) -> int:
    """What the running server answers an app that works for Otto."""
    headers = {"Authorization": f"JWT {AccessToken.for_user(people.otto)}", "Content-Type": "application/vnd.api+json"}
    return int(page.request.post(address, headers=headers, data=json.dumps(body)).status)


def post_ticket(page: Any, people: SimpleNamespace, name: str) -> int:
    attributes = {"name": name, "type": "paid", "price": 5, "sales-starts-at": "2026-01-01T00:00:00Z"}
    attributes |= {"sales-ends-at": people.event.starts_at.isoformat(), "quantity": 5}
    relation = {"event": {"data": {"type": "event", "id": str(people.event.pk)}}}
    body = {"data": {"type": "ticket", "attributes": attributes, "relationships": relation}}
    return send(page, people, "/v1/tickets", body)


def buy_by_api(page: Any, people: SimpleNamespace, ticket: Ticket) -> int:
    return send(page, people, "/v1/orders/create-order", {"tickets": [{"id": ticket.pk, "quantity": 1}]})


def add_ticket(page: Any, event: Event) -> None:
    """By the form of the back office."""
    page.goto(f"/admin/ticketing/ticket/add/?event={event.pk}")
    page.fill("input[name=name]", "Desk")
    page.select_option("select[name=type]", "paid")
    page.fill("input[name=price]", "5")
    for name in ("sales_starts_at", "sales_ends_at"):
        page.fill(f"input[name={name}_0]", f"{event.starts_at:%Y-%m-%d}")
        page.fill(f"input[name={name}_1]", "01:00" if name.endswith("starts_at") else "02:00")
    page.get_by_role("button", name="Save", exact=True).click()
