"""A mail that the mail server refused, seen and sent again by who runs the event."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from accounts.models import Mail
from orders.services import cancel_order
from tests.factories import make_ticket, order_of
from tests.smtp import mail_server


def test_refused_mail_is_found_on_the_home_page_and_sent_again(
    open_as: Callable[..., Any], people: SimpleNamespace, start_worker: Callable[..., Any]
) -> None:
    order = order_of(make_ticket(people.event), people.ada)
    with mail_server() as (box, port):
        box.rcpt_refusal = "550 no such mailbox"
        start_worker(EMAIL_URL=f"smtp://127.0.0.1:{port}")
        cancel_order(order, by=people.otto)
        page = open_as(people.otto)
        reload_until(page, "text=Fair: 1 mail could not be sent.")

        page.click("text=Fair: 1 mail could not be sent.")
        page.click("th a, td a >> text=Fair")
        assert "550" in page.inner_text("#content")
        box.rcpt_refusal = ""
        page.click("button:has-text('Send again')")
        page.wait_for_selector("text=Done for 1 row")
        page.goto("/admin/accounts/mail/?action=order_cancelled")
        reload_until(page, ".oe-badge:has-text('Sent')")

        assert box.recipients == [people.ada.email]
    assert Mail.objects.get(action="order_cancelled").attempts == 1
    page.goto("/admin/")
    assert "could not be sent" not in page.inner_text("#content")


def reload_until(page: Any, selector: str) -> None:
    for _ in range(60):
        if page.locator(selector).count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"{selector} does not appear")
