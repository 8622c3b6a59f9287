"""What can be bought, in the back office."""

from . import codes, effects, home, tickets

__all__ = ["codes", "effects", "home", "tickets"]
