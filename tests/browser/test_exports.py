"""A long list, taken along in a browser while a real worker writes it."""

import csv
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import expect

from orders.models import Attendee
from orders.seeding import seed_orders

ROWS = 10_000
FORMULA = '=HYPERLINK("http://evil.example";"open me")'


def test_ten_thousand_attendees_are_written_by_a_worker_and_saved_by_the_browser(
    open_as: Callable[..., Any], people: SimpleNamespace, start_worker: Callable[..., Any]
) -> None:
    seed_orders(event=people.event, attendees=ROWS)
    newest = Attendee.objects.filter(event=people.event).latest("pk")
    Attendee.objects.filter(pk=newest.pk).update(company=FORMULA)
    page = open_as(people.otto)
    page.goto(f"/admin/orders/attendee/?event={people.event.pk}")
    page.check("thead input[type=checkbox]")
    page.click("text=/Select all 10/")
    page.select_option("select[name=action]", "export")
    page.click("button[name=index]")
    page.wait_for_selector("text=/10.?000 rows/")
    page.click("button:has-text('Download')")
    page.wait_for_selector("text=It waits for its turn.")
    bar = page.locator("progress")
    expect(bar).to_be_visible()

    with page.expect_download(timeout=120_000) as download:
        start_worker()
        page.wait_for_function("document.querySelector('progress').value > 0", timeout=120_000)  # told how far it is

    expect(page.locator("[role=status]")).to_have_text("10,000 rows are ready.")
    expect(bar).to_be_hidden()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) == Attendee.objects.filter(event=people.event).count() == ROWS
    assert rows[0]["Company"] == f"'{FORMULA}"
    assert {row["Ticket"] for row in rows} <= set(people.event.tickets.values_list("name", flat=True))
    assert len({row["Ticket code"] for row in rows}) == ROWS
    address = page.locator("a[data-file]").get_attribute("href")
    assert page.request.get(address).ok  # once more, for the person
    assert open_as(people.olga).request.get(address).status == 404
