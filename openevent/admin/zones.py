"""Forms of an event's things show and read times in the zone of the event."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from openevent import desks

from .permissions import choices


@contextmanager
def zone_of(request: HttpRequest, model: Any, obj: Any) -> Iterator[None]:
    """The zone in which a form of ``obj``, or of a new row of ``model``, is shown and read."""
    zone = _zone(request, model, obj)
    if zone is None:
        yield
        return
    with timezone.override(zone):
        yield


def _zone(request: HttpRequest, model: Any, obj: Any) -> zoneinfo.ZoneInfo | None:
    names = {field.name for field in model._meta.fields}
    if "timezone" in names and "timezone" in request.POST:  # the form of the event itself: what it will be
        return _named(request.POST["timezone"])
    event = desks.event_of(obj) if obj is not None else None
    if event is None and "event" in names:
        event = _chosen(request, model)
    return getattr(event, "zone", None)


def _named(name: str) -> zoneinfo.ZoneInfo | None:
    return zoneinfo.ZoneInfo(name) if name in zoneinfo.available_timezones() else None


def _chosen(request: HttpRequest, model: Any) -> Any:
    """The event that a new row is to belong to."""
    key = request.POST.get("event") or request.GET.get("event") or ""
    if not key.isdecimal() or len(key) > 18:
        return None
    events = model._meta.get_field("event").related_model
    return choices(events, request.user).filter(pk=int(key)).first()
