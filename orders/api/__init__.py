"""Orders and attendees on the wire."""

from . import attendees, badges, history, orders, statistics  # noqa: F401  (each registers its resources)
from .door import stations  # noqa: F401
