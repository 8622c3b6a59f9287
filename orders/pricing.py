"""What a cart costs. Pure: no database, no clock; the same input always gives the same quote.

Everything is rounded once per line, half up, to the minor unit of the currency, and the parts of a
line add up: ``total = gross - discount + fee (unless absorbed) + tax (unless included) + adjustment``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import Enum

ZERO = Decimal(0)
HUNDRED = Decimal(100)
# ISO 4217; all others have two decimals.
_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS = dict.fromkeys(_WITHOUT.split(), 0) | dict.fromkeys(_WITH_THREE.split(), 3)


class Kind(Enum):
    """How a ticket gets its price."""

    FREE = "free"
    PAID = "paid"
    DONATION = "donation"


@dataclass(frozen=True)
class Item:
    """So many of one ticket. ``price`` is what one costs: for a donation what the buyer chose."""

    ticket_id: int
    name: str
    kind: Kind
    price: Decimal
    quantity: int
    is_fee_absorbed: bool = False


@dataclass(frozen=True)
class Discount:
    """A lower price for some tickets: percent of it, or an amount off each. ``limit`` tickets at most."""

    code: str
    is_percent: bool
    value: Decimal
    ticket_ids: frozenset[int]
    limit: int | None = None


@dataclass(frozen=True)
class TaxRule:
    """A tax in percent, on top of the price or contained in it."""

    name: str
    rate: Decimal
    is_included: bool = False


@dataclass(frozen=True)
class FeeRule:
    """The site's share: percent of what a line costs, at most ``ceiling`` for the line. An event's own
    code lowers it by ``percent_off``, then by ``amount_off`` for each ticket."""

    percent: Decimal
    ceiling: Decimal | None = None
    percent_off: Decimal = ZERO
    amount_off: Decimal = ZERO


@dataclass(frozen=True)
class Line:
    """The price of one item in all its parts. Amounts are of the whole line, but ``unit_…``."""

    ticket_id: int
    name: str
    quantity: int
    unit_price: Decimal
    gross: Decimal
    discounted_quantity: int
    unit_discount: Decimal
    discount: Decimal
    fee: Decimal
    is_fee_absorbed: bool
    tax: Decimal
    tax_rule: TaxRule | None
    unit_tax: Decimal
    discounted_unit_tax: Decimal
    total: Decimal
    adjustment: Decimal = ZERO

    @property
    def fee_on_top(self) -> Decimal:
        """What the buyer pays of the fee."""
        return ZERO if self.is_fee_absorbed else self.fee

    @property
    def tax_on_top(self) -> Decimal:
        """What the tax adds to the price."""
        return ZERO if self.tax_rule is None or self.tax_rule.is_included else self.tax

    @property
    def sub_total(self) -> Decimal:
        """What the line costs before tax on top."""
        return self.total - self.tax_on_top


@dataclass(frozen=True)
class Quote:
    """The lines in the order they were asked for, and their sums."""

    lines: tuple[Line, ...]
    currency: str
    tax_rule: TaxRule | None = None
    discount_rule: Discount | None = None

    @property
    def total(self) -> Decimal:
        """What the buyer pays."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        """What the code took off."""
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        """The tax in or on the total."""
        return sum((line.tax for line in self.lines), ZERO)

    @property
    def sub_total(self) -> Decimal:
        """The total before tax on top."""
        return sum((line.sub_total for line in self.lines), ZERO)

    @property
    def discounted_quantity(self) -> int:
        """How many tickets got the discount: so many uses of the code."""
        return sum(line.discounted_quantity for line in self.lines)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Half up to the minor unit: 2.345 EUR is 2.35, 2.5 JPY is 3."""
    return amount.quantize(_minor_unit(currency), ROUND_HALF_UP)


def quote(
    items: Sequence[Item],
    *,
    currency: str,
    discount: Discount | None = None,
    tax: TaxRule | None = None,
    fee: FeeRule | None = None,
) -> Quote:
    """The price of ``items``; their order changes nothing but the order of the lines."""
    seats = _discounted_seats(items, discount)
    lines = tuple(
        _price(item, currency, discount, seats.get(index, 0), tax, fee) for index, item in enumerate(items)
    )
    return Quote(lines, currency, tax, discount)


def with_amount(quoted: Quote, amount: Decimal) -> Quote:
    """The quote at an amount that somebody named: the difference is spread over the lines by their share
    and stands in ``adjustment``; the tax is that of the new total. Cents that are left go to the largest
    remainders, so that the lines add up to ``amount`` exactly."""
    amount = round_money(amount, quoted.currency)
    if not quoted.lines or amount == quoted.total:
        return quoted
    totals = _spread(amount, [line.total or ZERO for line in quoted.lines], quoted.currency)
    lines = tuple(
        _at_total(line, total, quoted.currency) for line, total in zip(quoted.lines, totals, strict=True)
    )
    return replace(quoted, lines=lines)


def _price(
    item: Item,
    currency: str,
    discount: Discount | None,
    discounted: int,
    tax: TaxRule | None,
    fee: FeeRule | None,
) -> Line:
    unit_price = ZERO if item.kind is Kind.FREE else item.price
    unit_discount = _unit_discount(unit_price, discount) if discounted else ZERO
    gross = round_money(unit_price * item.quantity, currency)
    off = min(gross, round_money(unit_discount * discounted, currency))
    share = round_money(_fee(gross - off, item.quantity, fee), currency)
    base = gross - off + (ZERO if item.is_fee_absorbed else share)
    taxed = round_money(_tax(base, tax), currency)
    return Line(
        ticket_id=item.ticket_id,
        name=item.name,
        quantity=item.quantity,
        unit_price=unit_price,
        gross=gross,
        discounted_quantity=discounted,
        unit_discount=unit_discount,
        discount=off,
        fee=share,
        is_fee_absorbed=item.is_fee_absorbed,
        tax=taxed,
        tax_rule=tax,
        unit_tax=round_money(_tax(unit_price, tax), currency),
        discounted_unit_tax=round_money(_tax(unit_price - unit_discount, tax), currency),
        total=base if tax is None or tax.is_included else base + taxed,
    )


def _discounted_seats(items: Sequence[Item], discount: Discount | None) -> dict[int, int]:
    """Position of the item → how many of it get the discount. A limit goes to the dearest tickets first."""
    if discount is None:
        return {}
    eligible = [
        (index, item)
        for index, item in enumerate(items)
        if item.ticket_id in discount.ticket_ids and item.kind is not Kind.FREE
    ]
    left = discount.limit
    seats = {}
    for index, item in sorted(eligible, key=lambda pair: _by_price(pair[1])):
        seats[index] = item.quantity if left is None else min(item.quantity, left)
        left = None if left is None else left - seats[index]
    return seats


def _by_price(item: Item) -> tuple[Decimal, int, int, bool]:
    return -item.price, item.ticket_id, -item.quantity, item.is_fee_absorbed


def _unit_discount(price: Decimal, discount: Discount | None) -> Decimal:
    if discount is None:
        return ZERO
    return min(price, price * discount.value / HUNDRED if discount.is_percent else discount.value)


def _fee(base: Decimal, quantity: int, fee: FeeRule | None) -> Decimal:
    if fee is None or base <= 0:
        return ZERO
    share = base * fee.percent / HUNDRED
    if fee.ceiling is not None:
        share = min(share, fee.ceiling)
    share = share * (HUNDRED - fee.percent_off) / HUNDRED - fee.amount_off * quantity
    return max(ZERO, share)


def _tax(base: Decimal, tax: TaxRule | None) -> Decimal:
    if tax is None:
        return ZERO
    return base * tax.rate / (HUNDRED + tax.rate if tax.is_included else HUNDRED)


def _at_total(line: Line, total: Decimal, currency: str) -> Line:
    """The line at another total."""
    rule = line.tax_rule
    tax = ZERO if rule is None else round_money(total * rule.rate / (HUNDRED + rule.rate), currency)
    on_top = ZERO if rule is None or rule.is_included else tax
    parts = line.gross - line.discount + line.fee_on_top + on_top
    return replace(line, total=total, tax=tax, adjustment=total - parts)


def _spread(amount: Decimal, weights: Iterable[Decimal], currency: str) -> list[Decimal]:
    """``amount`` in shares that add up to it, in proportion to the weights (evenly where all are zero)."""
    shares = list(weights)
    if not any(shares):
        shares = [Decimal(1)] * len(shares)
    unit = _minor_unit(currency)
    whole = sum(shares, ZERO)
    exact = [amount * share / whole for share in shares]
    parts = [share.quantize(unit, ROUND_FLOOR) for share in exact]
    missing = int((amount - sum(parts, ZERO)) / unit)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[:missing]:
        parts[index] += unit
    return parts


def _minor_unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-DECIMALS.get(currency, 2))
