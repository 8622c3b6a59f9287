"""Events from elsewhere: the Open Event zip format, in both of its generations."""

from .service import import_event
from .summary import ImportSummary

__all__ = ["ImportSummary", "import_event"]
