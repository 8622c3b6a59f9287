"""What the wire has of payments."""

from . import authorizations, invoices  # noqa: F401  (register their resources)
