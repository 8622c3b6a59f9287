"""What the wire has of payments."""

from . import authorizations, invoices, refunds, sales  # noqa: F401  (register their resources)
