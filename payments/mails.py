"""What payments write to people. The words are in templates/mail/."""

from typing import Any

from accounts.mail import send_mail
from orders.models import Order

from .models import Payment, Refund


def tell_money_comes_back(order: Order, payment: Payment, reason: str) -> None:
    """The buyer paid, and gets the money back: too late, twice, or another amount."""
    context = {"payment": payment, "reason": reason}
    _tell_buyer("payment_returned", order, key=f"payment_returned:{payment.pk}", **context)


def tell_revived(order: Order) -> None:
    """The payment came after the order's time, and there was room still."""
    _tell_buyer("order_revived", order, key=f"order_revived:{order.pk}")


def tell_refunded(order: Order, refund: Refund) -> None:
    """The money is on its way back."""
    _tell_buyer("order_refunded", order, key=f"refund:{refund.pk}", refund=refund)


def _tell_buyer(action: str, order: Order, *, key: str, **context: Any) -> None:
    if order.user is not None:
        known = {"order": order, "event": order.event, **context}
        send_mail(action=action, to=order.user.email, context=known, key=key, event=order.event)
