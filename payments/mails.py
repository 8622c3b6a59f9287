"""What payments write to people. The words are in templates/mail/."""

from accounts.mail import send_mail
from orders.models import Order

from .models import Payment, Refund


def tell_money_comes_back(order: Order, payment: Payment, reason: str) -> None:
    """The buyer paid, and gets the money back: too late, twice, or another amount."""
    if order.user is not None:
        context = {"order": order, "event": order.event, "payment": payment, "reason": reason}
        send_mail(action="payment_returned", to=order.user.email, context=context, key=f"payment_returned:{payment.pk}")


def tell_revived(order: Order) -> None:
    """The payment came after the order's time, and there was room still."""
    if order.user is not None:
        context = {"order": order, "event": order.event}
        send_mail(action="order_revived", to=order.user.email, context=context, key=f"order_revived:{order.pk}")


def tell_refunded(order: Order, refund: Refund) -> None:
    """The money is on its way back."""
    if order.user is not None:
        context = {"order": order, "event": order.event, "refund": refund}
        send_mail(action="order_refunded", to=order.user.email, context=context, key=f"refund:{refund.pk}")
