"""Organizers pay the site's bills by PayPal."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from django.utils import timezone

from accounts.models import Setting
from events.models import Event
from openevent.local.paypal_server import Bank, message
from payments.ledger import differences
from payments.models import EventInvoice, InvoicePayment, WebhookEvent
from payments.services import charge_invoice, create_invoice_payment, process_webhook, sweep_invoice_payments
from tests.factories import client_of


@pytest.fixture
def invoice(event: Event, cast: SimpleNamespace) -> EventInvoice:
    """A bill of 12.50 EUR to Olga."""
    Setting.objects.update_or_create(pk=1, defaults={"admin_billing_paypal_email": "site@example.org"})
    return EventInvoice.objects.create(
        event=event, user=cast.olga, amount=Decimal("12.50"), currency="EUR", number=1, issued_at=timezone.now()
    )


def post(who: Any, invoice: EventInvoice, what: str, **attributes: str) -> Any:
    url = f"/v1/event-invoices/{invoice.identifier}/{what}"
    return client_of(who).post(url, {"data": {"attributes": attributes}}, format="json")


def approve(bank: Bank, payment_id: str) -> str:
    """What the organizer does at PayPal; his id there."""
    return bank.approve(payment_id).partition("PayerID=")[2]


def payment_key(payment: dict[str, Any]) -> str:
    return str(payment["transactions"][0].get("custom"))


def test_organizer_pays_a_bill_once(cast: SimpleNamespace, invoice: EventInvoice, paypal_server: Bank) -> None:
    pages = {"return-url": "https://www.example.com/paid", "cancel-url": "https://www.example.com/not"}

    statuses = [post(who, invoice, "create-paypal-payment").status_code for who in (None, cast.eve, cast.ada)]
    made = post(cast.olga, invoice, "create-paypal-payment", **pages).json()
    again = post(cast.otto, invoice, "create-paypal-payment", **pages).json()
    wrong = post(cast.olga, invoice, "create-paypal-payment", **{"return-url": "javascript:alert(1)"})

    assert statuses == [401, 404, 404]
    assert made == again
    assert (wrong.status_code, wrong.json()["errors"][0]["source"]["pointer"]) == (422, "/data/attributes/return-url")
    known = paypal_server.payments[made["payment_id"]]
    (transaction,) = known["transactions"]
    assert transaction["amount"] == {"total": "12.50", "currency": "EUR"}
    assert (transaction["payee"], known["redirect_urls"]["return_url"]) == (
        {"email": "site@example.org"},
        pages["return-url"],
    )
    shown = client_of(cast.olga).get(f"/v1/event-invoices/{invoice.identifier}/create-paypal-payment").json()
    assert shown == made

    ids = {"paypal_payment_id": made["payment_id"], "paypal_payer_id": "NOBODY"}
    refused = post(cast.olga, invoice, "charge", **ids)
    assert (refused.status_code, refused.json()["errors"][0]["detail"]) == (422, "Payer has not approved payment")
    made = post(cast.olga, invoice, "create-paypal-payment").json()  # that attempt is over, this is another one
    ids = {"paypal_payment_id": made["payment_id"], "paypal_payer_id": approve(paypal_server, made["payment_id"])}
    missing = post(cast.olga, invoice, "charge", paypal_payment_id=made["payment_id"])
    assert missing.json()["errors"][0]["source"] == {"pointer": "/data/attributes/paypal_payer_id"}
    paid = post(cast.olga, invoice, "charge", **ids)

    assert paid.json() == {"status": "Charge Successful", "payment_id": made["payment_id"]}
    invoice.refresh_from_db()
    assert (invoice.status, invoice.paid_via, invoice.paypal_token) == ("paid", "paypal", made["payment_id"])
    assert invoice.completed_at is not None
    assert post(cast.olga, invoice, "charge", **ids).status_code == 409
    assert post(cast.olga, invoice, "create-paypal-payment").status_code == 409
    assert client_of(cast.olga).get(f"/v1/event-invoices/{invoice.pk}/charge").json()["status"] == "paid"
    sales = [p for p in paypal_server.payments.values() if "related_resources" in p["transactions"][0]]
    mine = [p["id"] for p in sales if payment_key(p).startswith(str(invoice.identifier))]
    assert mine == [made["payment_id"]]
    assert not list(differences(ask_providers=True))


@pytest.mark.parametrize("teller", ["sweeper", "webhook"])
def test_lost_answer_is_found_out(teller: str, invoice: EventInvoice, paypal_server: Bank) -> None:
    from payments.providers import ProviderAway

    payment = create_invoice_payment(invoice=invoice)
    payer = approve(paypal_server, str(payment.provider_id))
    requests.post(f"{paypal_server.address}/_config/next", json={"lose": True}, timeout=5)
    with pytest.raises(ProviderAway):
        charge_invoice(invoice=invoice, payer_id=payer, payment_id=str(payment.provider_id))

    if teller == "sweeper":
        assert sweep_invoice_payments(now=timezone.now() + timezone.timedelta(minutes=5)) == 1
    else:
        body, headers = message("PAYMENT.SALE.COMPLETED", "sale", {"id": "S", "parent_payment": payment.provider_id})
        client = client_of(None)
        client.credentials(**{f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items() if "Paypal" in k})
        assert client.generic("POST", "/v1/webhooks/paypal", body, "application/json").status_code == 200
        assert process_webhook(event=WebhookEvent.objects.get()).state == "done"

    invoice.refresh_from_db()
    assert invoice.status == "paid"
    assert not list(differences(ask_providers=True))


def test_money_for_a_bill_that_was_paid_otherwise_goes_back_once(invoice: EventInvoice, paypal_server: Bank) -> None:
    payment = create_invoice_payment(invoice=invoice)
    payer = approve(paypal_server, str(payment.provider_id))
    paypal_server.execute(str(payment.provider_id), payer)
    EventInvoice.objects.filter(pk=invoice.pk).update(status="paid", paid_via="transfer")
    now = timezone.now() + timezone.timedelta(minutes=5)

    for _ in range(3):
        sweep_invoice_payments(now=now)

    (back,) = [r for r in paypal_server.refunds.values() if r["parent_payment"] == payment.provider_id]
    assert back["amount"]["total"] == "12.50"
    payment.refresh_from_db()
    assert (payment.state, payment.refunded) == ("refunded", Decimal("12.50"))
    invoice.refresh_from_db()
    assert invoice.paid_via == "transfer"


def test_payment_that_nobody_approves_is_given_up_after_a_day(invoice: EventInvoice) -> None:
    payment = create_invoice_payment(invoice=invoice)

    sweep_invoice_payments(now=timezone.now() + timezone.timedelta(hours=1))
    assert InvoicePayment.objects.get().state == "open"
    sweep_invoice_payments(now=timezone.now() + timezone.timedelta(hours=25))

    payment.refresh_from_db()
    assert (payment.state, payment.message) == ("failed", "not paid in time")
    assert create_invoice_payment(invoice=invoice).pk != payment.pk


def test_site_that_names_no_address_takes_no_paypal(cast: SimpleNamespace, invoice: EventInvoice) -> None:
    Setting.objects.update(admin_billing_paypal_email=None)

    assert post(cast.olga, invoice, "create-paypal-payment").status_code == 409
