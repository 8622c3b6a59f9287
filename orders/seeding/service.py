"""Write very many invented orders and attendees at once.

The seed does not go through ``place_order``: a hundred thousand attendees would take it the better part
of an hour, and each of them would be sent mails and PDFs. It writes what ``place_order`` and the state
machine would have left behind (orders, lines, history, attendees, scans, counters), priced by the same
pricing function; ``verify_stock`` and a test compare the two.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from events.models import Event
from openevent.exceptions import InvalidInput

from ..checkins.log import Passage, readable
from ..checkins.standing import READABLE
from ..models import Attendee, CheckIn, Order, OrderLine, OrderTransition
from .copying import copy_rows, reserve_ids
from .goods import Goods, count_sold, provide_goods
from .pricelist import PriceList
from .story import REASONS, SALE_DAYS, Purchase, Scan, Stage, Status, Story

CHUNK = 4000  # orders written together
HOLDING = frozenset({Status.INITIALIZING, Status.PENDING, Status.PLACED})
Progress = Callable[[int, int, str], None]


@dataclass
class SeedResult:
    """What was written."""

    orders: int = 0
    attendees: int = 0
    scans: int = 0
    statuses: Counter = field(default_factory=Counter)


@dataclass
class Counters:
    """What the orders hold, to be added to tickets and codes."""

    sold: Counter = field(default_factory=Counter)
    reserved: Counter = field(default_factory=Counter)
    uses: Counter = field(default_factory=Counter)


@transaction.atomic
def seed_orders(
    *,
    event: Event,
    attendees: int,
    seed: int = 1,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> SeedResult:
    """Add ``attendees`` attendees with their orders to ``event``. On the same database, day and event the
    same ``seed`` gives the same data; run again, it adds others."""
    if attendees < 1:
        raise InvalidInput("At least one attendee is needed.", "required")
    progress = progress or (lambda done, total, what: None)
    stage = stage_of(event, now or timezone.now())
    goods = provide_goods(event, {"sales_starts_at": stage.sales_from, "sales_ends_at": event.ends_at})
    before = Order.objects.count()
    random = Random(f"{seed}/{before}")  # noqa: S311 (invented people need no secrets)
    story = Story(random, PriceList(event, goods), stage, Attendee.with_trashed.filter(event=event).count())
    result, counters = SeedResult(), Counters()
    purchases = story.purchases(attendees)
    while chunk := list(itertools.islice(purchases, CHUNK)):
        _write(event, goods, chunk, result)
        for purchase in chunk:
            _count(purchase, counters)
        progress(result.attendees, attendees, "attendees")
    count_sold(goods, counters.sold, counters.reserved, counters.uses)
    return result


def stage_of(event: Event, now: datetime) -> Stage:
    """Sales end with the last midnight (UTC) or when the event begins. Of an event that is still to come,
    the scans are those of badges handed out early."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(0), UTC)
    sales_to = min(event.starts_at, midnight)
    sales_from = sales_to - timedelta(days=SALE_DAYS)
    if event.starts_at > midnight:
        return Stage(sales_from, sales_to, sales_to - timedelta(days=5), midnight)
    return Stage(sales_from, sales_to, event.starts_at, event.ends_at)


def _count(purchase: Purchase, counters: Counters) -> None:
    """Seats and uses of codes that an order of this status holds."""
    if purchase.status in HOLDING:
        seats = counters.reserved
    elif purchase.status == Status.COMPLETED:
        seats = counters.sold
    else:
        return
    for line in purchase.quote.lines:
        seats[line.ticket_id] += line.quantity
    if purchase.has_discount:
        counters.uses["discount"] += purchase.quote.discounted_quantity
    counters.uses["access"] += purchase.access_uses


def _write(event: Event, goods: Goods, purchases: list[Purchase], result: SeedResult) -> None:
    orders = list(zip(reserve_ids(Order, len(purchases)), purchases, strict=True))
    line_ids = iter(reserve_ids(OrderLine, sum(len(p.quote.lines) for p in purchases)))
    lines = {order_id: [next(line_ids) for _ in p.quote.lines] for order_id, p in orders}
    _write_orders(event, goods, orders)
    _write_lines(orders, lines)
    _write_history(orders)
    _write_attendees(event, goods, orders, lines, result)
    result.orders += len(orders)
    result.statuses.update(str(p.status) for p in purchases)


def _write_orders(event: Event, goods: Goods, orders: list[tuple[int, Purchase]]) -> None:
    names = (
        *("id", "identifier", "event_id", "status", "amount", "currency", "payment_mode", "created_at"),
        *("expires_at", "completed_at", "tickets_sent_at", "discount_code_id", "discount_uses"),
        *("access_code_id", "access_uses", "paid_via", "cancel_note"),
    )
    copy_rows(
        Order,
        names,
        (
            (
                *(order_id, p.identifier, event.pk, p.status, p.quote.total, p.quote.currency),
                *(p.payment_mode, p.created_at, p.expires_at, p.completed_at),
                p.completed_at,  # nobody is to be mailed
                goods.discount.pk if p.has_discount else None,
                p.quote.discounted_quantity if p.has_discount else 0,
                goods.access.pk if p.access_uses else None,
                p.access_uses,
                p.payment_mode if p.completed_at and p.quote.total else None,
                REASONS[Status.CANCELLED] if p.status == Status.CANCELLED else None,
            )
            for order_id, p in orders
        ),
    )


def _write_lines(orders: list[tuple[int, Purchase]], lines: dict[int, list[int]]) -> None:
    names = (
        *("id", "order_id", "ticket_id", "name", "quantity", "unit_price", "discount", "fee"),
        *("is_fee_absorbed", "tax_name", "tax_rate", "is_tax_included", "tax", "adjustment", "total"),
    )
    copy_rows(
        OrderLine,
        names,
        (
            (
                *(
                    line_id,
                    order_id,
                    line.ticket_id,
                    line.name,
                    line.quantity,
                    line.unit_price,
                    line.discount,
                ),
                *(line.fee, line.is_fee_absorbed),
                *((rule.name, rule.rate, rule.is_included) if rule else (None, None, False)),
                *(line.tax, line.adjustment, line.total),
            )
            for order_id, purchase in orders
            for line_id, line in zip(lines[order_id], purchase.quote.lines, strict=True)
            for rule in (line.tax_rule,)
        ),
    )


def _write_history(orders: list[tuple[int, Purchase]]) -> None:
    copy_rows(
        OrderTransition,
        ("order_id", "from_status", "to_status", "at", "reason"),
        (
            (order_id, before, after, at, REASONS.get(Status(after), ""))
            for order_id, purchase in orders
            for before, after, at in purchase.moves
        ),
    )


def _write_attendees(
    event: Event,
    goods: Goods,
    orders: list[tuple[int, Purchase]],
    lines: dict[int, list[int]],
    result: SeedResult,
) -> None:
    ids = iter(reserve_ids(Attendee, sum(len(p.seats) for _, p in orders)))
    seats = [(next(ids), order_id, p, seat) for order_id, p in orders for seat in p.seats]
    names = (
        *(
            "id",
            "event_id",
            "ticket_id",
            "order_id",
            "order_line_id",
            "created_at",
            "modified_at",
            "firstname",
        ),
        *("lastname", "email", "city", "country", "company", "is_discount_applied", "is_access_code_applied"),
        *READABLE,
    )
    hidden, zone = goods.backstage.pk, ZoneInfo(event.timezone)
    copy_rows(
        Attendee,
        names,
        (
            (
                *(attendee_id, event.pk, line.ticket_id, order_id, lines[order_id][seat.line]),
                *(p.created_at, seat.scans[-1].at if seat.scans else p.moves[-1][2], *seat.person),
                *(p.has_discount, line.ticket_id == hidden, *_door_columns(seat.scans, zone)),
            )
            for attendee_id, order_id, p, seat in seats
            for line in (p.quote.lines[seat.line],)
        ),
    )
    result.attendees += len(seats)
    result.scans += _write_scans(event, [(attendee_id, scan) for attendee_id, *_, seat in seats for scan in seat.scans])


def _write_scans(event: Event, scans: list[tuple[int, Scan]]) -> int:
    copy_rows(
        CheckIn,
        ("event_id", "attendee_id", "scan_id", "kind", "at", "recorded_at", "happened_at", "device", "is_daily"),
        (
            (event.pk, attendee_id, f"seed-{attendee_id}-{n}", scan.kind, scan.at, scan.at, scan.at, scan.device, True)
            for n, (attendee_id, scan) in enumerate(scans)
        ),
    )
    return len(scans)


def _door_columns(scans: tuple[Scan, ...], zone: ZoneInfo) -> list[Any]:
    """What an attendee shows of the log (orders/checkins/log.py)."""
    passages = [Passage(0, str(n), s.kind, s.at, s.at, "", s.device, is_daily=True) for n, s in enumerate(scans)]
    return list(readable(passages, zone).values())
