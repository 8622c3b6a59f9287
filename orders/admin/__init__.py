"""Orders, attendees and the door in the back office. What happens to them is done by services."""

from . import attendees, door, home, orders

__all__ = ["attendees", "door", "home", "orders"]
