"""Lists taken along, mails sent again, and pages on a phone, in a browser as people use them."""

import csv
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Mail
from orders.models import Attendee
from orders.seeding import seed_orders
from tests.factories import make_paid_ticket

Open = Callable[..., Any]


def test_ten_thousand_attendees_are_exported(open_as: Open, people: SimpleNamespace) -> None:
    seed_orders(event=people.event, attendees=10_000)
    page = open_as(people.otto)
    page.goto(f"/admin/orders/attendee/?event={people.event.pk}")
    page.check("thead input[type=checkbox]")
    page.click("text=/Select all 10/")
    page.select_option("select[name=action]", "export")
    page.click("button[name=index]")
    page.wait_for_selector("text=/10.?000 rows/")

    with page.expect_download(timeout=60_000) as download:
        page.click("text=Download")

    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) == Attendee.objects.filter(event=people.event).count() == 10_000
    assert rows[0]["Ticket"]


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
