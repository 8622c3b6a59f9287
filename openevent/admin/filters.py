"""Filters that lists of an event's things share."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from openevent import desks

from .permissions import choices

MOST = 200  # events in the list of choices; the newest ones


class EventFilter(DropdownFilter):
    """The rows of one event, among those that the user works on."""

    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The user's events, the newest first."""
        rows = choices(desks.all_events().model, request.user).order_by("-starts_at", "-pk")
        return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:MOST]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Nothing for what is no id."""
        value = self.value()
        if not value:
            return queryset
        if not value.isdecimal() or len(value) > 18:
            return queryset.none()
        desk = desks.desk_of(queryset.model)
        return queryset.filter(**{(desk.event if desk and desk.event else "event"): int(value)})
