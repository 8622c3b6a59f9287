"""The door in the back office: where people pass, with which devices, and the log of it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from events.admin import OfEventAdmin
from events.models import Event
from openevent.admin import (
    EventFilter,
    Link,
    ReadOnlyAdmin,
    ReadOnlyInline,
    add_links,
    moment,
)

from ..doorpage import door_urls
from ..models import CheckIn, DoorDevice, Station


class ScanInline(ReadOnlyInline):
    model = CheckIn
    fields = ["kind", "result", "reason", "at", "device", "station", "by"]
    verbose_name_plural = _("scans")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the people and the gates."""
        return super().get_queryset(request).select_related("by", "station")


class DeviceInline(ReadOnlyInline):
    """Devices that stand here."""

    model = DoorDevice
    fields = ["name", "created_at", "created_by", "revoked_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With who gave them out."""
        return super().get_queryset(request).select_related("created_by")


@add_links(Event)
def event_links(request: HttpRequest, event: Event) -> Iterable[Link]:
    """From an event to what happens at its door, for who works there."""
    if request.user.has_perm("orders.view_door", event):
        yield Link(_("Door"), reverse("admin:orders_door", args=[event.pk]), "sensor_door", place=30)
        stations = f"{reverse('admin:orders_station_changelist')}?event={event.pk}"
        yield Link(_("Stations"), stations, "door_front", place=31)


@admin.register(Station)
class StationAdmin(OfEventAdmin):
    """The gates of an event, and which tickets may pass them."""

    group, icon, rank = _("Door"), "door_front", 20
    list_display = ["station_name", "station_type", "event", "microlocation"]
    list_filter: list[Any] = [EventFilter, "station_type"]
    list_select_related = ["event", "microlocation"]
    search_fields = ["station_name", "event__name"]
    autocomplete_fields = ["event", "microlocation", "tickets"]
    ordering = ["-pk"]
    inlines = [DeviceInline]


@admin.register(CheckIn)
class CheckInAdmin(ReadOnlyAdmin):
    """The log of the door."""

    group, icon, rank = _("Door"), "sensor_door", 10
    list_display = ["attendee", "kind", "result", "reason", moment("at"), "device", "station", "by"]
    list_filter = [EventFilter, "kind", "result", "reason"]
    list_select_related = ["event", "attendee", "station", "by"]
    search_fields = ["attendee__firstname", "attendee__lastname", "attendee__email", "device", "code"]
    ordering = ["-pk"]

    def list_links(self, request: HttpRequest) -> list[Link]:
        """To where tickets are scanned."""
        return [Link(_("Scan tickets"), reverse("admin:orders_door_choose"), "qr_code_scanner", is_main=True)]

    def get_urls(self) -> list[URLPattern]:
        """Django's, and the live page of the door (doorpage.py)."""
        return [*door_urls(self.admin_site), *super().get_urls()]
