"""Signals this app listens to; each receiver queues what is to be done."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from orders.links import PAYMENT_URLS
from orders.models import Order
from orders.querysets import HELD_BACK_BY
from orders.signals import order_completed, order_refund_due

from .links import payment_link
from .models import Payment
from .tasks import record_manual_payment_task, refund_order_task


@receiver(order_completed, sender=Order)
def note_manual_payment(order: Order, **kwargs: Any) -> None:
    """An order that was completed without a payment of ours was paid to the team by other means."""
    if order.amount > 0 and order.paid_via not in (Payment.Provider.STRIPE, Payment.Provider.PAYPAL):
        record_manual_payment_task.publish(order.pk)


@receiver(order_refund_due, sender=Order)
def begin_refund(order: Order, **kwargs: Any) -> None:
    """The money of a cancelled order goes back."""
    refund_order_task.publish(order.pk)


def being_paid() -> Q:
    """Orders that a provider is to be asked about before they expire (services/sweeping.py does)."""
    return Q(pk__in=Payment.objects.open().values("order_id"))


HELD_BACK_BY.append(being_paid)
PAYMENT_URLS[Order.PaymentMode.PAYPAL] = payment_link
