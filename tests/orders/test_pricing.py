"""What a cart costs."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.pricing import (
    Discount,
    FeeRule,
    Item,
    Kind,
    Quote,
    TaxRule,
    quote,
    round_money,
    with_amount,
)

D = Decimal


def paid(price: str, quantity: int = 1, ticket_id: int = 1, **options: object) -> Item:
    return Item(ticket_id, f"T{ticket_id}", Kind.PAID, D(price), quantity, **options)  # type: ignore[arg-type]


def percent(value: str, *ticket_ids: int, limit: int | None = None) -> Discount:
    return Discount("CODE", True, D(value), frozenset(ticket_ids), limit)


def amount(value: str, *ticket_ids: int, limit: int | None = None) -> Discount:
    return Discount("CODE", False, D(value), frozenset(ticket_ids), limit)


def test_free_tickets_cost_nothing_whatever_their_price_says() -> None:
    item = replace(paid("99", 3), kind=Kind.FREE)
    quoted = quote(
        [item], currency="EUR", tax=TaxRule("VAT", D(19)), fee=FeeRule(D(5)), discount=amount("5", 1)
    )
    assert (quoted.total, quoted.discount, quoted.tax, quoted.discounted_quantity) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("currency", "price", "tax", "total"),
    [("EUR", "9.99", "0.67", "10.66"), ("JPY", "999", "67", "1066"), ("KWD", "0.999", "0.067", "1.066")],
)
def test_tax_on_top_is_rounded_half_up_to_the_minor_unit(
    currency: str, price: str, tax: str, total: str
) -> None:
    quoted = quote([paid(price)], currency=currency, tax=TaxRule("VAT", D("6.7")))
    assert (quoted.tax, quoted.total, quoted.sub_total) == (D(tax), D(total), D(price))


def test_tax_in_the_price_adds_nothing() -> None:
    quoted = quote([paid("11.90", 2)], currency="EUR", tax=TaxRule("VAT", D(19), is_included=True))
    assert (quoted.total, quoted.tax) == (D("23.80"), D("3.80"))


def test_half_a_cent_is_rounded_up_once_per_line() -> None:
    assert quote([paid("0.335", 3)], currency="EUR").total == D("1.01")
    assert round_money(D("2.345"), "EUR") == D("2.35")
    assert round_money(D("2.5"), "JPY") == 3


def test_discount_never_exceeds_the_price() -> None:
    quoted = quote([paid("3", 2)], currency="EUR", discount=amount("5", 1))
    assert (quoted.total, quoted.discount) == (0, 6)


def test_limited_discount_goes_to_the_dearest_tickets_first() -> None:
    items = [paid("10", 2, 1), paid("30", 1, 2), paid("20", 1, 3)]
    quoted = quote(items, currency="EUR", discount=percent("50", 1, 2, 3, limit=2))
    assert [line.discount for line in quoted.lines] == [0, 15, 10]
    assert quoted.discounted_quantity == 2


def test_discount_leaves_other_tickets_alone() -> None:
    quoted = quote([paid("10", 1, 1), paid("10", 1, 2)], currency="EUR", discount=percent("10", 2))
    assert [line.total for line in quoted.lines] == [10, 9]


def test_fee_is_added_up_to_its_ceiling_and_follows_the_discount() -> None:
    fee = FeeRule(D(5), ceiling=D("2"))
    assert quote([paid("20", 1)], currency="EUR", fee=fee).total == 21
    assert quote([paid("20", 10)], currency="EUR", fee=fee).total == 202
    assert quote([paid("20", 1)], currency="EUR", fee=fee, discount=percent("100", 1)).total == 0


def test_absorbed_fee_is_counted_but_not_paid_by_the_buyer() -> None:
    quoted = quote([paid("20", 1, is_fee_absorbed=True)], currency="EUR", fee=FeeRule(D(5)))
    assert (quoted.total, quoted.lines[0].fee, quoted.lines[0].fee_on_top) == (20, 1, 0)


def test_code_of_the_event_lowers_the_fee_and_never_below_nothing() -> None:
    assert quote([paid("20")], currency="EUR", fee=FeeRule(D(10), None, D(50))).total == 21
    assert quote([paid("20")], currency="EUR", fee=FeeRule(D(10), None, D(0), D(5))).total == 20


def test_fee_is_taxed_with_the_ticket() -> None:
    quoted = quote([paid("100")], currency="EUR", fee=FeeRule(D(10)), tax=TaxRule("VAT", D(10)))
    assert (quoted.tax, quoted.total) == (11, 121)


def test_named_amount_is_spread_to_the_cent() -> None:
    quoted = quote([paid("1", 1, 1), paid("1", 1, 2), paid("1", 1, 3)], currency="EUR")
    named = with_amount(quoted, D("10"))
    assert named.total == 10
    assert sorted(line.total for line in named.lines) == [D("3.33"), D("3.33"), D("3.34")]
    assert_parts_add_up(named)


def test_named_amount_of_nothing_takes_the_tax_with_it() -> None:
    named = with_amount(quote([paid("50", 2)], currency="EUR", tax=TaxRule("VAT", D(19))), D(0))
    assert (named.total, named.tax) == (0, 0)
    assert_parts_add_up(named)


# -- whatever the cart -----------------------------------------------------------------------------

prices = st.decimals(0, 10_000, places=3)
items = st.builds(
    Item,
    ticket_id=st.integers(1, 6),
    name=st.just("T"),
    kind=st.sampled_from(Kind),
    price=prices,
    quantity=st.integers(1, 50),
    is_fee_absorbed=st.booleans(),
)
carts = st.lists(items, min_size=1, max_size=6)
discounts = st.none() | st.builds(
    Discount,
    code=st.just("C"),
    is_percent=st.booleans(),
    value=st.decimals(0, 100, places=2),
    ticket_ids=st.frozensets(st.integers(1, 6)),
    limit=st.none() | st.integers(0, 40),
)
taxes = st.none() | st.builds(
    TaxRule, name=st.just("VAT"), rate=st.decimals(0, 100, places=4), is_included=st.booleans()
)
fees = st.none() | st.builds(
    FeeRule,
    percent=st.decimals(0, 100, places=4),
    ceiling=st.none() | prices,
    percent_off=st.decimals(0, 100, places=2),
    amount_off=prices,
)
currencies = st.sampled_from(["EUR", "JPY", "KWD", "USD"])


def assert_parts_add_up(quoted: Quote) -> None:
    for line in quoted.lines:
        parts = line.gross - line.discount + line.fee_on_top + line.tax_on_top + line.adjustment
        assert line.total == parts
        for part in (line.gross, line.discount, line.fee, line.tax, line.total):
            assert part >= 0
            assert part == round_money(part, quoted.currency)
        assert line.discount <= line.gross
        assert line.discounted_quantity <= line.quantity
    assert quoted.total == sum(line.total for line in quoted.lines)
    on_top = 0 if quoted.tax_rule is None or quoted.tax_rule.is_included else quoted.tax
    assert quoted.total == quoted.sub_total + on_top


@settings(max_examples=300, deadline=None)
@given(carts, currencies, discounts, taxes, fees, st.randoms(use_true_random=False))
def test_every_cart_adds_up_in_any_order(
    cart: list[Item],
    currency: str,
    discount: Discount | None,
    tax: TaxRule | None,
    fee: FeeRule | None,
    random: Random,
) -> None:
    quoted = quote(cart, currency=currency, discount=discount, tax=tax, fee=fee)
    assert_parts_add_up(quoted)
    if discount is not None and discount.limit is not None:
        assert quoted.discounted_quantity <= discount.limit
    shuffled = random.sample(cart, len(cart))
    again = quote(shuffled, currency=currency, discount=discount, tax=tax, fee=fee)
    assert again.total == quoted.total
    assert (again.discount, again.tax) == (quoted.discount, quoted.tax)


@settings(max_examples=150, deadline=None)
@given(carts, currencies, taxes, st.decimals(0, 100_000, places=2))
def test_every_named_amount_is_met(
    cart: list[Item], currency: str, tax: TaxRule | None, named: Decimal
) -> None:
    quoted = with_amount(quote(cart, currency=currency, tax=tax), named)
    assert quoted.total == round_money(named, currency)
    assert_parts_add_up(quoted)


def random_cart(random: Random) -> list[Item]:
    return [
        Item(
            ticket_id=ticket_id,
            name="T",
            kind=random.choice(list(Kind)),
            price=D(random.randrange(0, 1_000_000)).scaleb(-random.randrange(0, 4)),
            quantity=random.randint(1, 20),
            is_fee_absorbed=random.random() < 0.3,
        )
        for ticket_id in range(1, random.randint(2, 6))
    ]


def test_ten_thousand_random_carts_add_up() -> None:
    random = Random(20261122)
    for _ in range(10_000):
        cart = random_cart(random)
        options = {
            "currency": random.choice(["EUR", "JPY", "KWD"]),
            "discount": random.choice([None, percent("12.5", 1, 2, limit=3), amount("4.99", 2, 3)]),
            "tax": random.choice([None, TaxRule("VAT", D("7.7")), TaxRule("VAT", D(19), is_included=True)]),
            "fee": random.choice([None, FeeRule(D("2.5"), D(10))]),
        }
        quoted = quote(cart, **options)
        assert_parts_add_up(quoted)
        assert quote(cart[::-1], **options).total == quoted.total
