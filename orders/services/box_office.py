"""Selling at the door: the team takes the money, and the buyer walks in. The order itself is ``place_order``'s."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.models import Event
from openevent.exceptions import DomainError, InvalidInput, Several

from .. import pricing
from ..checkins import record_scans
from ..models import Attendee, Order
from .cart import ON_SITE, CartItem
from .placing import place_order
from .quoting import fill_cart
from .selling import load_tickets, sale_objection

# where the fields of a sale stand in the form that is filled in at the door
AT_THE_DOOR = replace(ON_SITE, discount_code="/discount_code")
DEVICE = "box office"


@dataclass(frozen=True)
class Sale:
    """What is sold to whom, and how it is paid. ``amount`` None: what the tickets cost."""

    items: Sequence[CartItem]
    firstname: str = ""
    lastname: str = ""
    email: str = ""  # the tickets are mailed there
    paid_via: str = ""
    amount: Decimal | None = None
    reason: str = ""  # why it is another amount
    discount_code: str = ""
    is_sale_window_ignored: bool = False


def quote_sale(*, event: Event, sale: Sale, by: Any, now: datetime | None = None) -> pricing.Quote:
    """What the sale costs now; takes nothing. The same refusals as ``sell_on_site`` would give, but for stock."""
    now = now or timezone.now()
    if not sale.items:
        raise InvalidInput("At least one ticket is needed.", "required", "/tickets")
    _demand_open(sale, now)
    cart = fill_cart(
        items=sale.items,
        way=AT_THE_DOOR,
        by=by,
        event=event,
        discount_code=sale.discount_code or None,
        does_code_count=True,
        now=now,
        is_binding=False,
    )
    return cart.quote if sale.amount is None else pricing.with_amount(cart.quote, sale.amount)


@transaction.atomic
def sell_on_site(
    *, event: Event, sale: Sale, by: Any, is_checked_in: bool = False, now: datetime | None = None
) -> Order:
    """A completed order of the buyer, whose name is on all its tickets. All of it or nothing.

    An account with the buyer's address owns the order; without one the order has no owner.
    """
    now = now or timezone.now()
    _demand_open(sale, now)
    account = User.objects.by_email(sale.email).first() if sale.email else None
    order = place_order(
        by=by,
        buyer=account or AnonymousUser(),
        event=event,
        items=sale.items,
        is_on_site=True,
        discount_code=sale.discount_code or None,
        does_code_count=True,
        amount=sale.amount,
        payment_mode=Order.PaymentMode.ONSITE,
        paid_via=sale.paid_via or None,
        reason=sale.reason,
        now=now,
    )
    _name_attendees(order, sale)
    if is_checked_in:
        check_in_order(order=order, by=by, now=now)
    return order


def check_in_order(*, order: Order, by: Any, now: datetime | None = None) -> int:
    """Let everybody of the order in who is not in yet; how many."""
    at = (now or timezone.now()).isoformat(timespec="milliseconds")
    waiting = Attendee.objects.filter(order=order, is_checked_in=False)
    for attendee in waiting:
        scan = {"is_checked_in": True, "checkin_times": at, "device_name_checkin": DEVICE}
        record_scans(attendee=attendee, attributes=scan, by=by)
    return len(waiting)


def _name_attendees(order: Order, sale: Sale) -> None:
    given = {"firstname": sale.firstname, "lastname": sale.lastname, "email": sale.email}
    named = {name: value for name, value in given.items() if value}
    if named.keys() & {"firstname", "lastname"}:
        named = {"firstname": "", "lastname": "", **named}
    if named:
        Attendee.objects.filter(order=order).update(**named)


def _demand_open(sale: Sale, now: datetime) -> None:
    """422 at each ticket whose sale is closed, unless the team says that it sells all the same."""
    if sale.is_sale_window_ignored:
        return
    tickets = load_tickets(sale.items)
    errors: list[DomainError] = []
    for item in sale.items:
        objection = sale_objection(tickets[item.ticket_id], now)
        if objection:
            errors.append(InvalidInput(*objection, item.pointer))
    if errors:
        raise Several(errors)
