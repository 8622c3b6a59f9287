"""What was begun and not ended is found in the rows: a lost webhook, a killed process, a provider that was away."""

import logging
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from openevent.exceptions import DomainError
from orders.models import Order

from ..models import Payment, Refund, WebhookEvent
from ..providers import Outcome, Provider, ProviderAway, Standing, provider_of
from .locking import claim, release
from .refunding import carry_out_refund, refund_order
from .settling import record_manual_payment, settle_payment
from .webhooks import process_webhook

logger = logging.getLogger(__name__)
BATCH = 100
ASK_AGAIN = timedelta(minutes=2)
GIVE_UP = timedelta(hours=24)  # the keys of providers do not live longer
UNPAID = (Order.Status.INITIALIZING, Order.Status.PENDING)


def sweep_payments(*, now: datetime | None = None) -> int:
    """Ask about payments that wait; call off those whose order's time is over, so that it can expire. Returns how
    many were settled. Besides, orders that a team completed by hand get their payment."""
    now = now or timezone.now()
    settled = 0
    overdue = Q(order__status__in=UNPAID, order__expires_at__lt=now) | ~Q(
        order__status__in=[*UNPAID, Order.Status.PLACED]
    )
    asked_long_ago = Q(asked_at__lt=now - ASK_AGAIN) | Q(asked_at=None, created_at__lt=now - ASK_AGAIN)
    rows = Payment.objects.open().idle(now).filter(overdue | asked_long_ago).select_related("order")
    for payment in rows.order_by("asked_at", "pk")[:BATCH]:
        settled += _ask(payment, now)
    for order in _completed_by_hand(now):
        record_manual_payment(order=order, now=now)
    return settled


def sweep_refunds(*, now: datetime | None = None) -> int:
    """Try refunds that are due; find cancelled orders whose refund nobody began. Returns how many were tried."""
    now = now or timezone.now()
    for order in Order.with_trashed.filter(status=Order.Status.CANCELLED, is_refund_due=True)[:BATCH]:
        refund_order(order=order, now=now)
    refunds = list(Refund.objects.due(now).select_related("payment__order")[:BATCH])
    for refund in refunds:
        carry_out_refund(refund=refund, now=now)
    return len(refunds)


def sweep_webhooks(*, now: datetime | None = None) -> int:
    """Work on messages that were stored and whose task was lost. Returns how many."""
    now = now or timezone.now()
    events = list(WebhookEvent.objects.waiting().filter(received_at__lt=now - timedelta(seconds=30))[:BATCH])
    for event in events:
        process_webhook(event=event, now=now)
    return len(events)


def _ask(payment: Payment, now: datetime) -> bool:
    if not claim(payment, now):
        return False
    try:
        outcome = _outcome(payment, now)
        row = settle_payment(payment=payment, outcome=outcome, now=now)
    except ProviderAway as error:
        logger.warning("payment %s: %s", payment.pk, error.message)
        Payment.objects.filter(pk=payment.pk).update(asked_at=now, message=error.message)
        return False
    finally:
        release(payment)
    return row.state != Payment.State.OPEN


def _outcome(payment: Payment, now: datetime) -> Outcome:
    """The provider's last word where the time is over: what is not paid then, is not paid."""
    provider: Provider = provider_of(payment)
    order, is_old = payment.order, payment.created_at < now - GIVE_UP
    is_over = order.status not in (*UNPAID, Order.Status.PLACED) or (
        order.expires_at is not None and order.expires_at < now
    )
    try:
        outcome = provider.call_off(payment) if is_over or is_old else provider.lookup(payment)
    except DomainError as error:
        if isinstance(error, ProviderAway) and not is_old:
            raise
        return Outcome(Standing.FAILED, message=error.message)
    if (is_over or is_old) and outcome.standing is Standing.OPEN:
        return Outcome(Standing.FAILED, provider_id=outcome.provider_id, message="not paid in time")
    return outcome


def _completed_by_hand(now: datetime) -> list[Order]:
    paid = Payment.objects.filter(state__in=[Payment.State.PAID, Payment.State.REFUNDED]).values("order_id")
    rows = Order.objects.filter(
        status=Order.Status.COMPLETED, amount__gt=0, completed_at__gt=now - timedelta(days=7)
    ).exclude(pk__in=paid)
    return list(rows[:BATCH])
