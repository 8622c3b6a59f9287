"""Who bought what, who comes, and who came in."""

from .attendees import Attendee
from .badges import BadgeFieldForm, BadgeForm, BadgePrint
from .checkins import NO_DEVICE, CheckIn, DoorDevice
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
from .stations import PaxCorrection, Station, StationStorePax
from .statistics import EventOrderStatistics, TicketOrderStatistics
from .tallies import Tally

__all__ = [
    "NO_DEVICE",
    "Attendee",
    "BadgeFieldForm",
    "BadgeForm",
    "BadgePrint",
    "CheckIn",
    "DiscountSales",
    "DoorDevice",
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
    "PaxCorrection",
    "SessionStatistics",
    "Station",
    "StationStorePax",
    "Tally",
    "TicketOrderStatistics",
    "UserStatistics",
]
