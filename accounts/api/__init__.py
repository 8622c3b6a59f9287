"""People and the site on the wire."""

from . import (  # noqa: F401  (each registers its resources)
    addresses,
    messages,
    pages,
    permissions,
    records,
    site,
    switches,
    users,
)
