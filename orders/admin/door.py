"""The log of the door in the back office."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openevent.admin import EventFilter, ReadOnlyAdmin, ReadOnlyInline, moment

from ..models import CheckIn


class ScanInline(ReadOnlyInline):
    model = CheckIn
    fields = ["kind", "at", "device", "by"]
    verbose_name_plural = _("scans")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the people."""
        return super().get_queryset(request).select_related("by")


@admin.register(CheckIn)
class CheckInAdmin(ReadOnlyAdmin):
    """The log of the door."""

    group, icon = _("Sales"), "sensor_door"
    list_display = ["attendee", "kind", moment("at"), "device", "by"]
    list_filter = [EventFilter, "kind"]
    list_select_related = ["attendee__event", "by"]
    search_fields = ["attendee__firstname", "attendee__lastname", "attendee__email", "device"]
    ordering = ["-pk"]
