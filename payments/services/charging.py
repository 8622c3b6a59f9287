"""Paying an order: the row first, then the provider, then what it said."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from openevent.exceptions import Conflict, InvalidInput
from orders.models import Order

from ..currencies import minor_units
from ..models import Payment, StripeAuthorization
from ..providers import Outcome, Standing, provider_of
from ..providers.paypal import find_payment, is_set_up
from .locking import claim, locked_order, release
from .settling import new_key, settle_payment

STATUS = "/data/attributes/status"
STRIPE = "/data/attributes/stripe"
PAYPAL = "/data/attributes/paypal-payment-id"
State = Payment.State
CHARGEABLE = frozenset({Order.Status.INITIALIZING, Order.Status.PENDING, Order.Status.PLACED})


def charge_order(
    *,
    order: Order,
    stripe: str | None = None,
    paypal_payer_id: str | None = None,
    paypal_payment_id: str | None = None,
    now: datetime | None = None,
) -> tuple[Payment, Outcome]:
    """Take the order's amount by the way that the order names, and say what became of it.

    InvalidInput: no token, or the card was refused. Conflict: the order is not to be paid, is being paid by another
    request, or the event does not take this. ProviderAway: not known yet; the sweeper asks again.
    """
    now = now or timezone.now()
    mode = _mode(order, stripe)
    if mode == Payment.Provider.STRIPE and not stripe:
        raise InvalidInput("stripe token is missing", "required", STRIPE)
    if mode == Payment.Provider.PAYPAL and not (paypal_payer_id and paypal_payment_id):
        raise InvalidInput("paypal_payer_id or paypal_payment_id or both missing", "required", PAYPAL)
    _demand_chargeable(order, mode, now)
    if mode == Payment.Provider.PAYPAL:
        return _execute(order, str(paypal_payer_id), str(paypal_payment_id), now)
    return _charge_card(order, str(stripe), now)


def create_paypal_payment(
    *, order: Order, return_url: str = "", cancel_url: str = "", now: datetime | None = None
) -> Payment:
    """A PayPal payment of the order that waits for the buyer: the one there is, or a new one."""
    now = now or timezone.now()
    _demand_chargeable(order, Payment.Provider.PAYPAL, now)
    payment = _open_payment(order, Payment.Provider.PAYPAL, now)
    if payment.provider_id:
        return payment
    payment, outcome = _ask(payment, "start", now, return_url=return_url, cancel_url=cancel_url)
    if outcome.standing is Standing.FAILED:
        raise InvalidInput(outcome.message or "PayPal refused it.", "refused", PAYPAL)
    return payment


def verify_mobile_payment(*, order: Order, payment_id: str, now: datetime | None = None) -> Payment:
    """Take note of a PayPal payment that a mobile app made itself: to the event's address, not used before."""
    now = now or timezone.now()
    _demand_chargeable(order, Payment.Provider.PAYPAL, now)
    outcome, payee = find_payment(payment_id)
    if outcome.standing is not Standing.PAID:
        raise InvalidInput(outcome.message or "This payment was not made.", "not_paid", PAYPAL)
    if payee.lower() != (order.event.paypal_email or "").lower():
        raise InvalidInput("This payment went to somebody else.", "wrong_payee", PAYPAL)
    payment = _open_payment(order, Payment.Provider.PAYPAL, now)
    if payment.provider_id not in (None, payment_id):
        raise Conflict("Another payment of this order is under way.", "payment_in_progress", PAYPAL)
    try:
        return settle_payment(payment=payment, outcome=outcome, now=now)
    except IntegrityError as error:
        raise Conflict("This payment was used already.", "duplicate", PAYPAL) from error


def verify_order(*, order: Order, now: datetime | None = None) -> Order:
    """Ask what became of a payment that is under way, and return the order as it is then."""
    payment = order.payments.open().exclude(provider_id=None).first()
    if payment is not None and claim(payment, now):
        try:
            settle_payment(payment=payment, outcome=provider_of(payment).lookup(payment), now=now)
        finally:
            release(payment)
        order.refresh_from_db()
    return order


def _mode(order: Order, stripe: str | None) -> str:
    if order.payment_mode in (Payment.Provider.STRIPE, Payment.Provider.PAYPAL):
        return str(order.payment_mode)
    if order.amount == 0:
        raise Conflict("There is nothing to be paid for this order.", "free", STATUS)
    if order.payment_mode is None and stripe:
        return Payment.Provider.STRIPE
    raise Conflict("This order is not paid online.", "payment_mode", "/data/attributes/payment-mode")


def _demand_chargeable(order: Order, mode: str, now: datetime) -> None:
    """Conflict for an order that nothing is to be paid for now."""
    from accounts.models import Module

    if order.amount == 0:
        raise Conflict("There is nothing to be paid for this order.", "free", STATUS)
    if order.status == Order.Status.COMPLETED:
        raise Conflict("The order is paid already.", "already_paid", STATUS)
    if order.status not in CHARGEABLE:
        raise Conflict(f"The order is {order.status}.", "wrong_state", STATUS)
    if order.expires_at is not None and order.expires_at < now:
        raise Conflict("The order has expired.", "expired", STATUS)
    event = order.event
    is_taken = event.can_pay_by_stripe if mode == Payment.Provider.STRIPE else event.can_pay_by_paypal
    if mode == Payment.Provider.STRIPE:
        is_taken = is_taken and StripeAuthorization.objects.filter(event=event).exists()
    else:
        is_taken = is_taken and is_set_up()
    if not is_taken or not Module.load().payment_include:
        name = "Stripe" if mode == Payment.Provider.STRIPE else "PayPal"
        raise Conflict(f"This event does not accept payments by {name}.", "payment_mode_not_accepted", STATUS)
    minor_units(order.amount, order.currency)


def _charge_card(order: Order, token: str, now: datetime) -> tuple[Payment, Outcome]:
    payment = _open_payment(order, Payment.Provider.STRIPE, now, source=token)
    if payment.provider_id or payment.source != token:
        # an attempt that was interrupted, or that the buyer's bank asked about: how it ended comes first
        payment, outcome = _ask(payment, "lookup" if payment.source == token else "call_off", now)
        if payment.state != State.FAILED:
            return payment, outcome
        payment = _open_payment(order, Payment.Provider.STRIPE, now, source=token)
    return _answered(*_ask(payment, "start", now), STRIPE)


def _execute(order: Order, payer_id: str, payment_id: str, now: datetime) -> tuple[Payment, Outcome]:
    payment = order.payments.open().filter(provider=Payment.Provider.PAYPAL, provider_id=payment_id).first()
    if payment is None:
        raise InvalidInput("This order has no such PayPal payment.", "unknown_payment", PAYPAL)
    return _answered(*_ask(payment, "confirm", now, payer_id=payer_id), PAYPAL)


@transaction.atomic
def _open_payment(order: Order, provider: str, now: datetime, source: str = "") -> Payment:
    """The payment of the order that is under way, or a new one; one of another provider, which the buyer has turned
    away from, is given up."""
    row = locked_order(order.pk)
    _demand_chargeable(row, provider, now)
    payment = row.payments.select_for_update(no_key=True).filter(state=State.OPEN).first()
    if payment is not None and (payment.provider != provider or payment.amount != row.amount):
        if payment.busy_until is not None and payment.busy_until > now:
            raise Conflict("The order is being paid already.", "payment_in_progress", STATUS)
        payment.state, payment.settled_at, payment.message = State.FAILED, now, "given up for another"
        payment.save(update_fields=["state", "settled_at", "message"])
        payment = None
    if payment is None:
        payment = Payment.objects.create(
            order=row,
            provider=provider,
            amount=row.amount,
            currency=row.currency,
            key=new_key(row),
            source=source or None,
            created_at=now,
        )
    return payment


def _ask(payment: Payment, method: str, now: datetime, **options: Any) -> tuple[Payment, Outcome]:
    """Ask the provider, with the payment to ourselves, and store the answer."""
    if not claim(payment, now):
        raise Conflict("The order is being paid already.", "payment_in_progress", STATUS)
    try:
        if payment.state != State.OPEN:
            raise Conflict("The order is being paid already.", "payment_in_progress", STATUS)
        outcome: Outcome = getattr(provider_of(payment), method)(payment, **options)
        return settle_payment(payment=payment, outcome=outcome), outcome
    finally:
        release(payment)


def _answered(payment: Payment, outcome: Outcome, pointer: str) -> tuple[Payment, Outcome]:
    if payment.state == State.FAILED:
        raise InvalidInput(outcome.message or "The payment was refused.", "refused", pointer)
    if payment.state == State.SURPLUS:
        raise Conflict(f"The payment goes back to you: {payment.message}.", "money_returned", STATUS)
    return payment, outcome
