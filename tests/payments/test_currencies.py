"""Amounts as providers get them."""

from decimal import Decimal

import pytest

from openevent.exceptions import InvalidInput
from payments.currencies import from_minor_units, minor_units, plain_amount
from payments.providers.stripe import _decimals


@pytest.mark.parametrize(
    ("amount", "currency", "units", "plain"),
    [
        ("19.99", "EUR", 1999, "19.99"),
        ("500", "JPY", 500, "500"),
        ("1.234", "KWD", 1234, "1.234"),
        ("19.9900", "usd", 1999, "19.99"),
        ("0.01", "EUR", 1, "0.01"),
    ],
)
def test_amounts_become_whole_numbers_of_the_smallest_coin(amount: str, currency: str, units: int, plain: str) -> None:
    assert minor_units(Decimal(amount), currency) == units
    assert plain_amount(Decimal(amount), currency) == plain
    assert from_minor_units(units, currency) == Decimal(amount)


def test_no_price_loses_a_cent() -> None:
    for cents in range(1, 20_001):
        price = Decimal(cents) / 100
        assert minor_units(price, "EUR") == cents
        assert from_minor_units(cents, "EUR") == price
        assert plain_amount(price, "EUR") == f"{cents // 100}.{cents % 100:02}"


def test_amount_between_two_coins_is_refused() -> None:
    with pytest.raises(InvalidInput):
        minor_units(Decimal("19.995"), "EUR")
    with pytest.raises(InvalidInput):
        minor_units(Decimal("500.5"), "JPY")


def test_stripe_counts_some_currencies_in_its_own_way() -> None:
    assert minor_units(Decimal(5), "ISK", _decimals("ISK")) == 500
    assert minor_units(Decimal(5), "MGA", _decimals("MGA")) == 5
