"""Paying the site's bills by PayPal: as orders are paid, with less that can happen meanwhile."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from openevent.exceptions import Conflict, DomainError, InvalidInput

from ..models import EventInvoice, InvoicePayment
from ..providers import Outcome, ProviderAway, Standing, provider_of
from ..providers.paypal import is_set_up
from .locking import claim, release

logger = logging.getLogger(__name__)
State = InvoicePayment.State
DONE = frozenset({State.PAID, State.SURPLUS, State.REFUNDED})
STATUS = "/data/attributes/status"
PAYPAL = "/data/attributes/paypal_payment_id"
ASK_AGAIN = timedelta(minutes=2)
GIVE_UP = timedelta(hours=24)
BATCH = 100


@dataclass
class InvoiceReturn:
    """Money of a bill that goes back, as providers want it."""

    payment: InvoicePayment
    amount: Decimal
    currency: str
    key: Any
    provider_id: str | None


def create_invoice_payment(
    *, invoice: EventInvoice, return_url: str = "", cancel_url: str = "", now: datetime | None = None
) -> InvoicePayment:
    """A PayPal payment of the bill that waits for approval: the one there is, or a new one. Conflict for a bill that is
    not due, or a site that takes no PayPal; ProviderAway: not known yet."""
    now = now or timezone.now()
    payment = _open_payment(invoice, now)
    if payment.provider_id:
        return payment
    payment = _ask(payment, "start", now, return_url=return_url, cancel_url=cancel_url)
    if payment.state == State.FAILED:
        raise InvalidInput(payment.message or "PayPal refused it.", "refused", PAYPAL)
    return payment


def charge_invoice(
    *, invoice: EventInvoice, payer_id: str, payment_id: str, now: datetime | None = None
) -> InvoicePayment:
    """Take the money that was approved at PayPal. InvalidInput for a payment of something else, or one that is refused;
    Conflict for a bill that is not due any more."""
    now = now or timezone.now()
    _demand_payable(invoice)
    payment = invoice.payments.open().filter(provider_id=payment_id).first()
    if payment is None:
        raise InvalidInput("This invoice has no such PayPal payment.", "unknown_payment", PAYPAL)
    payment = _ask(payment, "confirm", now, payer_id=payer_id)
    if payment.state == State.FAILED:
        raise InvalidInput(payment.message or "The payment was refused.", "refused", PAYPAL)
    if payment.state == State.SURPLUS:
        raise Conflict(f"The payment goes back to you: {payment.message}.", "money_returned", STATUS)
    return payment


@transaction.atomic
def settle_invoice_payment(*, payment: InvoicePayment, outcome: Outcome, now: datetime | None = None) -> InvoicePayment:
    """Store what is known now. Money pays the bill; what is not the bill's goes back. Called twice it does nothing the
    second time."""
    now = now or timezone.now()
    invoice = EventInvoice.with_trashed.select_for_update(of=("self",), no_key=True).get(pk=payment.invoice_id)
    row = InvoicePayment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    row.invoice = invoice
    if row.state in DONE:
        return row
    row.asked_at = now
    row.provider_id = row.provider_id or outcome.provider_id
    row.capture_id = outcome.capture_id or row.capture_id
    row.approval_url = outcome.approval_url or row.approval_url
    row.message = outcome.message or row.message
    if outcome.standing is Standing.PAID:
        _take_money(row, invoice, outcome, now)
    elif outcome.standing is Standing.FAILED:
        row.state, row.settled_at = State.FAILED, now
    row.save()
    return row


def sweep_invoice_payments(*, now: datetime | None = None) -> int:
    """Ask about payments of bills that wait; give back what no bill had a use for. Returns how many were settled."""
    now = now or timezone.now()
    asked_long_ago = Q(asked_at__lt=now - ASK_AGAIN) | Q(asked_at=None, created_at__lt=now - ASK_AGAIN)
    rows = InvoicePayment.objects.idle(now).select_related("invoice").order_by("asked_at", "pk")
    settled = 0
    for payment in rows.filter(asked_long_ago, state=State.OPEN)[:BATCH]:
        settled += _ask_again(payment, now)
    for payment in rows.filter(state=State.SURPLUS)[:BATCH]:
        settled += give_back_surplus(payment=payment, now=now)
    return settled


def give_back_surplus(*, payment: InvoicePayment, now: datetime | None = None) -> bool:
    """Ask the provider to give the money of a bill back; whether it has. Asked again by the same key until it has."""
    now = now or timezone.now()
    if payment.state != State.SURPLUS or not claim(payment, now):
        return False
    wish = InvoiceReturn(payment, payment.received, payment.currency, payment.return_key, payment.return_id)
    try:
        outcome = provider_of(payment).refund(wish)
    except ProviderAway as error:
        logger.warning("payment of invoice %s: %s", payment.invoice_id, error.message)
        return False
    finally:
        release(payment)
    is_back = outcome.standing is Standing.PAID
    InvoicePayment.objects.filter(pk=payment.pk, state=State.SURPLUS).update(
        return_id=outcome.provider_id or payment.return_id,
        asked_at=now,
        **({"state": State.REFUNDED} if is_back else {}),
    )
    return is_back


def _take_money(row: InvoicePayment, invoice: EventInvoice, outcome: Outcome, now: datetime) -> None:
    row.received, row.fee, row.settled_at = outcome.received, outcome.fee, now
    objection = _objection(row, invoice, outcome)
    if objection is not None:
        row.state, row.message, row.refunded = State.SURPLUS, objection, outcome.received
        return
    row.state = State.PAID
    invoice.status = EventInvoice.Status.PAID
    invoice.paid_via, invoice.payment_mode, invoice.paypal_token = row.provider, row.provider, row.provider_id
    invoice.transaction_id, invoice.completed_at = row.capture_id or row.provider_id, now
    names = ["status", "paid_via", "payment_mode", "paypal_token", "transaction_id", "completed_at"]
    invoice.save(update_fields=names)


def _objection(row: InvoicePayment, invoice: EventInvoice, outcome: Outcome) -> str | None:
    """Why this money cannot be the bill's."""
    if (outcome.received, outcome.currency.upper()) != (invoice.amount, invoice.currency.upper()):
        return f"paid {outcome.received:f} {outcome.currency} instead of {invoice.amount:f} {invoice.currency}"
    if invoice.status != EventInvoice.Status.DUE or invoice.deleted_at is not None:
        return f"the invoice is {'deleted' if invoice.deleted_at else invoice.status}"
    if invoice.payments.exclude(pk=row.pk).filter(state=State.PAID).exists():
        return "the invoice was paid already"
    return None


def _demand_payable(invoice: EventInvoice) -> None:
    if invoice.status != EventInvoice.Status.DUE or invoice.amount <= 0:
        raise Conflict(f"The invoice is {invoice.status}: there is nothing to be paid.", "not_due", STATUS)


@transaction.atomic
def _open_payment(invoice: EventInvoice, now: datetime) -> InvoicePayment:
    """The payment of the bill that is under way, or a new one; one of another amount is given up."""
    row = EventInvoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice.pk)
    _demand_payable(row)
    payment = row.payments.select_for_update(no_key=True).filter(state=State.OPEN).first()
    if payment is not None and (payment.amount, payment.currency) != (row.amount, row.currency):
        payment.state, payment.settled_at, payment.message = State.FAILED, now, "the amount is another one now"
        payment.save(update_fields=["state", "settled_at", "message"])
        payment = None
    if payment is None:
        payment = InvoicePayment(
            invoice=row,
            provider=InvoicePayment.Provider.PAYPAL,
            amount=row.amount,
            currency=row.currency,
            key=f"{row.identifier}-{row.payments.count() + 1}",
            created_at=now,
        )
        if not is_set_up() or not payment.payee:
            raise Conflict("This site's invoices are not paid by PayPal.", "payment_mode_not_accepted", STATUS)
        payment.save(force_insert=True)
    return payment


def _ask(payment: InvoicePayment, method: str, now: datetime, **options: Any) -> InvoicePayment:
    """Ask the provider, with the payment to ourselves, and store the answer."""
    if not claim(payment, now):
        raise Conflict("The invoice is being paid already.", "payment_in_progress", STATUS)
    try:
        outcome: Outcome = getattr(provider_of(payment), method)(payment, **options)
        return settle_invoice_payment(payment=payment, outcome=outcome, now=now)
    finally:
        release(payment)


def _ask_again(payment: InvoicePayment, now: datetime) -> bool:
    if not claim(payment, now):
        return False
    is_old = payment.created_at < now - GIVE_UP
    try:
        provider = provider_of(payment)
        outcome = provider.call_off(payment) if is_old else provider.lookup(payment)
    except ProviderAway as error:
        logger.warning("payment of invoice %s: %s", payment.invoice_id, error.message)
        InvoicePayment.objects.filter(pk=payment.pk).update(asked_at=now, message=error.message)
        return False
    except DomainError as error:  # the site does not take PayPal any more
        outcome = Outcome(Standing.FAILED, message=error.message)
    finally:
        release(payment)
    if is_old and outcome.standing is Standing.OPEN:
        outcome = Outcome(Standing.FAILED, message="not paid in time")
    return settle_invoice_payment(payment=payment, outcome=outcome, now=now).state != State.OPEN
