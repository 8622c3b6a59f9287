"""The frequent things of the day, played in a browser as people do them."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from accounts.models import Mail, Module
from events.models import Event, Session
from orders.models import Order
from payments.models import Refund
from tests.factories import client_of, make_event, make_paid_ticket, make_ticket, make_user, order_of
from ticketing.models import DiscountCode, Ticket

Open = Callable[..., Any]
PASSWORD = "correct horse battery"


def heading(page: Any) -> str:
    return str(page.locator("#header-inner").inner_text())


def test_first_login_asks_to_set_up_the_second_factor(open_as: Open, people: SimpleNamespace, settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    page = open_as()
    page.goto("/admin/")
    page.fill("input[name=username]", people.sue.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/two-factor/**")
    assert page.locator("svg path").count() > 0
    assert page.locator("#secret").inner_text()
    device = TOTPDevice.objects.get(user=people.sue)

    page.fill("input[name=code]", f"{totp(device.bin_key):06d}")
    page.click("button:has-text('Go on')")

    assert len(page.locator(".oe-codes").inner_text().split()) == 10
    page.click("text=Done")
    assert "Home" in heading(page)


def test_event_is_made_with_a_ticket_and_published(open_as: Open, people: SimpleNamespace) -> None:
    page = open_as(people.otto)
    page.click("text=New event")
    page.fill("input[name=name]", "Night of Tools")
    for name, day in (("starts_at", "2031-06-12"), ("ends_at", "2031-06-13")):
        page.fill(f"input[name={name}_0]", day)
        page.fill(f"input[name={name}_1]", "09:00:00")
    page.fill("input[name=timezone]", "Europe/Berlin")
    page.click("input[name=_continue], button[name=_continue]")
    event = Event.objects.get(name="Night of Tools")
    assert event.starts_at.astimezone(event.zone).hour == 9

    page.goto(f"/admin/ticketing/ticket/add/?event={event.pk}")
    page.fill("input[name=name]", "Entry")
    page.select_option("select[name=type]", "free")
    page.fill("input[name=quantity]", "100")
    for name, day in (("sales_starts_at", "2026-01-01"), ("sales_ends_at", "2031-06-12")):
        page.fill(f"input[name={name}_0]", day)
        page.fill(f"input[name={name}_1]", "08:00:00")
    page.click("input[name=_save], button[name=_save]")
    page.wait_for_url("**/ticketing/ticket/")
    assert Ticket.objects.get(event=event).quantity == 100

    page.goto(f"/admin/events/event/{event.pk}/change/")
    page.click("nav button:has-text('Publish')")
    page.wait_for_selector("text=Done for 1 row")
    event.refresh_from_db()
    assert event.is_published


def test_onsite_order_takes_five_clicks_at_most_and_its_pdf_opens(open_as: Open, people: SimpleNamespace) -> None:
    ticket = make_paid_ticket(people.event, "10", name="Entry", quantity=5)
    page, clicks = open_as(people.otto), 0

    def click(selector: str) -> None:
        nonlocal clicks
        clicks += 1
        page.click(selector)

    click("text=Sell on site >> nth=0")
    page.wait_for_url("**/sell/*/")
    click(f"#id_ticket_{ticket.pk}")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type("King")
    page.wait_for_selector("#total:has-text('30.00 EUR')")
    click("label:has-text('And check in now')")
    page.wait_for_timeout(600)  # the price is asked once more
    page.wait_for_selector("#total:has-text('30.00 EUR')")
    click("text=Confirm the sale")
    page.wait_for_url("**/sold/")

    assert clicks <= 5
    order = Order.objects.get(event=people.event)
    assert (order.amount, order.paid_via, order.attendees.filter(is_checked_in=True).count()) == (30, "cash", 3)
    address = page.locator("text=Print the tickets").get_attribute("href")
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def test_sold_out_is_said_at_the_ticket(open_as: Open, people: SimpleNamespace) -> None:
    ticket = make_ticket(people.event, name="Entry", quantity=1)
    page = open_as(people.otto)
    page.goto(f"/admin/orders/order/sell/{people.event.pk}/")

    page.fill(f"#id_ticket_{ticket.pk}", "2")
    page.wait_for_selector("#total")
    page.click("text=Confirm the sale")

    assert "Only 1 left." in page.locator("tr", has_text="Entry").first.inner_text()
    assert not Order.objects.exists()


def test_module_that_is_switched_off_is_off_in_the_api_and_the_back_office(
    open_as: Open, people: SimpleNamespace
) -> None:
    page = open_as(people.sue)
    page.click("a:has-text('Modules')")
    page.click("text=Switch Payment off")
    page.wait_for_selector("text=Payment was switched off")

    assert not Module.load().payment_include
    body = paid_ticket(people.event)
    sent = client_of(people.otto).generic("POST", "/v1/tickets", body, content_type="application/vnd.api+json")
    assert sent.status_code == 403
    assert "payment-include" in sent.content.decode()
    other = open_as(people.otto)
    other.goto(f"/admin/ticketing/ticket/add/?event={people.event.pk}")
    other.fill("input[name=name]", "Entry")
    other.select_option("select[name=type]", "paid")
    other.fill("input[name=price]", "5")
    for name in ("sales_starts_at", "sales_ends_at"):
        other.fill(f"input[name={name}_0]", f"{people.event.starts_at:%Y-%m-%d}")
        other.fill(f"input[name={name}_1]", "01:00:00")
    other.click("button[name=_save], input[name=_save]")
    other.wait_for_selector("text=payment-include")
    assert not Ticket.objects.exists()


def paid_ticket(event: Event) -> str:
    attributes = {"name": "Entry", "type": "paid", "price": 5, "sales-starts-at": "2026-01-01T00:00:00Z"}
    attributes |= {"sales-ends-at": event.starts_at.isoformat(), "quantity": 5}
    relation = {"event": {"data": {"type": "event", "id": str(event.pk)}}}
    return json.dumps({"data": {"type": "ticket", "attributes": attributes, "relationships": relation}})


def test_event_with_two_hundred_sessions_is_copied(open_as: Open, people: SimpleNamespace) -> None:
    starts = people.event.starts_at
    Session.objects.bulk_create(
        Session(event=people.event, title=f"Talk {n}", starts_at=starts + timedelta(minutes=10 * n), state="accepted")
        for n in range(200)
    )
    page = open_as(people.otto)
    page.click("section:has-text('Fair') >> a:has-text('Copy')")
    assert re.search(r"Sessions\s+200", page.inner_text("#content"))
    page.fill("input[name=name]", "Fair 2032")
    page.fill("input[name=starts_at_0]", "2032-03-29")
    page.click("text=Make the copy")
    page.wait_for_selector("text=This is the copy")

    copy = Event.objects.get(name="Fair 2032")
    assert copy.sessions.count() == 200
    assert copy.sessions.order_by("starts_at").first().starts_at == copy.starts_at
    page.click("a:has-text('Programme') >> nth=0")
    expect(page.locator(".oe-slot")).to_have_count(200)


def test_order_is_cancelled_and_its_money_given_back(
    open_as: Open, people: SimpleNamespace, work_off_queue: Callable[[], list[str]]
) -> None:
    order = order_of(make_paid_ticket(people.event, "10"), people.ada)
    Order.objects.filter(pk=order.pk).update(status="placed", payment_mode="bank")
    page = open_as(people.otto)
    page.goto(f"/admin/orders/order/{order.pk}/change/")
    page.click("button:has-text('Mark as paid')")
    page.wait_for_selector("text=Done for 1 row")
    work_off_queue()

    page.click("button:has-text('Cancel, and give the money back')")
    page.fill("textarea[name=cancel_note]", "The hall burnt down.")
    page.click("button:has-text('Cancel 1 order')")
    page.wait_for_selector("text=Done for 1 row")
    work_off_queue()

    refund = Refund.objects.get(order=order)
    assert (refund.amount, refund.state) == (10, "pending")
    page.goto(f"/admin/payments/refund/{refund.pk}/change/")
    page.click("button:has-text('Paid back by hand')")
    page.wait_for_selector("text=Done for 1 row")
    refund.refresh_from_db()
    assert refund.state == "done"
    assert Mail.objects.filter(action="order_cancelled", recipient=people.ada.email).exists()


def test_five_hundred_codes_come_as_a_file(open_as: Open, people: SimpleNamespace) -> None:
    make_paid_ticket(people.event, "10", name="Entry")
    page = open_as(people.otto)
    page.click("a:has-text('Discount codes')")
    page.click("text=Make many codes")
    page.check("input[name=tickets]")
    page.fill("input[name=count]", "500")
    page.fill("input[name=value]", "20")

    with page.expect_download() as download:
        page.click("text=Make them")

    assert len(download.value.path().read_text().splitlines()) == 501
    assert DiscountCode.objects.count() == 500


def test_failed_mail_is_sent_again(open_as: Open, people: SimpleNamespace) -> None:
    mail = Mail.objects.create(
        recipient="a@example.org", action="test", subject="Lost", message="<p>Hi</p>", state="failed"
    )
    page = open_as(people.sue)
    page.click("text=1 mail could not be sent")
    page.click("a:has-text('Lost')")
    page.click("button:has-text('Send again')")
    page.wait_for_selector("text=Done for 1 row")

    mail.refresh_from_db()
    assert mail.state != "failed"


def test_nobody_reaches_by_address_what_is_not_his(open_as: Open, people: SimpleNamespace) -> None:
    other = make_event(name="Secret")
    order = order_of(make_ticket(other), make_user("Nora"))
    otto = open_as(people.otto)
    for address in [
        f"/admin/events/event/{other.pk}/change/",
        f"/admin/orders/order/{order.pk}/change/",
        f"/admin/orders/order/{order.pk}/tickets.pdf",
        f"/admin/orders/order/sell/{other.pk}/",
        "/admin/accounts/user/",
        "/admin/accounts/mail/",
    ]:
        assert otto.request.get(address).status in (403, 404), address
    eve = open_as(people.eve)
    assert "login" in eve.url
    eve.goto(f"/admin/events/event/{people.event.pk}/change/")
    assert "login" in eve.url


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}])
def test_pages_fit_on_a_phone(open_as: Open, people: SimpleNamespace, size: dict[str, int]) -> None:
    make_paid_ticket(people.event, "10", name="Entry")
    page = open_as(people.otto, viewport=size)
    for address in [
        "/admin/",
        f"/admin/orders/order/sell/{people.event.pk}/",
        f"/admin/events/event/{people.event.pk}/copy/",
    ]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
