"""Who bought what, who comes, and who came in."""

from .attendees import Attendee
from .badges import BadgeFieldForm, BadgeForm, BadgePrint
from .checkins import NO_DEVICE, CheckIn, DoorDevice
from .orders import Order, OrderLine, OrderTransition
from .stations import PaxCorrection, Station, StationStorePax
from .statistics import EventOrderStatistics, TicketOrderStatistics

__all__ = [
    "NO_DEVICE",
    "Attendee",
    "BadgeFieldForm",
    "BadgeForm",
    "BadgePrint",
    "CheckIn",
    "DoorDevice",
    "EventOrderStatistics",
    "Order",
    "OrderLine",
    "OrderTransition",
    "PaxCorrection",
    "Station",
    "StationStorePax",
    "TicketOrderStatistics",
]
