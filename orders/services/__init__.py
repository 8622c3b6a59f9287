"""What happens to orders and attendees. Each function is a transaction of its own."""

from .cart import BY_ATTENDEES, BY_CART, ON_SITE, CartItem, parse_items
from .expiry import expire_overdue
from .placing import place_order
from .quoting import quote_as_wire, quote_order
from .states import cancel_order, complete_order, expire_order, mark_placed, submit_order

__all__ = [
    "BY_ATTENDEES",
    "BY_CART",
    "ON_SITE",
    "CartItem",
    "cancel_order",
    "complete_order",
    "expire_order",
    "expire_overdue",
    "mark_placed",
    "parse_items",
    "place_order",
    "quote_as_wire",
    "quote_order",
    "submit_order",
]
