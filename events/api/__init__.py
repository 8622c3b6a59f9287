"""Events on the wire."""

from . import content, event, programme, roles, taxonomy  # noqa: F401  (each registers its resources)
