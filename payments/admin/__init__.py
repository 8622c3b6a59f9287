"""Money in the back office."""

from . import money

__all__ = ["money"]
