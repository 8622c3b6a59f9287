"""Orders, attendees and sales as tables: what workers write when somebody asks for an export.

Importing the package makes the kinds of jobs known (accounts/jobs.py).
"""

from . import attendees, orders, sales, scans

__all__ = ["attendees", "orders", "sales", "scans"]
