"""Who bought what, who comes, and who came in."""

from .attendees import Attendee
from .checkins import CheckIn
from .orders import Order, OrderLine, OrderTransition

__all__ = ["Attendee", "CheckIn", "Order", "OrderLine", "OrderTransition"]
