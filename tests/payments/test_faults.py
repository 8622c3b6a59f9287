"""Everything that goes wrong between a buyer, a provider and us: whatever happens, there is no money without a ticket
or a refund, no ticket without money, and never two charges."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import requests
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Mail
from openevent.local.paypal_server import Bank, message
from orders.models import Order
from orders.services import expire_order, expire_overdue
from payments.ledger import differences
from payments.models import WebhookEvent
from payments.services import (
    charge_order,
    create_paypal_payment,
    process_webhook,
    sweep_payments,
    sweep_refunds,
    sweep_webhooks,
)
from tests.factories import make_user, order_of
from ticketing.models import Ticket

from .conftest import VISA, intents

CASES = [
    "webhook lost",
    "webhook late",
    "webhook twice",
    "webhook before the browser returns",
    "webhook after expiry",
    "wrong signature",
    "wrong amount",
    "unknown order",
]


class Killed(BaseException):
    """The process ends here."""


class Stage:
    """An order whose money has moved at the provider, which nobody here knows of yet."""

    def __init__(self, provider: str, order: Order, url: str, bank: Bank) -> None:
        self.provider, self.order, self.url, self.bank = provider, order, url, bank
        self.payer = ""
        with pytest.raises(Killed):
            getattr(self, f"_pay_by_{provider}")()
        self.payment = order.payments.get()

    def _pay_by_stripe(self) -> None:
        with mock.patch("payments.services.charging.settle_payment", side_effect=Killed):
            charge_order(order=self.order, stripe=VISA)

    def _pay_by_paypal(self) -> None:
        payment = create_paypal_payment(order=self.order)
        self.payer = self.bank.approve(str(payment.provider_id)).partition("PayerID=")[2]
        self.bank.execute(str(payment.provider_id), self.payer)
        raise Killed

    def tell(self, *, is_signed: bool = True, is_known: bool = True) -> int:
        """What the provider's webhook says; the status of our answer."""
        if self.provider == "stripe":
            return self._tell_stripe(is_signed, is_known)
        sale = {"id": "S", "parent_payment": self.payment.provider_id if is_known else "PAYID-FOREIGN"}
        body, headers = message("PAYMENT.SALE.COMPLETED", "sale", sale)
        if not is_signed:
            headers["Paypal-Transmission-Sig"] = "0" * 64
        names = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items() if k != "Content-Type"}
        return APIClient().generic("POST", "/v1/webhooks/paypal", body, "application/json", **names).status_code

    def _tell_stripe(self, is_signed: bool, is_known: bool) -> int:
        (intent,) = intents(self.url, self.order)
        thing = intent if is_known else {"id": "pi_foreign", "object": "payment_intent", "metadata": {}}
        event = {"id": f"evt_{intent['id']}", "type": "payment_intent.succeeded", "data": {"object": thing}}
        body, at = json.dumps(event), int(time.time())
        secret = "whsec_of_the_tests" if is_signed else "whsec_of_eve"
        mark = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        header = {"HTTP_STRIPE_SIGNATURE": f"t={at},v1={mark}"}
        return APIClient().generic("POST", "/v1/webhooks/stripe", body, "application/json", **header).status_code

    def browser(self) -> None:
        """The buyer's browser asks once more."""
        from openevent.exceptions import DomainError

        ways: dict[str, Any] = {"stripe": {"stripe": VISA}}
        ways["paypal"] = {"paypal_payer_id": self.payer, "paypal_payment_id": self.payment.provider_id}
        with pytest.raises(DomainError):  # paid already
            charge_order(order=Order.objects.get(pk=self.order.pk), **ways[self.provider])

    def charges(self) -> int:
        """How often the provider took money for the order."""
        if self.provider == "stripe":
            return sum(i["status"] == "succeeded" for i in intents(self.url, self.order))
        key = str(self.order.identifier)
        made = [p["transactions"][0] for p in self.bank.payments.values()]
        return sum(bool(t.get("related_resources")) for t in made if str(t.get("custom")).startswith(key))

    def returned(self) -> Decimal:
        """What the provider gave back."""
        if self.provider == "stripe":
            return Decimal(sum(i["latest_charge"]["amount_refunded"] for i in intents(self.url, self.order))) / 100
        mine = [r for r in self.bank.refunds.values() if r["parent_payment"] == self.payment.provider_id]
        return sum((Decimal(r["amount"]["total"]) for r in mine), Decimal(0))


def work(now: datetime) -> None:
    """What beat does, until nothing is left to do."""
    for event in WebhookEvent.objects.waiting():
        process_webhook(event=event, now=now)
    sweep_webhooks(now=now)
    sweep_payments(now=now)
    expire_overdue(now=now)
    sweep_refunds(now=now)


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
@pytest.mark.parametrize("room", ["room left", "sold out"])
@pytest.mark.parametrize("case", CASES)
def test_whatever_happens_to_the_news_of_a_payment(
    case: str,
    room: str,
    provider: str,
    ordered: Callable[..., Order],
    ticket: Ticket,
    stripe_url: str,
    paypal_server: Bank,
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(quantity=1 if room == "sold out" else 5)
    order = ordered(provider)
    stage = Stage(provider, order, stripe_url, paypal_server)
    soon, late = timezone.now() + timedelta(minutes=3), timezone.now() + timedelta(hours=3)

    play(case, room, stage, ticket, soon)
    work(soon)
    work(late)

    order.refresh_from_db()
    comes_back = case == "wrong amount" or (case == "webhook after expiry" and room == "sold out")
    assert stage.charges() == 1
    assert stage.returned() == (Decimal("19.99") if comes_back else 0)
    assert (order.status == "completed") is not comes_back
    payment = order.payments.get()
    assert payment.state == ("surplus" if comes_back else "paid")
    assert Mail.objects.filter(action="payment_returned").exists() is comes_back
    assert order.transitions.filter(reason__startswith="money goes back").exists() is comes_back
    assert not list(differences(ask_providers=case != "wrong amount"))
    ticket.refresh_from_db()
    assert ticket.sold + ticket.reserved <= ticket.quantity


def play(case: str, room: str, stage: Stage, ticket: Ticket, now: datetime) -> None:
    """The case, up to where beat comes in."""
    if case == "webhook late":
        assert stage.tell() == 200
    elif case == "webhook twice":
        assert [stage.tell(), stage.tell()] == [200, 200]
        if stage.provider == "stripe":  # PayPal's second message has an id of its own
            assert WebhookEvent.objects.count() == 1
    elif case == "webhook before the browser returns":
        assert stage.tell() == 200
        work(now)
        stage.browser()
    elif case == "webhook after expiry":
        expire_order(stage.order)
        if room == "sold out":
            order_of(ticket, make_user("Bob"))
        assert stage.tell() == 200
    elif case == "wrong signature":
        assert stage.tell(is_signed=False) == 400
        assert not WebhookEvent.objects.exists()
    elif case == "wrong amount":
        Order.objects.filter(pk=stage.order.pk).update(amount=Decimal("29.99"))
        assert stage.tell() == 200
    elif case == "unknown order":
        assert stage.tell(is_known=False) == 200
        (event,) = WebhookEvent.objects.all()
        assert process_webhook(event=event).state == "ignored"


def test_webhook_that_fails_keeps_its_traceback_and_can_be_replayed(
    ordered: Callable[..., Order], stripe_url: str, paypal_server: Bank, cast: SimpleNamespace
) -> None:
    from payments.services import replay_webhook

    stage = Stage("stripe", ordered(), stripe_url, paypal_server)
    stage.tell()
    (event,) = WebhookEvent.objects.all()
    later = timezone.now() + timedelta(minutes=3)
    with mock.patch("payments.services.webhooks.settle_payment", side_effect=ZeroDivisionError):
        event = process_webhook(event=event, now=later)
    assert (event.state, "ZeroDivisionError" in event.traceback) == ("failed", True)

    replay_webhook(event=event)
    event.refresh_from_db()
    assert process_webhook(event=event, now=later + timedelta(minutes=2)).state == "done"

    stage.order.refresh_from_db()
    assert stage.order.status == "completed"


def test_answer_of_paypal_that_is_lost_is_asked_for_again(
    ordered: Callable[..., Order], paypal_server: Bank, settings: Any
) -> None:
    from payments.providers import ProviderAway

    order = ordered("paypal")
    payment = create_paypal_payment(order=order)
    payer = paypal_server.approve(str(payment.provider_id)).partition("PayerID=")[2]
    requests.post(f"{paypal_server.address}/_config/next", json={"lose": True}, timeout=5)

    with pytest.raises(ProviderAway):
        charge_order(order=order, paypal_payer_id=payer, paypal_payment_id=payment.provider_id)
    work(timezone.now() + timedelta(minutes=5))

    order.refresh_from_db()
    assert order.status == "completed"
    assert not list(differences(ask_providers=True))
