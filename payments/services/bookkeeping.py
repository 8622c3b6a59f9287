"""Lines of the ledger."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from orders.models import Order

from ..models import LedgerEntry, Payment, Refund

Kind = LedgerEntry.Kind


def book_payment(payment: Payment, order: Order, now: datetime, *, is_sale: bool = True) -> None:
    """The lines of money that came in: the payment, what the provider kept of it, and, where it is the order's,
    the sale and the site's share."""
    lines = [(Kind.PAYMENT, payment.received)]
    if payment.fee:
        lines.append((Kind.PROVIDER_FEE, -payment.fee))
    if is_sale:
        lines.insert(0, (Kind.SALE, order.amount))
        share = order.lines.aggregate(share=Sum("fee"))["share"] or Decimal(0)
        if share:
            lines.append((Kind.SITE_FEE, -share))
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            at=now,
            kind=kind,
            event_id=order.event_id,
            order=order,
            payment=payment,
            amount=amount,
            currency=payment.currency,
            reference=payment.capture_id or payment.provider_id or "",
        )
        for kind, amount in lines
    )


def book_refund(refund: Refund, order: Order, now: datetime) -> None:
    """The line of money that went back."""
    LedgerEntry.objects.create(
        at=now,
        kind=Kind.REFUND,
        event_id=order.event_id,
        order=order,
        payment_id=refund.payment_id,
        refund=refund,
        amount=-refund.amount,
        currency=refund.currency,
        reference=refund.provider_id or "",
    )
