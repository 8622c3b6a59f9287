"""Who bought what, who comes, and who came in."""

from .attendees import Attendee
from .checkins import CheckIn
from .orders import Order, OrderLine, OrderTransition
from .sales import (
    DiscountSales,
    EventCounts,
    EventSales,
    FeeSales,
    GroupStatistics,
    LocationSales,
    MailStatistics,
    MarketerSales,
    OrganizerSales,
    SessionStatistics,
    UserStatistics,
)
from .statistics import EventOrderStatistics, TicketOrderStatistics

__all__ = [
    "Attendee",
    "CheckIn",
    "DiscountSales",
    "EventCounts",
    "EventOrderStatistics",
    "EventSales",
    "FeeSales",
    "GroupStatistics",
    "LocationSales",
    "MailStatistics",
    "MarketerSales",
    "Order",
    "OrderLine",
    "OrderTransition",
    "OrganizerSales",
    "SessionStatistics",
    "TicketOrderStatistics",
    "UserStatistics",
]
