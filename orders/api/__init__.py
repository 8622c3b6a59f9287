"""Orders and attendees on the wire."""

from . import (  # noqa: F401  (each registers its resources)
    attendees,
    badges,
    history,
    orders,
    sales,
    site_statistics,
    statistics,
)
from .door import stations  # noqa: F401
