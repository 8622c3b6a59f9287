"""Orders, attendees and the door in the back office. What happens to them is done by services."""

from . import attendees, home, orders

__all__ = ["attendees", "home", "orders"]
