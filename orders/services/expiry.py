"""Orders whose time is over: released by beat, and at once when somebody else wants their seats."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from ticketing import stock
from ticketing.models import AccessCode, DiscountCode

from ..models import Order, OrderLine, OrderTransition
from ..querysets import OrderQuerySet

BATCH = 200  # orders in one transaction
REASON = "not paid in time"


def expire_overdue(
    *,
    now: datetime | None = None,
    ticket_ids: Collection[int] | None = None,
    code: DiscountCode | AccessCode | None = None,
) -> int:
    """Expire a batch of overdue orders, all or those that hold these tickets or this code, and give
    back what they held. Orders that somebody else is working on are left to him. Returns how many
    were expired: 0 when there is nothing more to do."""
    now = now or timezone.now()
    rows = Order.objects.overdue(now)
    if ticket_ids is not None:
        rows = rows.filter(pk__in=OrderLine.objects.filter(ticket__in=ticket_ids).values("order_id"))
    if isinstance(code, DiscountCode):
        rows = rows.filter(discount_code=code)
    elif code is not None:
        rows = rows.filter(access_code=code)
    return _expire(rows, now)


@transaction.atomic
def _expire(rows: OrderQuerySet, now: datetime) -> int:
    locked = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("expires_at")
    orders = list(locked[:BATCH])
    if not orders:
        return 0
    ids = [order.pk for order in orders]
    OrderTransition.objects.bulk_create(
        OrderTransition(order=order, at=now, from_status=order.status, to_status=Order.Status.EXPIRED, reason=REASON)
        for order in orders
    )
    Order.objects.filter(pk__in=ids).update(status=Order.Status.EXPIRED, expires_at=None)
    _give_back_codes(orders)
    held = OrderLine.objects.filter(order__in=ids).values_list("ticket_id").annotate(Sum("quantity"))
    stock.release_seats(dict(held.order_by()))
    return len(orders)


def _give_back_codes(orders: list[Order]) -> None:
    discounts: dict[int, int] = {}
    accesses: dict[int, int] = {}
    for order in orders:
        if order.discount_code_id and order.discount_uses:
            discounts[order.discount_code_id] = discounts.get(order.discount_code_id, 0) + order.discount_uses
        if order.access_code_id and order.access_uses:
            accesses[order.access_code_id] = accesses.get(order.access_code_id, 0) + order.access_uses
    for code_id, count in sorted(discounts.items()):
        stock.give_back_code_uses(DiscountCode, code_id, count)
    for code_id, count in sorted(accesses.items()):
        stock.give_back_code_uses(AccessCode, code_id, count)
