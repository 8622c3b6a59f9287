"""Events on the wire."""

from . import (  # noqa: F401  (each registers its resources)
    content,
    event,
    permissions,
    programme,
    roles,
    subscriptions,
    taxonomy,
)
