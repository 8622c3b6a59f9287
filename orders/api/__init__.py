"""Orders and attendees on the wire."""

from . import attendees, orders, statistics  # noqa: F401  (each registers its resources)
