"""People and the site on the wire."""

from . import messages, site, users  # noqa: F401  (each registers its resources)
