"""The event that a plain route names."""

from typing import Any

from rest_framework.request import Request

from openevent.api.reading import visible_row
from openevent.api.registry import registry
from openevent.exceptions import NotFound

from ..models import Event


def visible_event(request: Request, key: Any) -> Event:
    """The event of that id or identifier; NotFound (404) where the caller may not see it."""
    event: Event | None = visible_row(registry.of(Event), request.user, key)
    if event is None:
        raise NotFound("Object not found.")
    return event
