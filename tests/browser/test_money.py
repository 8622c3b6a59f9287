"""An order that is paid, given back in part, and cancelled, in a browser."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import expect

from accounts.models import Mail
from orders.models import Order
from payments.models import Refund
from tests.factories import make_paid_ticket, order_of


def test_order_is_cancelled_and_its_money_given_back(
    open_as: Callable[..., Any], people: SimpleNamespace, work_off_queue: Callable[[], list[str]]
) -> None:
    ticket = make_paid_ticket(people.event, "10", quantity=5)
    order = order_of(ticket, people.ada)
    Order.objects.filter(pk=order.pk).update(status="placed", payment_mode="bank")
    page = open_as(people.otto)
    page.goto(f"/admin/orders/order/{order.pk}/change/")
    page.get_by_role("button", name="Mark as paid").click()
    expect(page.get_by_role("link", name="Tickets (PDF)")).to_be_visible()
    work_off_queue()

    page.get_by_role("link", name="Give back a part").click()
    page.get_by_label("Amount").fill("3")
    page.get_by_label("Reason").fill("The dinner was cold.")
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_text("The money is on its way back.")).to_be_visible()
    order.refresh_from_db()
    assert order.status == "completed"  # the ticket stays
    work_off_queue()
    settle(page, Refund.objects.get(order=order), 3)

    page.goto(f"/admin/orders/order/{order.pk}/change/")
    page.get_by_role("button", name="Cancel, and give the money back").click()
    page.get_by_label("Note to the buyer").fill("The hall burnt down.")
    page.get_by_role("button", name="Cancel 1 order").click()
    expect(page.get_by_text("Done for 1 row").first).to_be_visible()
    expect(page.get_by_role("button", name="Cancel, and give the money back")).to_have_count(0)
    work_off_queue()
    order.refresh_from_db()
    ticket.refresh_from_db()
    assert (order.status, ticket.sold, ticket.left) == ("cancelled", 0, 5)
    settle(page, Refund.objects.filter(order=order).latest("pk"), 7)  # what was left of the ten
    mail = Mail.objects.get(action="order_cancelled", recipient=people.ada.email)
    assert "The hall burnt down." in mail.message


def settle(page: Any, refund: Refund, amount: int) -> None:
    """Whoever transfers the money by hand says so on the refund's page."""
    assert (refund.amount, refund.state) == (amount, "pending")
    page.goto(f"/admin/payments/refund/{refund.pk}/change/")
    page.get_by_role("button", name="Paid back by hand").click()
    expect(page.get_by_text("Done for 1 row").first).to_be_visible()
    refund.refresh_from_db()
    assert refund.state == "done"
