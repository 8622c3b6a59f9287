"""Events and their parts as files: what workers write when somebody asks for an export.

Importing the package makes the kinds of jobs known (accounts/jobs.py).
"""

from . import archive, calendars, tables

__all__ = ["archive", "calendars", "tables"]
