"""Who bought what, who comes, and who came in."""

from .attendees import Attendee
from .checkins import CheckIn
from .orders import Order, OrderLine, OrderTransition
from .statistics import EventOrderStatistics, TicketOrderStatistics

__all__ = [
    "Attendee",
    "CheckIn",
    "EventOrderStatistics",
    "Order",
    "OrderLine",
    "OrderTransition",
    "TicketOrderStatistics",
]
