"""Attendees and the log of the door in the back office."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.exporting import export_view
from events.models import Event
from openevent.admin import BackOfficeAdmin, EventFilter, Link, action, add_links

from .. import services
from ..checkins import record_scans
from ..models import Attendee
from ..services.box_office import DEVICE
from .changing import change_view
from .door import ScanInline
from .exports import ATTENDEE_SHEET
from .importing import import_view

CONTACT = ["company", "job_title", "phone", "address", "city", "state", "country", "attendee_notes"]


@admin.register(Attendee)
class AttendeeAdmin(BackOfficeAdmin):
    """Who comes. Attendees come into being by orders, or by an import that makes one."""

    group, icon, rank = _("Sales"), "groups", 20
    list_display = ["name", "email", "ticket", "event", "order_number", "is_checked_in"]
    list_display_links = ["name"]
    list_filter = [EventFilter, "is_checked_in", "order__status"]
    list_select_related = ["ticket", "event", "order"]
    search_fields = ["firstname", "lastname", "email", "company", "order__identifier"]
    search_help_text = _("Name, e-mail, company or order number")
    ordering = ["-pk"]
    sheet = ATTENDEE_SHEET
    inlines = [ScanInline]
    actions = ["check_in", "check_out", "change_many", "export"]
    row_actions = ["check_in", "check_out"]
    fieldsets = [
        (None, {"fields": ["firstname", "lastname", "email", "ticket", "order", "event", "is_checked_in"]}),
        (_("Contact"), {"fields": CONTACT}),
    ]
    readonly_fields = ["event", "ticket", "order", "is_checked_in"]

    @admin.display(description=_("name"), ordering="lastname")
    def name(self, attendee: Attendee) -> str:
        return str(attendee)

    @admin.display(description=_("order"), ordering="order")
    def order_number(self, attendee: Attendee) -> str:
        """The beginning of the order's identifier."""
        return attendee.order.short_number if attendee.order else "–"

    def extra_urls(self) -> list[Any]:
        """The import."""
        return [("import/<int:event_pk>/", partial(import_view, self), "import")]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By an order."""
        return False

    def update(self, request: HttpRequest, obj: Attendee, form: Any) -> None:
        """What may be changed of whom is the service's word."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        services.update_attendee(attendee=obj, by=request.user, changes=changes)

    def delete_model(self, request: HttpRequest, obj: Attendee) -> None:
        """Out of the order; the seat is free again."""
        services.delete_attendee(attendee=obj, by=request.user)

    @action(_("Check in"), verb="check_in", icon="login", when=lambda a: not a.is_checked_in)
    def check_in(self, request: HttpRequest, queryset: QuerySet[Attendee]) -> None:
        now = timezone.now().isoformat(timespec="milliseconds")
        scan = {"is_checked_in": True, "checkin_times": now, "device_name_checkin": DEVICE}
        self._scan(request, queryset.filter(is_checked_in=False), scan)

    @action(_("Check out"), verb="check_in", icon="logout", when=lambda a: a.is_checked_in)
    def check_out(self, request: HttpRequest, queryset: QuerySet[Attendee]) -> None:
        self._scan(request, queryset.filter(is_checked_in=True), {"is_checked_out": True})

    def _scan(self, request: HttpRequest, rows: QuerySet, scan: dict[str, Any]) -> None:
        def record(attendee: Attendee) -> None:
            record_scans(attendee=attendee, attributes=scan, by=request.user)

        self.for_each(request, rows, "check_in", record)

    @action(_("Change several fields"), verb="change_many", icon="edit")
    def change_many(self, request: HttpRequest, queryset: QuerySet[Attendee]) -> HttpResponse | None:
        """By way of a page that asks what, and shows how many it concerns."""
        return change_view(self, request, queryset)

    @action(_("Export"), verb="export", icon="download")
    def export(self, request: HttpRequest, queryset: QuerySet[Attendee]) -> HttpResponseBase:
        return export_view(self, request, queryset)


@add_links(Event)
def event_links(request: HttpRequest, event: Event) -> Iterable[Link]:
    """From an event to the import of its attendees."""
    if request.user.has_perm("orders.sell_on_site", event):
        page = admin.site._registry[Attendee]
        yield Link(_("Import attendees"), page.url("import", event.pk), "upload", place=40)
