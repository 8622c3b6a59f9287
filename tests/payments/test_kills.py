"""Processes that are killed while they charge and give back: by SIGKILL, at each step, before and after it.

Each child does what a web process or a worker does, in a process of its own, on rows that are committed. Afterwards the
sweepers run, and nothing may be half.
"""

import gc
import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from openevent.local.paypal_server import Bank
from orders.bookkeeping import differences as stock_differences
from orders.models import Order
from orders.services import cancel_order
from payments.ledger import differences
from payments.models import Payment, Refund, WebhookEvent
from payments.services import charge_order, create_paypal_payment, refund_order
from payments.tasks import carry_out_refund_task, process_webhook_task
from tests.factories import client_of
from tests.jsonapi import body, send
from ticketing.models import Ticket

from .conftest import VISA, intents
from .test_faults import work

MOMENTS = ("before", "after")
CHARGE_STEPS = [
    "payments.services.charging.claim",
    "payments.providers.stripe.Stripe.start",
    "payments.services.charging.settle_payment",
    "payments.services.settling.complete_order",
    "payments.services.settling.book_payment",
    "payments.services.charging.release",
]
PAYPAL_STEPS = ["payments.providers.paypal.PayPal.confirm", "payments.services.charging.settle_payment"]
WEBHOOK_STEPS = ["payments.services.webhooks.claim", "payments.services.webhooks.settle_payment"]
REFUND_STEPS = [
    "payments.services.refunding.claim",
    "payments.providers.stripe.Stripe.refund",
    "payments.services.refunding._settle",
    "payments.services.refunding.book_refund",
    "payments.services.refunding.release",
]


def places(steps: list[str]) -> list[tuple[str, str]]:
    return [(step, moment) for step in steps for moment in MOMENTS]


def let_die(step: str, moment: str, act: Callable[[], Any]) -> None:
    """Run ``act`` in a process that is killed there; nothing of its own is cleaned up."""
    connection.close()  # a socket that two processes share would be nobody's
    child = multiprocessing.get_context("fork").Process(target=_act_and_die, args=(step, moment, act))
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL, f"{moment} {step}: it ended with {child.exitcode}"


def _act_and_die(step: str, moment: str, act: Callable[[], Any]) -> None:
    holder, _, name = step.rpartition(".")
    place = _find(holder)
    original = getattr(place, name)

    def dies(*args: Any, **kwargs: Any) -> Any:
        if moment == "after":
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    gc.disable()  # it would touch, and hence copy, the memory that is shared with the parent
    setattr(place, name, dies)  # in this process alone
    act()


def _find(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name) if name[0].isupper() else importlib.import_module(path)


@pytest.fixture
def hall(ticket: Ticket) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(quantity=100)
    return ticket


def demand_all_is_well(ticket: Ticket, sold: int) -> None:
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (sold, 0)
    assert not list(differences(ask_providers=True))
    assert not list(stock_differences())


@pytest.mark.django_db(transaction=True)
def test_killed_charge_is_finished_once(
    cast: SimpleNamespace, hall: Ticket, ordered: Callable[..., Order], stripe_url: str, paypal_server: Bank
) -> None:
    def charge(order: Order, **tokens: Any) -> None:
        url = f"/v1/orders/{order.identifier}/charge"
        send(client_of(cast.ada), "post", url, body("charge", **tokens))

    charge(ordered(), stripe=VISA)  # what is imported with the first request is not imported in each child
    cards = {place: ordered() for place in places(CHARGE_STEPS)}
    for place, order in cards.items():
        let_die(*place, lambda order=order: charge(order, stripe=VISA))
    wallets = {place: ordered("paypal") for place in places(PAYPAL_STEPS)}
    for place, order in wallets.items():
        payment_id = str(create_paypal_payment(order=order).provider_id)
        payer = paypal_server.approve(payment_id).partition("PayerID=")[2]
        ids = {"paypal_payment_id": payment_id, "paypal_payer_id": payer}
        let_die(*place, lambda order=order, ids=ids: charge(order, **ids))
    told = {place: ordered("paypal") for place in places(WEBHOOK_STEPS)}
    for place, order in told.items():
        payment_id = str(create_paypal_payment(order=order).provider_id)
        paypal_server.execute(payment_id, paypal_server.approve(payment_id).partition("PayerID=")[2])
        sale = {"resource": {"id": "S", "parent_payment": payment_id}}
        event = WebhookEvent.objects.create(provider="paypal", event_id=payment_id, payload=sale)
        let_die(*place, lambda event=event: process_webhook_task.apply([event.pk]))

    for minutes in (5, 10):
        work(timezone.now() + timezone.timedelta(minutes=minutes))

    states = {place: Order.objects.get(pk=order.pk).status for place, order in {**cards, **told}.items()}
    assert set(states.values()) == {"completed"}, states
    for order in cards.values():
        assert [i["status"] for i in intents(stripe_url, order)] == ["succeeded"]
    # PayPal takes money when it is executed: one that was killed before that waits for its buyer
    unpaid = wallets.pop((PAYPAL_STEPS[0], "before"))
    assert Order.objects.get(pk=unpaid.pk).status == "pending"
    assert {Order.objects.get(pk=order.pk).status for order in wallets.values()} == {"completed"}
    work(timezone.now() + timezone.timedelta(hours=2))
    assert Order.objects.get(pk=unpaid.pk).status == "expired"
    demand_all_is_well(hall, 1 + len(cards) + len(wallets) + len(told))


@pytest.mark.django_db(transaction=True)
def test_killed_refund_is_finished_once(hall: Ticket, ordered: Callable[..., Order], stripe_url: str) -> None:
    orders = {place: ordered() for place in places(REFUND_STEPS)}
    for place, order in orders.items():
        charge_order(order=order, stripe=VISA)
        cancel_order(order)
        (refund,) = refund_order(order=order)
        let_die(*place, lambda refund=refund: carry_out_refund_task.apply([refund.pk]))

    for minutes in (5, 10, 20):
        work(timezone.now() + timezone.timedelta(minutes=minutes))

    assert list(Refund.objects.values_list("state", flat=True)) == ["done"] * len(orders)
    assert set(Payment.objects.values_list("state", flat=True)) == {"refunded"}
    for order in orders.values():
        (intent,) = intents(stripe_url, order)
        assert intent["latest_charge"]["amount_refunded"] == 1999
    demand_all_is_well(hall, 0)
