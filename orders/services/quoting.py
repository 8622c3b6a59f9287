"""From what somebody asks for to a priced cart. Quotes and orders go the same way, so they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from events.models import Event
from events.rules import is_team
from openevent.exceptions import InvalidInput
from ticketing.models import AccessCode, DiscountCode, Tax, Ticket, TicketFee

from .. import pricing
from ..models import Order, OrderLine
from ..pricing import FeeRule, Item, Kind, Line, Quote, TaxRule
from .cart import BY_CART, ON_SITE, CartItem, Way, seats_of
from .codes import AccessInput, CodeInput, check_access, check_discount, find_discount
from .selling import (
    SiteRules,
    demand_on_sale,
    demand_one_event,
    demand_visible,
    load_tickets,
)

DEFAULT_CURRENCY = "USD"


@dataclass(frozen=True)
class Cart:
    """A cart that passed every check that does not need a lock, with its price."""

    event: Event
    tickets: dict[int, Ticket]
    items: tuple[CartItem, ...]
    quote: Quote
    discount_code: DiscountCode | None
    access_code: AccessCode | None
    access_uses: int
    is_by_team: bool
    site: SiteRules
    way: Way

    @property
    def seats(self) -> dict[int, int]:
        """Ticket id → how many seats it takes."""
        return seats_of(self.items)


def fill_cart(
    *,
    items: Sequence[CartItem],
    way: Way,
    by: Any,
    event: Event | None = None,
    tickets: dict[int, Ticket] | None = None,
    discount_code: CodeInput = None,
    access_code: AccessInput = None,
    does_code_count: bool = False,
    now: datetime,
    is_binding: bool = True,
) -> Cart:
    """Check and price the items. ``by`` None is the system, which counts as team. A quote that binds
    nobody (``is_binding`` false) does not mind sale windows and limits: people are still choosing."""
    tickets = load_tickets(items) if tickets is None else tickets
    event = demand_one_event(event, tickets, items)
    is_by_team = by is None or is_team(by, event)
    demand_visible(event, is_by_team)
    site = SiteRules.load()
    site.demand_modules(list(tickets.values()))
    if is_binding and way is not ON_SITE:
        demand_on_sale(tickets, items, now, way)
    access, access_uses = None, 0
    if not is_by_team:
        access, access_uses = check_access(access_code, event, tickets, items, now, way)
    priced = [_priced(item, tickets[item.ticket_id], way) for item in items]
    # a code sent by the team is ignored and not consumed, but where it sells to somebody who has one
    code = None if is_by_team and not does_code_count else find_discount(discount_code, event, way.discount_code)
    discount = check_discount(code, event, items, now, way.discount_code) if code else None
    currency = event.payment_currency or DEFAULT_CURRENCY
    is_free = all(item.price == 0 for item in priced)
    quote = pricing.quote(
        priced,
        currency=currency,
        discount=discount,
        tax=None if is_free else _tax_of(event),
        fee=None if is_free else _fee_of(event, currency, now),
    )
    return Cart(event, tickets, tuple(items), quote, code, access, access_uses, is_by_team, site, way)


def quote_order(
    *,
    items: Sequence[CartItem],
    by: Any,
    discount_code: CodeInput = None,
    access_code: AccessInput = None,
    now: datetime | None = None,
) -> Quote:
    """What an order of these items would cost ``by`` (or AnonymousUser) now; takes nothing."""
    if not items:
        return Quote((), DEFAULT_CURRENCY)
    return fill_cart(
        items=items,
        way=BY_CART,
        by=by,
        discount_code=discount_code,
        access_code=access_code,
        now=now or timezone.now(),
        is_binding=False,
    ).quote


def quote_of_order(order: Order, lines: Sequence[OrderLine]) -> Quote:
    """The stored lines of an order as the quote they were."""
    return Quote(tuple(_stored(line) for line in lines), order.currency)


def _stored(line: OrderLine) -> Line:
    rule = None
    if line.tax_rate is not None:
        rule = TaxRule(line.tax_name or "", line.tax_rate, line.is_tax_included)
    fee_on_top = Decimal(0) if line.is_fee_absorbed else line.fee
    tax_on_top = line.tax if rule and not rule.is_included else Decimal(0)
    return Line(
        ticket_id=line.ticket_id,
        name=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        gross=line.total - line.adjustment - tax_on_top - fee_on_top + line.discount,
        discounted_quantity=0,
        unit_discount=Decimal(0),
        discount=line.discount,
        fee=line.fee,
        is_fee_absorbed=line.is_fee_absorbed,
        tax=line.tax,
        tax_rule=rule,
        unit_tax=Decimal(0),
        discounted_unit_tax=Decimal(0),
        total=line.total,
        adjustment=line.adjustment,
    )


def quote_as_wire(quoted: Quote) -> dict[str, Any]:
    """The quote as calculate-amount answers it: JSON numbers in units of the currency."""
    rule = quoted.tax_rule
    tax = None
    if rule is not None:
        tax = {
            "percent": float(rule.rate),
            "name": rule.name,
            "amount": float(quoted.tax),
            "included": rule.is_included,
        }
    return {
        "tax": tax,
        "sub_total": float(quoted.sub_total),
        "total": float(quoted.total),
        "discount": float(quoted.discount),
        "tickets": [_line_as_wire(line, quoted) for line in quoted.lines],
    }


def _line_as_wire(line: Line, quoted: Quote) -> dict[str, Any]:
    rule = quoted.discount_rule
    discount = None
    if rule is not None and line.discounted_quantity:
        percent = line.unit_discount * 100 / line.unit_price if line.unit_price else Decimal(0)
        discount = {
            "code": rule.code,
            "percent": float(round(percent, 2)),
            "amount": float(pricing.round_money(line.unit_discount, quoted.currency)),
            "total": float(line.discount),
            "type": "percent" if rule.is_percent else "amount",
        }
    return {
        "id": line.ticket_id,
        "name": line.name,
        "price": float(line.unit_price),
        "quantity": line.quantity,
        "discount": discount,
        "ticket_fee": float(line.fee_on_top),
        "sub_total": float(line.sub_total),
        "ticket_tax": float(line.unit_tax),
        "discounted_tax": float(line.discounted_unit_tax),
    }


def _priced(item: CartItem, ticket: Ticket, way: Way) -> Item:
    kind = Kind.FREE if ticket.is_free else Kind.DONATION if ticket.is_donation else Kind.PAID
    price = ticket.price or Decimal(0)
    if kind is Kind.DONATION:
        price = _donation(item, ticket, way)
    return Item(
        ticket_id=ticket.pk,
        name=ticket.name,
        kind=kind,
        price=price,
        quantity=item.quantity,
        is_fee_absorbed=ticket.is_fee_absorbed,
    )


def _donation(item: CartItem, ticket: Ticket, way: Way) -> Decimal:
    """The price that the buyer chose, within the ticket's limits; the least where none can be chosen."""
    if item.price is None and not way.price_is_chosen:
        return max(ticket.min_price, ticket.price or Decimal(0))
    currency = ticket.event.payment_currency or DEFAULT_CURRENCY
    chosen = None if item.price is None else pricing.round_money(item.price, currency)
    high = ticket.max_price
    if chosen is None or chosen < ticket.min_price or (high is not None and chosen > high):
        limits = (
            f"at least {_plain(ticket.min_price)}"
            if high is None
            else (f"within range {_plain(ticket.min_price)} to {_plain(high)}")
        )
        message = f"Price for donation ticket should be present and {limits}"
        raise InvalidInput(message, "donation_price", item.pointer or way.items)
    return chosen


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _tax_of(event: Event) -> TaxRule | None:
    tax = Tax.objects.filter(event=event).first()
    if tax is None or not tax.rate:
        return None
    return TaxRule(tax.name or "Tax", tax.rate, tax.is_tax_included_in_price)


def _fee_of(event: Event, currency: str, now: datetime) -> FeeRule | None:
    """The site's fee in the event's country, lowered by the event's own code where it has one."""
    fee = TicketFee.objects.for_sales_in(currency, event.payment_country).first()
    if fee is None or not fee.service_fee:
        return None
    codes = DiscountCode.objects.for_events().filter(events=event)
    code = next((code for code in codes if code.is_valid_at(now)), None)
    off = code.value if code else Decimal(0)
    is_percent = code is not None and code.type == DiscountCode.Type.PERCENT
    return FeeRule(
        percent=fee.service_fee,
        ceiling=fee.maximum_fee,
        percent_off=off if is_percent else Decimal(0),
        amount_off=Decimal(0) if is_percent else off,
    )
