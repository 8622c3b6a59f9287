"""``place_order``: the only way an order comes into being, whoever asks and by whichever door."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.models import Event
from events.rules import is_team
from openevent.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from openevent.prepared import PreparedInsert
from ticketing import stock

from .. import pricing
from ..models import Attendee, Order, OrderLine
from .answers import demand_answers
from .billing import BILLING_FIELDS
from .cart import BY_ATTENDEES, BY_CART, ON_SITE, CartItem, Way
from .codes import EXCEEDED, AccessInput, CodeInput
from .expiry import expire_overdue
from .payment_modes import demand_amount, payment_mode_for
from .quoting import Cart, fill_cart
from .selling import demand_moderate_size
from .states import HOLDING, POINTER, UNPAID, Move, account, announce_completed, record, take_code_uses

Status = Order.Status
_NEW_ORDER, _NEW_LINES = PreparedInsert(Order), PreparedInsert(OrderLine)
_NEW_ATTENDEES = PreparedInsert(Attendee)


@dataclass(frozen=True)
class Purchase:
    """What is written once the cart is right."""

    cart: Cart
    quote: pricing.Quote
    attendees: Sequence[Attendee]  # those that exist; empty: one is made for each seat
    attributes: Mapping[str, Any]  # of the order
    move: Move


def place_order(
    *,
    by: Any,
    buyer: Any = None,
    event: Event | None = None,
    items: Sequence[CartItem] | None = None,
    attendee_ids: Sequence[int] | None = None,
    is_on_site: bool = False,
    discount_code: CodeInput = None,
    access_code: AccessInput = None,
    status: str | None = None,
    amount: Decimal | None = None,
    payment_mode: str | None = None,
    billing: Mapping[str, Any] | None = None,
    paid_via: str | None = None,
    reason: str = "",
    does_code_count: bool = False,
    now: datetime | None = None,
) -> Order:
    """A new order with its lines, attendees, seats, uses of codes and the first line of its history.

    Either ``items`` (the server makes nameless attendees; ``event`` may be left to the tickets) or
    ``attendee_ids`` of attendees that lie in the cart. ``by`` acts (None: the system), ``buyer`` owns
    the order, by default the same. ``status``, ``amount``, ``paid_via`` and ``reason`` (for the history) count
    only from the event's team; its discount codes only with ``does_code_count``, as when a buyer stands at the
    door. The returned order knows its ``lines`` and ``attendees`` without asking again.

    Raises InvalidInput, NotAllowed, NotFound, SoldOut and Conflict with pointers, and then nothing is
    written. When too few seats or uses are left, what overdue orders hold is released first.
    """
    now = now or timezone.now()
    way = ON_SITE if is_on_site else BY_CART if attendee_ids is None else BY_ATTENDEES
    attendees = [] if attendee_ids is None else _cart_attendees(attendee_ids, by)
    cart = fill_cart(
        items=_items_of(attendees) if attendees else _demand_items(items, way),
        tickets={a.ticket_id: a.ticket for a in attendees} or None,
        way=way,
        by=by,
        event=event,
        discount_code=discount_code,
        access_code=access_code,
        does_code_count=does_code_count,
        now=now,
    )
    if is_on_site and not cart.is_by_team:
        raise NotAllowed("Only the event's team sells on site.")
    if attendees and not cart.is_by_team:
        demand_answers(cart.event, attendees)  # this way in hands the order in at once
    purchase = _purchase(
        cart,
        attendees,
        Move(by, f"placed {way.name}" + (f": {reason}" if reason and cart.is_by_team else ""), now),
        paid_via=paid_via if cart.is_by_team else None,
        owner=buyer or by,
        status=status,
        amount=amount,
        payment_mode=payment_mode,
        billing=billing or {},
    )
    return _take_or_refuse(purchase)


def _take_or_refuse(purchase: Purchase) -> Order:
    """Write the purchase; when too few seats are left, once more after overdue orders gave theirs back."""
    cart = purchase.cart
    try:
        shortages = stock.shortages_of(list(cart.tickets.values()), cart.seats)
        if shortages:  # as they were read: a cheap no for the many who come too late
            raise stock.SoldOut(shortages)
        return _write(purchase)
    except stock.SoldOut as refusal:
        tickets = [shortage.ticket_id for shortage in refusal.shortages]
        if not expire_overdue(now=purchase.move.time, ticket_ids=tickets):
            raise refusal.at(cart.way.stock) from None
    try:
        return _write(purchase)
    except stock.SoldOut as refusal:
        raise refusal.at(cart.way.stock) from None


@transaction.atomic
def _write(purchase: Purchase) -> Order:
    """All of it in one transaction; codes and seats last, their rows are then locked for the commit only."""
    cart = purchase.cart
    demand_moderate_size(cart.items, cart.way)
    order = _NEW_ORDER.create(Order(**purchase.attributes))
    lines = _NEW_LINES.create_all([OrderLine(order=order, **_line_attributes(line)) for line in purchase.quote.lines])
    attendees = _write_attendees(purchase, order, lines)
    record(order, "", purchase.move)
    if order.status in HOLDING or order.status == Status.COMPLETED:
        _take(order, cart)
    if order.status == Status.COMPLETED:
        announce_completed(order)
    _remember(order, lines=lines, attendees=attendees)
    return order


def _remember(order: Order, **rows: list[Any]) -> None:
    """What was just written need not be read: as if it had been prefetched."""
    known = {}
    for name, written in rows.items():
        known[name] = getattr(order, name).all()
        known[name]._result_cache = written
    order._prefetched_objects_cache = known  # type: ignore[attr-defined]


def _take(order: Order, cart: Cart) -> None:
    try:
        take_code_uses(order)
    except stock.CodeExhausted:
        is_discount = cart.discount_code is not None
        pointer = cart.way.discount_code if is_discount else cart.way.access_code
        raise InvalidInput(EXCEEDED, "code_exhausted", pointer) from None
    (stock.reserve_seats if order.status in HOLDING else stock.sell_directly)(cart.seats)


def _write_attendees(purchase: Purchase, order: Order, lines: Sequence[OrderLine]) -> list[Attendee]:
    if not purchase.attendees:
        return _NEW_ATTENDEES.create_all(_nameless(purchase.cart, order, lines))
    line_of = {line.ticket_id: line for line in lines}
    for line in lines:
        mine = [a.pk for a in purchase.attendees if a.ticket_id == line.ticket_id]
        free = Attendee.objects.filter(pk__in=mine, order=None)
        if free.update(order=order, order_line=line, modified_at=purchase.move.time) != len(mine):
            raise Conflict("An attendee has an order already.", "attendee_ordered", purchase.cart.way.items)
    for attendee in purchase.attendees:
        attendee.order, attendee.order_line = order, line_of[attendee.ticket_id]
    return list(purchase.attendees)


def _nameless(cart: Cart, order: Order, lines: Sequence[OrderLine]) -> list[Attendee]:
    """One attendee for each seat; those sold at the door are called so, for the lists at the door."""
    name = {"firstname": "On-site", "lastname": "attendee"} if cart.way is ON_SITE else {}
    discounted = cart.quote.discount_rule.ticket_ids if cart.quote.discount_rule else frozenset()
    return [
        Attendee(
            event=cart.event,
            ticket=cart.tickets[line.ticket_id],
            order=order,
            order_line=line,
            created_by_id=order.user_id,
            is_discount_applied=line.ticket_id in discounted,
            is_access_code_applied=bool(cart.access_code) and cart.tickets[line.ticket_id].is_hidden,
            **name,
        )
        for line in lines
        for _ in range(line.quantity)
    ]


def _line_attributes(line: pricing.Line) -> dict[str, Any]:
    rule = line.tax_rule
    return {
        "ticket_id": line.ticket_id,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "discount": line.discount,
        "fee": line.fee,
        "is_fee_absorbed": line.is_fee_absorbed,
        "tax_name": rule.name if rule else None,
        "tax_rate": rule.rate if rule else None,
        "is_tax_included": bool(rule and rule.is_included),
        "tax": line.tax,
        "adjustment": line.adjustment,
        "total": line.total,
    }


def _purchase(
    cart: Cart,
    attendees: Sequence[Attendee],
    move: Move,
    *,
    owner: Any,
    status: str | None,
    amount: Decimal | None,
    payment_mode: str | None,
    paid_via: str | None,
    billing: Mapping[str, Any],
) -> Purchase:
    quote = cart.quote
    if cart.is_by_team and amount is not None:
        quote = pricing.with_amount(quote, demand_amount(amount))
    demand_amount(quote.total)
    code, state = cart.discount_code, _initial_status(cart, status)
    expiry = timedelta(minutes=cart.site.expiry_minutes)
    attributes = {
        **{name: value for name, value in billing.items() if name in BILLING_FIELDS},
        "event": cart.event,
        "user": account(owner),
        "marketer_id": code.marketer_id if code else None,
        "discount_code": code,
        "discount_uses": quote.discounted_quantity if code else 0,
        "access_code": cart.access_code,
        "access_uses": cart.access_uses,
        "status": state,
        "amount": quote.total,
        "currency": quote.currency,
        "payment_mode": payment_mode_for(cart.event, quote.total, payment_mode, cart.is_by_team),
        "paid_via": paid_via if quote.total else None,
        "created_at": move.time,
        "expires_at": move.time + expiry if state in UNPAID else None,
        "completed_at": move.time if state == Status.COMPLETED else None,
    }
    return Purchase(cart, quote, attendees, attributes, move)


def _initial_status(cart: Cart, wanted: str | None) -> str:
    """Pending, or initializing where the buyer hands it in later; the team may say what it likes."""
    if cart.is_by_team and wanted:
        if wanted not in Status.values:
            raise InvalidInput(f"{wanted} is no status of an order.", "unknown_status", POINTER)
        return wanted
    if cart.way is ON_SITE:
        return Status.COMPLETED
    return Status.INITIALIZING if cart.way is BY_CART else Status.PENDING


def _demand_items(items: Sequence[CartItem] | None, way: Way) -> Sequence[CartItem]:
    if not items:
        raise InvalidInput("At least one ticket is needed.", "required", way.stock)
    return items


def _items_of(attendees: Sequence[Attendee]) -> list[CartItem]:
    seats = Counter(attendee.ticket_id for attendee in attendees)
    return [CartItem(ticket_id, count, pointer=BY_ATTENDEES.items) for ticket_id, count in seats.items()]


def _cart_attendees(attendee_ids: Sequence[int], by: Any) -> list[Attendee]:
    """The attendees with their tickets: those in one's own cart, and for the team all of its event."""
    pointer = BY_ATTENDEES.items
    ids = set(attendee_ids)
    if not ids:
        raise InvalidInput("At least one attendee is needed.", "required", pointer)
    rows = Attendee.objects.filter(pk__in=ids).select_related("ticket__event").order_by("pk")
    found = [a for a in rows if by is None or a.created_by_id == by.pk or is_team(by, a)]
    if len(found) != len(ids):
        missing = sorted(ids - {attendee.pk for attendee in found})
        raise NotFound(f"Attendee with id: {missing[0]} not found", "unknown_attendee", pointer)
    if any(attendee.order_id for attendee in found):
        raise Conflict("An attendee has an order already.", "attendee_ordered", pointer)
    return found
