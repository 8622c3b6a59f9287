"""The state machine of orders: the only code that moves ``Order.status``.

Every move locks the order, moves its seats and the uses of its codes exactly once, leaves an
OrderTransition, and has its effects after commit. Asking for the state that the order is in changes
nothing, so that every call may be made twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from openevent.exceptions import Conflict, NotFound
from openevent.prepared import PreparedInsert, PreparedSelect
from ticketing import stock
from ticketing.models import AccessCode, DiscountCode

from .. import mails
from ..models import Order, OrderTransition
from ..signals import order_completed, order_refund_due
from .selling import SiteRules

Status = Order.Status
POINTER = "/data/attributes/status"

UNPAID = frozenset({Status.INITIALIZING, Status.PENDING})  # these expire
HOLDING = frozenset({*UNPAID, Status.PLACED})
FINAL = frozenset({Status.CANCELLED, Status.EXPIRED})
# Out of a final state only by an administrator, or by the system when money arrives late: the seats
# are taken anew, if there are any left.
NEXT: dict[str, frozenset[Status]] = {
    Status.INITIALIZING: frozenset({Status.PENDING, Status.PLACED, Status.COMPLETED, Status.CANCELLED, Status.EXPIRED}),
    Status.PENDING: frozenset({Status.PLACED, Status.COMPLETED, Status.CANCELLED, Status.EXPIRED}),
    Status.PLACED: frozenset({Status.PENDING, Status.COMPLETED, Status.CANCELLED, Status.EXPIRED}),
    Status.COMPLETED: frozenset({Status.CANCELLED}),
    Status.CANCELLED: frozenset({Status.PENDING, Status.PLACED, Status.COMPLETED}),
    Status.EXPIRED: frozenset({Status.PENDING, Status.PLACED, Status.COMPLETED}),
}


@dataclass(frozen=True)
class Move:
    """Who moves an order, why and when. ``by`` None is the system."""

    by: Any = None
    reason: str = ""
    at: datetime | None = None

    @property
    def time(self) -> datetime:
        """When it happens."""
        return self.at or timezone.now()


def submit_order(order: Order, *, by: Any = None, reason: str = "", now: datetime | None = None) -> Order:
    """Hand in an order that is to be paid: initializing → pending, with a new time to pay in."""
    return move_order(order, Status.PENDING, Move(by, reason, now))


def mark_placed(order: Order, *, by: Any = None, reason: str = "", now: datetime | None = None) -> Order:
    """Hand in an order that is paid by bank, cheque or at the door: its seats wait without end."""
    return move_order(order, Status.PLACED, Move(by, reason, now))


def complete_order(
    order: Order,
    *,
    by: Any = None,
    reason: str = "",
    now: datetime | None = None,
    payment: dict[str, Any] | None = None,
) -> Order:
    """Sell the seats; tickets are issued after commit. ``payment`` are attributes of Order that say how
    it was paid (``paid_via``, ``transaction_id``, …). Of an expired order the seats are taken anew:
    SoldOut when they are gone. Conflict out of a state that cannot be completed."""
    return move_order(order, Status.COMPLETED, Move(by, reason, now), **(payment or {}))


def cancel_order(
    order: Order,
    *,
    by: Any = None,
    reason: str = "",
    cancel_note: str | None = None,
    now: datetime | None = None,
) -> Order:
    """Give everything back and mail the buyer. Of a paid order ``is_refund_due`` is set, and
    ``order_refund_due`` tells payments after commit."""
    attributes = {} if cancel_note is None else {"cancel_note": cancel_note}
    return move_order(order, Status.CANCELLED, Move(by, reason or cancel_note or "", now), **attributes)


def expire_order(order: Order, *, reason: str = "not paid in time", now: datetime | None = None) -> Order:
    """Give back what an unpaid order held."""
    return move_order(order, Status.EXPIRED, Move(None, reason, now))


@transaction.atomic
def move_order(order: Order, to: str, move: Move, **attributes: Any) -> Order:
    """The one transition: returns the order as it is afterwards, locked until the caller's commit."""
    return move_locked(lock_order(order.pk), to, move, **attributes)


def move_locked(row: Order, to: str, move: Move, **attributes: Any) -> Order:
    """``move_order`` of a row that the caller has locked in his transaction."""
    if row.status == to:
        return row
    if to not in NEXT[row.status]:
        raise Conflict(f"An order that is {row.status} cannot become {to}.", "wrong_state", POINTER)
    before, was_paid = row.status, row.is_paid
    row.status = to
    for name, value in attributes.items():
        setattr(row, name, value)
    row.expires_at = _expiry(row, move.time)
    row.completed_at = move.time if to == Status.COMPLETED else row.completed_at
    row.is_refund_due = was_paid or row.is_refund_due
    row.save(update_fields=["status", "expires_at", "completed_at", "is_refund_due", *attributes])
    record(row, before, move)
    _move_holdings(row, before, to)
    _announce(row, before, was_paid)
    return row


_NEW_TRANSITION = PreparedInsert(OrderTransition)
_LOCKED = PreparedSelect(
    lambda pk: Order.objects.select_for_update(of=("self",), no_key=True)
    .select_related("event", "user")
    .filter(pk=pk)
    .order_by(),
    int,
)


def lock_order(order_id: int) -> Order:
    """The order's row as it stands now, nobody else's until the transaction ends."""
    order = _LOCKED.first(order_id)
    if order is None:
        raise NotFound("Object not found.")
    return order


def record(order: Order, before: str, move: Move) -> None:
    """A line of the order's history."""
    transition = OrderTransition(
        order=order,
        at=move.time,
        by=account(move.by),
        from_status=before,
        to_status=order.status,
        reason=move.reason[:255],
    )
    _NEW_TRANSITION.create(transition)


def announce_completed(order: Order) -> None:
    """Tell the listeners after commit that tickets are to be issued."""
    transaction.on_commit(partial(order_completed.send, sender=Order, order=order))


def account(user: Any) -> Any:
    """The user as a foreign key takes it: None for the system and for strangers."""
    return user if user is not None and user.is_authenticated else None


def _expiry(order: Order, now: datetime) -> datetime | None:
    if order.status not in UNPAID:
        return None
    return now + timedelta(minutes=SiteRules.load().expiry_minutes)


def _announce(order: Order, before: str, was_paid: bool) -> None:
    if order.status == Status.COMPLETED:
        announce_completed(order)
    if order.status == Status.CANCELLED:
        mails.tell_cancelled(order)
        if was_paid:
            transaction.on_commit(partial(order_refund_due.send, sender=Order, order=order))


def _move_holdings(order: Order, before: str, after: str) -> None:
    """Seats and uses of codes follow the state: none → held → sold and back."""
    held, sold = before in HOLDING, before == Status.COMPLETED
    if after in HOLDING and held:
        return
    if not held and not sold:
        take_code_uses(order)
    elif after in FINAL:
        give_back_code_uses(order)
    seats = seats_of_order(order)
    if after == Status.COMPLETED:
        (stock.sell_seats if held else stock.sell_directly)(seats)
    elif after in HOLDING:
        stock.reserve_seats(seats)
    else:
        (stock.release_seats if held else stock.return_sold)(seats)


def seats_of_order(order: Order) -> dict[int, int]:
    """Ticket id → how many seats the order is for."""
    seats: dict[int, int] = {}
    for ticket_id, quantity, returned in order.lines.values_list("ticket_id", "quantity", "returned"):
        seats[ticket_id] = seats.get(ticket_id, 0) + quantity - returned
    return seats


def take_code_uses(order: Order) -> None:
    """Count the codes of an order that begins to hold something; CodeExhausted when they are used up."""
    if order.discount_code and order.discount_uses:
        stock.take_code_uses(order.discount_code, order.discount_uses)
    if order.access_code and order.access_uses:
        stock.take_code_uses(order.access_code, order.access_uses)


def give_back_code_uses(order: Order) -> None:
    """Undo ``take_code_uses``."""
    if order.discount_code_id and order.discount_uses:
        stock.give_back_code_uses(DiscountCode, order.discount_code_id, order.discount_uses)
    if order.access_code_id and order.access_uses:
        stock.give_back_code_uses(AccessCode, order.access_code_id, order.access_uses)
