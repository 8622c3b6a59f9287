"""Orders and attendees on the wire."""

from . import attendees, history, orders, sales, site_statistics, statistics  # noqa: F401  (register their resources)
from .door import stations  # noqa: F401
