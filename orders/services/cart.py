"""What somebody asks for, read strictly from a request's JSON or from attendees in the cart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from openevent.exceptions import DomainError, InvalidInput, Several

MAX_PRICE = Decimal(1_000_000)  # of one ticket; the database's amounts end at 10^10
MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class Way:
    """Which way an order comes in: it decides where errors point at, and what is asked of the items."""

    name: str
    items: str  # pointer to item {index}
    stock: str  # pointer to all of them
    discount_code: str
    access_code: str
    price_is_chosen: bool = False  # donations come with a price


BY_ATTENDEES = Way(
    "by attendees",
    "/data/relationships/attendees",
    "/data/relationships/attendees",
    "/data/relationships/discount-code",
    "/data/relationships/access-code",
)
BY_CART = Way("by cart", "/tickets/{index}", "/tickets", "discount_code", "access_code", price_is_chosen=True)
ON_SITE = Way(
    "on site",
    "/data/attributes/on_site_tickets",
    "/data/attributes/on_site_tickets",
    "/data/relationships/discount-code",
    "/data/relationships/access-code",
)


@dataclass(frozen=True)
class CartItem:
    """So many of one ticket; ``price`` only where the buyer chose one. ``pointer`` is where that was said."""

    ticket_id: int
    quantity: int
    price: Decimal | None = None
    pointer: str = ""


def parse_items(raw: Any, way: Way) -> list[CartItem]:
    """The items of a request body, ids and quantities as numbers or digits; equal ones are put together.
    Everything that cannot be read is reported at once (422)."""
    if way is ON_SITE and not raw:
        raise InvalidInput("on_site_tickets info missing", "required", way.items)
    if not isinstance(raw, list):
        raise InvalidInput("A list of tickets is needed.", "invalid", way.stock)
    items: dict[tuple[int, Decimal | None], CartItem] = {}
    errors: list[DomainError] = []
    for index, entry in enumerate(raw):
        try:
            item = _parse_item(entry, way.items.format(index=index))
        except InvalidInput as error:
            errors.append(error)
            continue
        same = items.get((item.ticket_id, item.price))
        quantity = item.quantity + (same.quantity if same else 0)
        items[item.ticket_id, item.price] = CartItem(item.ticket_id, quantity, item.price, item.pointer)
    if errors:
        raise Several(errors)
    return list(items.values())


def seats_of(items: Sequence[CartItem]) -> dict[int, int]:
    """Ticket id → how many of it, over all items."""
    seats: dict[int, int] = {}
    for item in items:
        seats[item.ticket_id] = seats.get(item.ticket_id, 0) + item.quantity
    return seats


def _parse_item(entry: Any, pointer: str) -> CartItem:
    if isinstance(entry, dict) and isinstance(entry.get("data"), dict):
        wrapped = entry["data"]
        attributes = wrapped.get("attributes")
        entry = {"id": wrapped.get("id"), **(attributes if isinstance(attributes, dict) else {})}
    if not isinstance(entry, dict):
        raise InvalidInput("A ticket has an id and a quantity.", "invalid", pointer)
    quantity = _whole_number(entry.get("quantity"))
    if quantity is None or quantity < 1:
        raise InvalidInput("quantity should be a whole number greater than 0", "quantity", pointer)
    ticket_id = _whole_number(entry.get("id"))
    if ticket_id is None or not 0 < ticket_id <= MAX_ID:
        raise InvalidInput("A ticket's id is a number.", "invalid", pointer)
    return CartItem(ticket_id, quantity, _price(entry.get("price"), pointer), pointer)


def _whole_number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) <= 20:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def _price(value: Any, pointer: str) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        price = Decimal("NaN")
    if isinstance(value, bool) or not price.is_finite() or not 0 <= price <= MAX_PRICE:
        raise InvalidInput(f"price should be a number from 0 to {MAX_PRICE}", "price", pointer)
    return price
