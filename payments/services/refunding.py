"""Giving money back: a row with the reason first, then the provider is asked until it is done."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.rules import is_team
from openevent.exceptions import Conflict, InvalidInput, NotAllowed
from orders.models import Attendee, Order
from orders.pricing import round_money
from orders.services import delete_attendee

from .. import mails
from ..models import Payment, Refund
from ..providers import ProviderAway, RefundOutcome, Standing, provider_of
from ..tasks import carry_out_refund_task, issue_credit_note_task
from .bookkeeping import book_payment, book_refund
from .locking import claim, locked_order, release

MOST_ATTEMPTS = 20
LONGEST_PAUSE = timedelta(hours=6)
AMOUNT = "/data/attributes/amount"
ATTENDEE = "/data/relationships/attendee"
Reason = Refund.Reason


@transaction.atomic
def refund_order(*, order: Order, by: Any = None, now: datetime | None = None) -> list[Refund]:
    """Give back all that is left of the money of an order that was cancelled. Called again, it finds nothing."""
    row = locked_order(order.pk)
    if row.status != Order.Status.CANCELLED:
        raise Conflict(f"The order is {row.status}: cancel it first.", "wrong_state", "/data")
    if row.is_refund_due:
        _note_manual_payment(row, now or timezone.now())
    paid = row.payments.filter(state=Payment.State.PAID, refunded__lt=F("received"))
    return [make_refund(payment, reason=Reason.CANCELLED, by=by, now=now) for payment in paid]


def refund_a_part(*, order: Order, amount: Decimal | None, attendee: Attendee | None, by: Any) -> Refund:
    """Give a part of an order's money back: so much, or the share of an attendee of it. InvalidInput for both or
    neither."""
    if (amount is None) == (attendee is None):
        raise InvalidInput("Say an amount or an attendee.", "required", AMOUNT)
    if attendee is None:
        return refund_part(order=order, amount=amount or Decimal(0), by=by)
    if attendee.order_id != order.pk:
        raise InvalidInput("The attendee is not of this order.", "foreign_attendee", ATTENDEE)
    return refund_attendee(attendee=attendee, by=by)


@transaction.atomic
def refund_part(*, order: Order, amount: Decimal, by: Any, message: str = "", now: datetime | None = None) -> Refund:
    """Give back a part of a completed order's money; tickets stay. The team only."""
    payment = _paid_by(order, by)
    if not 0 < amount <= payment.received - payment.refunded:
        left = payment.received - payment.refunded
        raise InvalidInput(f"Between 0 and {left:f} can be given back.", "amount", AMOUNT)
    if amount != round_money(amount, payment.currency):
        raise InvalidInput(f"{payment.currency} has no such coin.", "odd_amount", AMOUNT)
    return make_refund(payment, reason=Reason.PARTIAL, amount=amount, by=by, message=message, now=now)


@transaction.atomic
def refund_attendee(*, attendee: Attendee, by: Any, now: datetime | None = None) -> Refund:
    """Take one attendee out of a paid order: his seat and his use of a code are free, his share of the line goes back
    (of what was not given back before). The team only; Conflict for the last one (cancel the order), for one that was
    taken out before, and where nothing was paid for him (delete him)."""
    order, line = attendee.order, attendee.order_line
    if order is None or line is None:
        raise Conflict("The attendee is of no order.", "no_order", ATTENDEE)
    payment = _paid_by(order, by)
    if Refund.objects.filter(attendee=attendee).exists() or attendee.deleted_at is not None:
        raise Conflict("This attendee was taken out already.", "duplicate", ATTENDEE)
    if not order.attendees.exclude(pk=attendee.pk).exists():
        raise Conflict("It is the only attendee of the order. Cancel the order.", "last_attendee", ATTENDEE)
    line.refresh_from_db()  # under the lock: another seat of it may have gone back meanwhile
    share = min(_share(line.total, line.quantity, line.returned, order.currency), payment.received - payment.refunded)
    if share <= 0:
        raise Conflict("There is no money to give back for this attendee.", "nothing_paid", ATTENDEE)
    delete_attendee(attendee=attendee, by=by)
    return make_refund(payment, reason=Reason.PARTIAL, amount=share, by=by, attendee=attendee, now=now)


def make_refund(
    payment: Payment,
    *,
    reason: str,
    amount: Decimal | None = None,
    by: Any = None,
    attendee: Attendee | None = None,
    message: str = "",
    now: datetime | None = None,
) -> Refund:
    """The row of a refund, all that is left unless an amount is said; carried out after commit. In the caller's
    transaction, with the order locked. The database refuses to promise more than came in."""
    now = now or timezone.now()
    amount = payment.received - payment.refunded if amount is None else amount
    Payment.objects.filter(pk=payment.pk).update(refunded=F("refunded") + amount)
    refund = Refund.objects.create(
        payment=payment,
        order_id=payment.order_id,
        attendee=attendee,
        reason=reason,
        amount=amount,
        currency=payment.currency,
        message=message,
        by=by if by is not None and by.is_authenticated else None,
        due_at=now,
        created_at=now,
    )
    carry_out_refund_task.publish_on_commit(refund.pk)
    return refund


def carry_out_refund(*, refund: Refund, now: datetime | None = None) -> Refund:
    """Ask the provider to give the money back. One that does not answer is asked again, by the same key."""
    now = now or timezone.now()
    is_by_hand = refund.payment.provider == Payment.Provider.MANUAL
    if refund.state != Refund.State.PENDING or is_by_hand or not claim(refund, now):
        return refund
    try:
        outcome = provider_of(refund).refund(refund)
    except ProviderAway as error:
        outcome = RefundOutcome(Standing.OPEN, message=error.message)
    except Conflict as error:  # the event's account is gone
        outcome = RefundOutcome(Standing.FAILED, message=error.message)
    finally:
        release(refund)
    return _settle(refund, outcome, now)


@transaction.atomic
def retry_refund(*, refund: Refund) -> None:
    """Try a refund that was given up, or that waits, once more."""
    rows = Refund.objects.filter(pk=refund.pk).exclude(state=Refund.State.DONE)
    if not rows.update(state=Refund.State.PENDING, attempts=0, due_at=timezone.now()):
        raise Conflict("This money went back already.", "done")
    carry_out_refund_task.publish_on_commit(refund.pk)


def settle_manual_refund(*, refund: Refund, by: Any, now: datetime | None = None) -> Refund:
    """The team has transferred the money by hand. Conflict for a payment that its provider gives back itself."""
    if not is_team(by, refund.order):
        raise NotAllowed("Only the event's team gives money back.")
    if refund.payment.provider != Payment.Provider.MANUAL:
        raise Conflict(f"The money goes back by {refund.payment.provider}.", "not_by_hand")
    return _settle(refund, RefundOutcome(Standing.PAID, provider_id="by hand"), now or timezone.now())


@transaction.atomic
def _settle(refund: Refund, outcome: RefundOutcome, now: datetime) -> Refund:
    order = locked_order(refund.order_id)
    row = Refund.objects.select_for_update(of=("self",), no_key=True).select_related("payment").get(pk=refund.pk)
    if row.state == Refund.State.DONE:
        return row
    row.order = order
    row.attempts += 1
    row.provider_id = outcome.provider_id or row.provider_id
    row.message = outcome.message or row.message
    if outcome.standing is Standing.PAID:
        row.state, row.done_at = Refund.State.DONE, now
        book_refund(row, order, now)
        _close(row, order)
        mails.tell_refunded(order, row)
        issue_credit_note_task.publish_on_commit(row.pk)
    elif outcome.standing is Standing.FAILED or row.attempts >= MOST_ATTEMPTS:
        row.state = Refund.State.FAILED
    else:
        row.due_at = now + min(timedelta(seconds=30) * 2 ** min(row.attempts, 12), LONGEST_PAUSE)
    row.save()
    return row


def _close(refund: Refund, order: Order) -> None:
    """A payment of which all went back is over, and so is what the order was owed."""
    done = sum(Refund.objects.filter(payment_id=refund.payment_id, state="done").values_list("amount", flat=True))
    payment = refund.payment
    if done + refund.amount < payment.received:
        return
    if payment.state == Payment.State.PAID:
        Payment.objects.filter(pk=payment.pk).update(state=Payment.State.REFUNDED)
        Order.with_trashed.filter(pk=order.pk).update(is_refund_due=False)


def _note_manual_payment(order: Order, now: datetime) -> None:
    """An order that the team completed, and cancelled before its payment was written down."""
    if order.amount <= 0 or order.payments.with_money().exists():
        return
    payment = Payment.objects.create(
        order=order,
        provider=Payment.Provider.MANUAL,
        state=Payment.State.PAID,
        amount=order.amount,
        received=order.amount,
        currency=order.currency,
        key=f"{order.identifier}-by-hand",
        settled_at=now,
        created_at=now,
    )
    book_payment(payment, order, now)


def _paid_by(order: Order, by: Any) -> Payment:
    if not is_team(by, order):
        raise NotAllowed("Only the event's team gives money back.")
    row = locked_order(order.pk)
    payment = row.payments.filter(state=Payment.State.PAID).first()
    if row.status != Order.Status.COMPLETED or payment is None:
        raise Conflict("There is no payment of this order that could be given back.", "not_paid", "/data")
    return payment


def _share(total: Decimal, quantity: int, returned: int, currency: str) -> Decimal:
    """What the next seat of a line that is given back is worth: all seats together are worth the whole line."""
    before = round_money(total * returned / quantity, currency)
    return round_money(total * (returned + 1) / quantity, currency) - before
