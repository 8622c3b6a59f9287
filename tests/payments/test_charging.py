"""Paying an order, over the API, against localstripe and the PayPal stand-in."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from django.db import connection
from django.utils import timezone
from freezegun import freeze_time

from accounts.models import Mail
from events.models import Event
from openevent.local.paypal_server import Bank
from orders.models import Order
from orders.services import cancel_order, expire_overdue, submit_order
from payments.ledger import differences
from payments.models import LedgerEntry, Payment
from tests.factories import client_of, make_paid_ticket, order_of
from tests.jsonapi import body, send
from ticketing.models import Ticket

from .conftest import DECLINED, VISA, intents

Ordered = Callable[..., Order]


def charge(order: Order, by: Any, **attributes: Any) -> Any:
    return send(client_of(by), "post", f"/v1/orders/{order.identifier}/charge", body("charge", **attributes))


def test_card_pays_an_order_to_the_cent(
    cast: SimpleNamespace, ordered: Ordered, stripe_url: str, work_off_queue: Callable[[], list[str]]
) -> None:
    order = ordered()

    answer = charge(order, cast.ada, stripe=VISA)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.api+json")
    data = answer.json()["data"]
    assert (data["type"], data["attributes"]) == ("charge", {"status": True, "message": "Charge successful"})
    order.refresh_from_db()
    assert (order.status, order.paid_via) == ("completed", "stripe")
    assert (order.brand, order.last4, order.exp_month is None) == ("visa", "4242", False)
    (intent,) = intents(stripe_url, order)
    assert (intent["amount"], intent["currency"], intent["status"]) == (1999, "eur", "succeeded")
    assert order.transaction_id == intent["latest_charge"]["id"]
    assert list(LedgerEntry.objects.values_list("kind", "amount")) == [
        ("sale", order.amount),
        ("payment", order.amount),
    ]
    assert not list(differences(ask_providers=True))


@pytest.mark.parametrize(("price", "currency", "units"), [("500", "JPY", 500), ("1.234", "KWD", 1234)])
def test_card_pays_in_the_currencys_smallest_coin(
    price: str, currency: str, units: int, cast: SimpleNamespace, event: Event, stripe_url: str
) -> None:
    Event.objects.filter(pk=event.pk).update(payment_currency=currency)
    event.refresh_from_db()
    order = submit_order(order_of(make_paid_ticket(event, price), cast.ada, payment_mode="stripe"))

    assert charge(order, cast.ada, stripe=VISA).status_code == 200

    (intent,) = intents(stripe_url, order)
    assert (intent["amount"], intent["currency"]) == (units, currency.lower())
    assert order.payments.get().received == Decimal(price)


def test_card_token_works_as_well(cast: SimpleNamespace, ordered: Ordered) -> None:
    assert charge(ordered(), cast.ada, stripe="tok_visa").json()["data"]["attributes"]["status"] is True


@pytest.mark.parametrize("given", [{}, {"stripe": None}, {"stripe": ""}])
def test_charge_without_a_token_is_refused(cast: SimpleNamespace, ordered: Ordered, given: dict[str, Any]) -> None:
    answer = charge(ordered(), cast.ada, **given)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"] == "stripe token is missing"
    assert answer.json()["errors"][0]["source"] == {"pointer": "/data/attributes/stripe"}


def test_refused_card_says_why_and_another_one_may_be_tried(
    cast: SimpleNamespace, ordered: Ordered, stripe_url: str
) -> None:
    order = ordered()

    refused = charge(order, cast.ada, stripe=DECLINED)

    assert (refused.status_code, refused.json()["errors"][0]["detail"]) == (422, "Your card was declined.")
    order.refresh_from_db()
    assert order.status == "pending"
    assert charge(order, cast.ada, stripe=VISA).status_code == 200
    assert [i["status"] for i in intents(stripe_url, order)].count("succeeded") == 1


def test_orders_that_are_not_to_be_paid_are_409(cast: SimpleNamespace, ordered: Ordered, event: Event) -> None:
    paid, cancelled, expired, foreign = (ordered() for _ in range(4))
    charge(paid, cast.ada, stripe=VISA)
    cancel_order(cancelled)
    Order.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timezone.timedelta(minutes=1))
    by_bank = ordered("bank")

    for order, code in (
        (paid, "already_paid"),
        (cancelled, "wrong_state"),
        (expired, "expired"),
        (by_bank, "payment_mode"),
    ):
        answer = charge(order, cast.ada, stripe=VISA)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, code)
    Event.objects.filter(pk=event.pk).update(can_pay_by_stripe=False)
    assert charge(foreign, cast.ada, stripe=VISA).status_code == 409
    assert not Payment.objects.exclude(order=paid).exists()


def test_only_buyer_and_team_charge(cast: SimpleNamespace, ordered: Ordered) -> None:
    order = ordered()

    statuses = [charge(order, who, stripe="").status_code for who in (None, cast.eve, cast.rita, cast.ada, cast.olga)]

    assert statuses == [401, 404, 404, 422, 422]


def test_bank_that_wants_to_see_the_buyer_is_handed_to_the_client(
    cast: SimpleNamespace, ordered: Ordered, stripe_url: str
) -> None:
    order = ordered()
    card = {"number": "4000002500003155", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
    fields = {"type": "card", **{f"card[{name}]": value for name, value in card.items()}}
    auth = ("sk_test_of_the_tests", "")
    method = requests.post(f"{stripe_url}/v1/payment_methods", data=fields, auth=auth, timeout=5).json()["id"]

    answer = charge(order, cast.ada, stripe=method).json()

    assert answer["data"]["attributes"] == {"status": False, "message": "requires_action"}
    secret = answer["meta"]["client-secret"]
    payment = order.payments.get()
    url = f"{stripe_url}/v1/payment_intents/{payment.provider_id}/_authenticate"
    requests.post(url, data={"client_secret": secret, "success": "true"}, auth=auth, timeout=5).raise_for_status()
    verified = client_of(cast.ada).post(f"/v1/orders/{order.identifier}/verify")
    assert verified.json() == {"payment_status": True}
    assert secret not in str(Payment.objects.values())


def test_paypal_is_created_approved_and_executed(cast: SimpleNamespace, ordered: Ordered, paypal_server: Bank) -> None:
    order = ordered("paypal")
    ada = client_of(cast.ada)
    created = ada.post(f"/v1/orders/{order.identifier}/create-paypal-payment", {}, format="json").json()
    assert created["status"] is True
    back = requests.get(created["payment_url"], timeout=5, allow_redirects=False).headers["Location"]
    payer = back.partition("PayerID=")[2]

    answer = charge(order, cast.ada, paypal_payer_id=payer, paypal_payment_id=created["payment_id"])

    assert answer.json()["data"]["attributes"]["status"] is True
    order.refresh_from_db()
    assert (order.status, order.paid_via) == ("completed", "paypal")
    transaction = paypal_server.payments[created["payment_id"]]["transactions"][0]
    assert transaction["amount"] == {"total": "19.99", "currency": "EUR"}
    assert transaction["payee"] == {"email": "till@example.org"}
    again = charge(order, cast.ada, paypal_payer_id=payer, paypal_payment_id=created["payment_id"])
    assert again.status_code == 409
    assert not list(differences(ask_providers=True))


def test_keys_that_an_administrator_entered_count_where_the_environment_is_silent(
    cast: SimpleNamespace, ordered: Ordered, settings: Any
) -> None:
    settings.PAYPAL_CLIENT_ID = settings.PAYPAL_SECRET = ""
    url = f"/v1/orders/{ordered('paypal').identifier}/create-paypal-payment"
    assert client_of(cast.ada).post(url, {}, format="json").status_code == 409

    keys = {"paypal_mode": "sandbox", "paypal_sandbox_client": "us", "paypal_sandbox_secret": "ours"}
    send(client_of(cast.adam), "patch", "/v1/settings/1", body("setting", "1", **keys))

    assert client_of(cast.ada).post(url, {}, format="json").status_code == 200


def test_payment_url_of_a_paypal_order_leads_to_paypal(cast: SimpleNamespace, ordered: Ordered) -> None:
    order = ordered("paypal")
    ada = client_of(cast.ada)
    url = ada.get(f"/v1/orders/{order.identifier}").json()["data"]["attributes"]["payment-url"]

    leads = client_of(None).get(url.removeprefix("http://localhost:8000"))

    assert leads.status_code == 302
    assert leads["Location"] == order.payments.get().approval_url
    assert client_of(None).get(f"/v1/orders/{order.identifier}/pay?key=wrong").status_code == 404


def test_payment_of_a_mobile_app_counts_once_and_only_to_the_events_address(
    cast: SimpleNamespace, ordered: Ordered, paypal_server: Bank
) -> None:
    first, second, third = ordered("paypal"), ordered("paypal"), ordered("paypal")
    sums = {"amount": {"total": "19.99", "currency": "EUR"}}
    made = []
    for payee in ("till@example.org", "eve@example.org"):
        transactions = [{**sums, "payee": {"email": payee}}]
        _, payment = paypal_server.create({"transactions": transactions, "redirect_urls": {"return_url": "https://x"}})
        payer = paypal_server.approve(payment["id"]).partition("PayerID=")[2]
        paypal_server.execute(payment["id"], payer)
        made.append(payment["id"])

    def verify(order: Order, payment_id: str) -> Any:
        document = {"data": {"attributes": {"payment-id": payment_id}}}
        url = f"/v1/orders/{order.identifier}/verify-mobile-paypal-payment"
        return client_of(cast.ada).post(url, document, format="json")

    assert verify(first, made[0]).json() == {"status": True, "error": ""}
    assert verify(second, made[0]).status_code == 409
    assert verify(third, made[1]).status_code == 422
    assert [Order.objects.get(pk=o.pk).status for o in (first, second, third)] == ["completed", "pending", "pending"]


def test_provider_that_is_away_is_503_and_nothing_is_lost(
    cast: SimpleNamespace, ordered: Ordered, settings: Any, stripe_url: str
) -> None:
    from payments.services import sweep_payments

    order = ordered()
    settings.STRIPE_URL = "http://127.0.0.1:9"
    assert charge(order, cast.ada, stripe=VISA).status_code == 503
    settings.STRIPE_URL = stripe_url

    with freeze_time(timezone.now() + timezone.timedelta(minutes=3)):
        assert sweep_payments() == 1

    order.refresh_from_db()
    assert order.status == "completed"
    assert len(intents(stripe_url, order)) == 1


def test_order_that_is_being_paid_does_not_expire_before_the_provider_was_asked(
    cast: SimpleNamespace, ordered: Ordered, paypal_server: Bank, ticket: Ticket
) -> None:
    from payments.services import create_paypal_payment, sweep_payments

    order = ordered("paypal")
    create_paypal_payment(order=order)
    later = timezone.now() + timezone.timedelta(hours=2)

    assert expire_overdue(now=later) == 0
    sweep_payments(now=later)  # nobody approved it: PayPal says that there is no money
    assert expire_overdue(now=later) == 1

    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_sixteen_charges_at_once_are_one(cast: SimpleNamespace, ordered: Ordered, stripe_url: str) -> None:
    order = ordered()

    def once(number: int) -> int:
        try:
            return charge(order, cast.ada, stripe=VISA).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(once, range(16)))

    assert statuses == [200] + [409] * 15
    assert len(intents(stripe_url, order)) == 1
    assert Payment.objects.get().state == "paid"
    assert Mail.objects.filter(action="payment_returned").count() == 0
    assert not list(differences(ask_providers=True))
