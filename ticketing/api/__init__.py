"""What can be bought, on the wire."""

from . import codes, taxes, tickets  # noqa: F401  (each registers its resources)
