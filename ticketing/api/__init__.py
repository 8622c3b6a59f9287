"""What can be bought, on the wire."""

from . import tickets  # noqa: F401  (registers its resources)
