"""Events on the wire."""

from . import (  # noqa: F401  (each registers its resources)
    calls,
    content,
    event,
    forms,
    groups,
    opinions,
    permissions,
    programme,
    roles,
    sessions,
    statistics,
    subscriptions,
    taxonomy,
    video,
)
