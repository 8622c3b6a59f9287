"""What happens to orders and attendees. Each function is a transaction of its own."""

from .attendees import create_attendee, delete_attendee, remove_orphans, update_attendee
from .box_office import Sale, check_in_order, quote_sale, sell_on_site
from .cart import BY_ATTENDEES, BY_CART, ON_SITE, CartItem, parse_items
from .expiry import expire_overdue
from .guests import import_guests, unreadable
from .holders import give_tickets_to
from .issuing import issue_tickets, orders_owed_tickets, resend_tickets
from .placing import place_order
from .quoting import quote_as_wire, quote_of_order, quote_order
from .states import cancel_order, complete_order, expire_order, mark_placed, submit_order
from .updating import delete_order, name_marketer, update_order

__all__ = [
    "BY_ATTENDEES",
    "BY_CART",
    "ON_SITE",
    "CartItem",
    "Sale",
    "cancel_order",
    "check_in_order",
    "complete_order",
    "create_attendee",
    "delete_attendee",
    "delete_order",
    "expire_order",
    "expire_overdue",
    "give_tickets_to",
    "import_guests",
    "issue_tickets",
    "mark_placed",
    "name_marketer",
    "orders_owed_tickets",
    "parse_items",
    "place_order",
    "quote_as_wire",
    "quote_of_order",
    "quote_order",
    "quote_sale",
    "remove_orphans",
    "resend_tickets",
    "sell_on_site",
    "submit_order",
    "unreadable",
    "update_attendee",
    "update_order",
]
