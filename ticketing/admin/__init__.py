"""What can be bought, in the back office."""

from . import codes, effects, tickets

__all__ = ["codes", "effects", "tickets"]
