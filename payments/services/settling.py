"""``settle_payment``: what a provider says about a payment becomes state, once, whoever heard it first.

The browser, a webhook and the sweeper all end here. They may come in any order and any number of times.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from openevent.exceptions import DomainError
from orders.models import Order, OrderTransition
from orders.services import complete_order

from .. import mails
from ..models import Payment
from ..providers import Outcome, Standing
from ..tasks import issue_invoice_task
from .bookkeeping import book_payment
from .locking import locked_order
from .refunding import make_refund

State = Payment.State
DONE = frozenset({State.PAID, State.SURPLUS, State.REFUNDED})
CARD_FIELDS = ("brand", "last4", "exp_month", "exp_year")


@transaction.atomic
def settle_payment(*, payment: Payment, outcome: Outcome, now: datetime | None = None) -> Payment:
    """Store what is known now. Money completes the order; if that cannot be, because the order is paid or cancelled,
    sold out meanwhile or of another amount, the money goes back by itself. A payment whose money came once
    is never changed here again."""
    now = now or timezone.now()
    order = locked_order(payment.order_id)
    row = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    row.order = order
    if row.state in DONE:
        return row
    _take_what_is_said(row, outcome, now)
    if outcome.standing is Standing.PAID:
        _take_money(row, order, outcome, now)
    elif outcome.standing is Standing.FAILED and row.state == State.OPEN:
        row.state, row.settled_at = State.FAILED, now
    row.save()
    return row


@transaction.atomic
def record_manual_payment(*, order: Order, now: datetime | None = None) -> Payment | None:
    """An order that the team completed was paid by bank, cheque or cash: that is a payment like others. None where
    there is one already, or nothing to be paid."""
    now = now or timezone.now()
    row = locked_order(order.pk)
    if row.status != Order.Status.COMPLETED or row.amount <= 0:
        return None
    if row.payments.filter(state__in=[State.PAID, State.REFUNDED]).exists():
        return None
    # a card payment that is under way gives way: if its money comes, it is one too many and goes back
    row.payments.filter(state=State.OPEN).update(state=State.FAILED, settled_at=now, message="completed by the team")
    payment = Payment.objects.create(
        order=row,
        provider=Payment.Provider.MANUAL,
        state=State.PAID,
        amount=row.amount,
        received=row.amount,
        currency=row.currency,
        key=new_key(row),
        settled_at=now,
        created_at=now,
    )
    book_payment(payment, row, now)
    issue_invoice_task.publish_on_commit(row.pk)
    return payment


def new_key(order: Order) -> str:
    """The key of the order's next payment: the order's own, and which attempt it is."""
    return f"{order.identifier}-{order.payments.count() + 1}"


def _take_what_is_said(row: Payment, outcome: Outcome, now: datetime) -> None:
    row.asked_at = now
    row.provider_id = row.provider_id or outcome.provider_id
    row.capture_id = outcome.capture_id or row.capture_id
    row.approval_url = outcome.approval_url or row.approval_url
    row.message = outcome.message or row.message
    if outcome.standing is not Standing.OPEN:
        row.source = None


def _take_money(row: Payment, order: Order, outcome: Outcome, now: datetime) -> None:
    row.received, row.fee, row.settled_at = outcome.received, outcome.fee, now
    objection = _objection(row, order, outcome)
    if objection is None:
        objection = _complete(row, order, outcome, now)
    if objection is None:
        row.state = State.PAID
        row.save()
        book_payment(row, order, now)
        issue_invoice_task.publish_on_commit(order.pk)
        return
    row.state, row.message = State.SURPLUS, objection
    row.save()
    book_payment(row, order, now, is_sale=False)
    is_late = order.status in (Order.Status.EXPIRED, Order.Status.CANCELLED)
    make_refund(row, reason="late" if is_late else "surplus", message=objection, now=now)
    row.refresh_from_db(fields=["refunded"])
    _note(order, objection, now)
    mails.tell_money_comes_back(order, row, objection)


def _objection(row: Payment, order: Order, outcome: Outcome) -> str | None:
    """Why this money cannot be the order's."""
    if outcome.currency.upper() != order.currency.upper():
        return f"paid in {outcome.currency} instead of {order.currency}"
    if outcome.received != order.amount:
        return f"paid {outcome.received:f} instead of {order.amount:f} {order.currency}"
    if order.payments.exclude(pk=row.pk).filter(state=State.PAID).exists() or order.is_paid:
        return "the order was paid already"
    if order.status == Order.Status.CANCELLED or order.deleted_at is not None:
        return "the order was cancelled"
    return None


def _complete(row: Payment, order: Order, outcome: Outcome, now: datetime) -> str | None:
    """Complete the order; why it cannot be where it cannot."""
    payment = {"paid_via": row.provider, "transaction_id": row.capture_id or row.provider_id}
    payment |= {name: outcome.card[name] for name in CARD_FIELDS if outcome.card.get(name)}
    was_expired = order.status == Order.Status.EXPIRED
    others = order.payments.exclude(pk=row.pk).filter(state=State.OPEN)
    try:
        with transaction.atomic():
            others.update(state=State.FAILED, settled_at=now, message="another payment came first")
            reason = "paid late, there was room" if was_expired else f"paid by {row.provider}"
            moved = complete_order(order, reason=reason, now=now, payment=payment)
    except DomainError as error:  # no seat or no use of the code left
        return f"the payment came too late: {error.message}"[:500]
    order.status, order.completed_at = moved.status, moved.completed_at
    if was_expired:
        mails.tell_revived(order)
    return None


def _note(order: Order, reason: str, now: datetime) -> None:
    """A line in the order's history: it stays what it is, and why the money goes back."""
    OrderTransition.objects.create(
        order=order,
        at=now,
        from_status=order.status,
        to_status=order.status,
        reason=f"money goes back: {reason}"[:255],
    )
