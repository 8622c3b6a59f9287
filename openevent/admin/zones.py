"""Forms of an event's things show and read times in the zone of the event."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, QueryDict
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


def event_asked_for(request: HttpRequest) -> str:
    """The id of the event that a form is for: what was chosen, what the address says, or the event of the list from
    which one came. Empty where none of them is a number."""
    filters = QueryDict(request.GET.get("_changelist_filters", ""))
    key = request.POST.get("event") or request.GET.get("event") or filters.get("event") or ""
    return key if key.isdecimal() and len(key) < 19 else ""


def _named(name: str) -> zoneinfo.ZoneInfo | None:
    return zoneinfo.ZoneInfo(name) if name in zoneinfo.available_timezones() else None


def _chosen(request: HttpRequest, model: Any) -> Any:
    """The event that a new row is to belong to."""
    key = event_asked_for(request)
    if not key:
        return None
    events = model._meta.get_field("event").related_model
    return choices(events, request.user).filter(pk=int(key)).first()
