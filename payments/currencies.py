"""Money as providers want it: a whole number of the currency's smallest unit."""

from decimal import Decimal

from openevent.exceptions import InvalidInput
from orders.pricing import DECIMALS


def decimals_of(currency: str) -> int:
    """How many decimals the currency has (ISO 4217)."""
    return DECIMALS.get(currency.upper(), 2)


def minor_units(amount: Decimal, currency: str, decimals: int | None = None) -> int:
    """19.99 EUR is 1999, 500 JPY is 500, 1.234 KWD is 1234; ``decimals`` where a provider counts otherwise.
    InvalidInput where the currency has no such coin."""
    scaled = amount.scaleb(decimals_of(currency) if decimals is None else decimals)
    if scaled != scaled.to_integral_value():
        raise InvalidInput(f"{amount} {currency} cannot be paid: the currency has no such coin.", "odd_amount")
    return int(scaled)


def from_minor_units(units: int, currency: str, decimals: int | None = None) -> Decimal:
    """The amount that so many of the smallest units are."""
    return Decimal(units).scaleb(-(decimals_of(currency) if decimals is None else decimals))


def plain_amount(amount: Decimal, currency: str) -> str:
    """The amount in digits, with exactly the currency's decimals: ``19.99``, ``500``."""
    return f"{from_minor_units(minor_units(amount, currency), currency):f}"
