"""What payments write to people. The words are in templates/mail/."""

from typing import Any

from accounts.mail import frontend_url, send_mail
from accounts.services import notify
from orders.models import Order

from .models import EventInvoice, Payment, Refund


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


def tell_of_bill(invoice: EventInvoice, action: str = "monthly_payment") -> bool:
    """Mail the organizer the site's bill, or (by ``action``) a reminder of it, once each; whether it was now."""
    if invoice.user is None or invoice.due_at is None:
        return False
    title = f"Invoice of {invoice.month:%B %Y} for {invoice.event.name}"
    key = f"{action}:{invoice.pk}"
    if action == "monthly_payment":
        notify(users=[invoice.user], kind=action, title=title, about=invoice, key=key)
    context = {
        "invoice": invoice,
        "event": invoice.event,
        "month": invoice.month,
        "due": invoice.due_at,
        "link": f"{frontend_url()}/event-invoice/{invoice.identifier}/review",
    }
    mail = send_mail(action=action, to=invoice.user.email, context=context, key=key, event=invoice.event)
    return mail is not None
