"""Selling on site and codes, in a browser: at most five clicks, tickets that open, and what is refused at its field."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from playwright.sync_api import expect

from orders.models import Attendee, Order
from tests.factories import make_paid_ticket, make_ticket, order_of
from ticketing.models import DiscountCode, Ticket

Open = Callable[..., Any]


def sell_by_mouse(page: Any, ticket: Ticket) -> int:
    """From the home page: three tickets for Ada King, in cash, and checked in. How many clicks it took."""
    clicked = []

    def click(selector: str) -> None:
        clicked.append(selector)
        page.click(selector)

    click("text=Sell on site >> nth=0")
    click(f"#id_ticket_{ticket.pk}")
    page.keyboard.type("3")
    click("#id_firstname")
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type("King")
    click("label:has-text('And check in now')")
    expect(page.locator("#total")).to_have_text("30.00 EUR")
    click("text=Confirm the sale")
    return len(clicked)


def sell_by_keyboard(page: Any, ticket: Ticket) -> int:
    """The same without a mouse, from the first field, which has the focus."""
    page.goto(f"/admin/orders/order/sell/{ticket.event_id}/")
    expect(page.locator(f"#id_ticket_{ticket.pk}")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type("King")
    while page.evaluate("document.activeElement.id") != "id_check_in":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#total")).to_have_text("30.00 EUR")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    return 0


@pytest.mark.parametrize("sell", [sell_by_mouse, sell_by_keyboard])
def test_onsite_order_takes_five_clicks_at_most_and_its_tickets_open(
    open_as: Open, people: SimpleNamespace, sell: Callable[[Any, Ticket], int]
) -> None:
    ticket = make_paid_ticket(people.event, "10", name="Entry", quantity=5)
    page = open_as(people.otto)
    clicks = sell(page, ticket)
    page.wait_for_url("**/sold/")

    assert clicks <= 5
    order = Order.objects.get(event=people.event)
    assert (order.amount, order.paid_via, order.attendees.filter(is_checked_in=True).count()) == (30, "cash", 3)
    expect(page.locator("td:has-text('Ada King')")).to_have_count(3)
    expect(page.get_by_role("button", name="Check in now")).to_have_count(0)  # they are in
    pdf = page.get_by_role("link", name="Print the tickets")
    answer = page.request.get(pdf.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.body())
    read = [zxingcpp.read_barcodes(sheet.render(scale=2).to_pil()) for sheet in document]
    codes = {code.text for (code,) in read}
    assert codes == {attendee.ticket_code for attendee in Attendee.objects.filter(order=order)}
    assert all("Ada King" in sheet.get_textpage().get_text_bounded() for sheet in document)


def test_what_cannot_be_sold_is_said_at_its_field_and_nothing_is_half_done(
    open_as: Open, people: SimpleNamespace
) -> None:
    entry = make_ticket(people.event, name="Entry", quantity=2)
    late = make_ticket(people.event, name="Late", sales_ends_at=timezone.now() - timedelta(hours=1))
    page = open_as(people.otto)
    page.goto(f"/admin/orders/order/sell/{people.event.pk}/")

    def confirm(ticket: Ticket, quantity: int, says: str, shown: str = "") -> None:
        page.fill(f"#id_ticket_{ticket.pk}", str(quantity))
        expect(page.locator("#price")).to_contain_text(shown or f"{quantity} × {ticket.name}")
        page.get_by_role("button", name="Confirm the sale").click()
        expect(page.locator("tr", has=page.locator(f"#id_ticket_{ticket.pk}")).get_by_role("alert")).to_have_text(says)

    page.fill("#id_firstname", "Ada")
    order_of(entry, people.ada)  # somebody was quicker
    confirm(entry, 2, "Only 1 left.")
    order_of(entry, people.ada)
    confirm(entry, 1, "Sold out.")
    page.fill(f"#id_ticket_{entry.pk}", "")
    confirm(late, 1, "The sale of Late has ended.", shown="has ended")
    assert page.input_value("#id_firstname") == "Ada"  # what was typed stays
    page.fill(f"#id_ticket_{late.pk}", "")
    page.fill("#id_discount_code", "NONE")
    page.get_by_label("Sell although the sale is closed").check()
    page.fill(f"#id_ticket_{late.pk}", "1")
    page.get_by_role("button", name="Confirm the sale").click()
    expect(page.locator(".oe-field", has=page.locator("#id_discount_code")).get_by_role("alert")).to_be_visible()
    assert Order.objects.filter(event=people.event).count() == 2  # Ada's
    entry.refresh_from_db()
    assert (entry.sold, entry.reserved, entry.left) == (0, 2, 0)  # hers alone


def test_five_hundred_codes_come_as_a_file_and_each_is_worth_what_it_says(
    open_as: Open, people: SimpleNamespace
) -> None:
    entry = make_paid_ticket(people.event, "10", name="Entry")
    make_paid_ticket(people.event, "50", name="Dinner")
    page = open_as(people.otto)
    page.get_by_role("link", name="Discount codes").first.click()
    page.get_by_role("link", name="Make many codes").click()
    page.get_by_label("Entry").check()
    page.get_by_label("How many codes").fill("500")
    page.get_by_label("Each begins with").fill("CREW-")
    page.get_by_label("Discount", exact=True).fill("20")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make them, and download the list").click()

    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    codes = {row["code"] for row in rows}
    assert (len(rows), len(codes)) == (500, 500)
    assert codes == set(DiscountCode.objects.values_list("code", flat=True))
    assert all(code.startswith("CREW-") for code in codes)
    assert set(DiscountCode.objects.values_list("tickets", flat=True)) == {entry.pk}
    page.goto(f"/admin/orders/order/sell/{people.event.pk}/")
    page.fill(f"#id_ticket_{entry.pk}", "1")
    page.fill("#id_discount_code", rows[250]["code"])
    expect(page.locator("#total")).to_have_text("8.00 EUR")
