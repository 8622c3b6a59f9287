"""Changing an order by hand: what its buyer, the event's team and administrators may do with it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.querysets import is_admin
from events.rules import is_team
from openevent.exceptions import InvalidInput, NotAllowed

from .. import mails, pricing
from ..models import Attendee, Order
from ..rules import is_buyer
from .answers import demand_answers_of_order
from .billing import BILLING_FIELDS
from .changes import changed_attributes, refuse_changes
from .payment_modes import OFFLINE, demand_amount, payment_mode_for
from .quoting import quote_of_order
from .states import FINAL, POINTER, UNPAID, Move, cancel_order, lock_order, move_locked

Status = Order.Status
# null in these says nothing: clients send it for what they do not know
NEVER_NULL = frozenset({"status", "amount", "payment_mode"})
FOR_ADMINS = BILLING_FIELDS | {"status", "amount", "payment_mode", "cancel_note"}
FOR_TEAM = frozenset({"status", "cancel_note"})
FOR_BUYER_WHILE_UNPAID = BILLING_FIELDS | {"status", "payment_mode", "cancel_note"}
FOR_BUYER = frozenset({"status"})


@transaction.atomic
def update_order(*, order: Order, by: Any, changes: Mapping[str, Any], now: datetime | None = None) -> Order:
    """Apply what a PATCH really changes (``changes``: attributes of the model, as many as the client sent).

    Administrators: almost everything. The team: the status. The buyer: contact, billing and payment mode
    while it is not paid, and the status as far as ``_buyer_moves`` says. NotAllowed (403) for the rest,
    with pointers; nothing is changed then. Returns the order as it is afterwards.
    """
    row = lock_order(order.pk)
    given = {
        name: value
        for name, value in changes.items()
        if name in FOR_ADMINS and not (value is None and name in NEVER_NULL)
    }
    wanted = changed_attributes(row, given)
    refuse_changes(wanted, _allowed(row, by))
    status = wanted.pop("status", None)
    if status is not None:
        _demand_move(row, str(status), by, wanted)
    _store(row, wanted, is_by_team=by is None or is_team(by, row))
    if status is None:
        return row
    return _move(row, str(status), Move(by, str(wanted.get("cancel_note") or ""), now))


@transaction.atomic
def name_marketer(*, order: Order, marketer: Any, by: Any) -> Order:
    """Note who brought the order in (None: nobody), as the sales by marketer count it. Only administrators (403)."""
    if not is_admin(by):
        raise NotAllowed("Only administrators say who brought an order in.", pointer="/data/relationships/marketer")
    row = lock_order(order.pk)
    row.marketer = marketer
    row.save(update_fields=["marketer"])
    return row


@transaction.atomic
def delete_order(*, order: Order, by: Any, cancel_note: str = "", now: datetime | None = None) -> None:
    """Cancel the order (a paid one becomes due for its refund) and put it, with its attendees, in the
    trash. The buyer is mailed the note. Only administrators (403)."""
    if by is not None and not is_admin(by):
        raise NotAllowed("Only administrators delete orders.")
    now = now or timezone.now()
    row = lock_order(order.pk)
    if row.status in FINAL:
        row.cancel_note = cancel_note or row.cancel_note
        mails.tell_cancelled(row)
    else:
        row = cancel_order(row, by=by, cancel_note=cancel_note or None, reason="deleted", now=now)
    row.deleted_at = now
    row.save(update_fields=["deleted_at", "cancel_note"])
    Attendee.objects.filter(order=row).update(deleted_at=now)


def _allowed(row: Order, by: Any) -> frozenset[str]:
    if by is None or is_admin(by):
        return FOR_ADMINS
    allowed: frozenset[str] = FOR_TEAM if is_team(by, row) else frozenset()
    if is_buyer(by, row):
        allowed |= FOR_BUYER_WHILE_UNPAID if row.status in UNPAID else FOR_BUYER
    return allowed


def _demand_move(row: Order, to: str, by: Any, wanted: Mapping[str, Any]) -> None:
    """403 for a change of state that this person may not bring about."""
    if to not in Status.values:
        raise InvalidInput(f"{to} is no status of an order.", "unknown_status", POINTER)
    if by is None or is_admin(by):
        if row.is_paid and to != Status.CANCELLED:
            raise NotAllowed("A paid order changes through its refund only.", "paid", POINTER)
        return
    if is_team(by, row):
        if row.status in FINAL:
            raise NotAllowed(f"An order that is {row.status} stays so.", "final", POINTER)
        if row.is_paid and to != Status.CANCELLED:
            raise NotAllowed("A paid order changes through its refund only.", "paid", POINTER)
        return
    if to not in _buyer_moves(row, wanted.get("payment_mode") or row.payment_mode):
        raise NotAllowed(f"You cannot make this order {to}.", "forbidden", POINTER)
    if to != Status.CANCELLED:
        demand_answers_of_order(row.pk, row.event)


def _buyer_moves(row: Order, payment_mode: str | None) -> set[str]:
    """Which states a buyer can bring his order to: never a paid one to completed."""
    if row.status not in {*UNPAID, Status.PLACED}:
        return set()
    moves: set[str] = {Status.CANCELLED}
    if row.status == Status.INITIALIZING:
        moves.add(Status.PENDING)
    if row.is_free:
        moves |= {Status.COMPLETED, Status.PLACED}
    elif payment_mode in OFFLINE:
        moves.add(Status.PLACED)
    return moves


def _move(row: Order, to: str, move: Move) -> Order:
    # placing what costs nothing completes it: there is nothing to wait for
    is_complete = to == Status.PLACED and row.is_free
    return move_locked(row, Status.COMPLETED if is_complete else to, move)


def _store(row: Order, wanted: Mapping[str, Any], *, is_by_team: bool) -> None:
    """Write plain attributes; a new amount is spread over the lines."""
    if not wanted:
        return
    for name, value in wanted.items():
        setattr(row, name, value)
    names = set(wanted)
    if "amount" in wanted:
        _reprice(row, demand_amount(Decimal(str(wanted["amount"]))))
        names |= {"amount", "payment_mode"}
    if names & {"amount", "payment_mode"}:
        row.payment_mode = payment_mode_for(row.event, row.amount, row.payment_mode, is_by_team)
    row.save(update_fields=names)


def _reprice(row: Order, amount: Decimal) -> None:
    lines = list(row.lines.all())
    named = pricing.with_amount(quote_of_order(row, lines), amount)
    for line, priced in zip(lines, named.lines, strict=True):
        line.tax, line.adjustment, line.total = priced.tax, priced.adjustment, priced.total
        line.save(update_fields=["tax", "adjustment", "total"])
    row.amount = named.total
    if row.payment_mode == Order.PaymentMode.FREE:
        row.payment_mode = None
