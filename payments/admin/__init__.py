"""Money in the back office."""

from . import home, money

__all__ = ["home", "money"]
