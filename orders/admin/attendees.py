"""Attendees and the log of the door in the back office."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event
from openevent.admin import BackOfficeAdmin, EventFilter, Link, action, add_links
from openevent.admin.actions import chosen_rows

from .. import services
from ..checkins import record_scans
from ..models import Attendee
from ..services.box_office import DEVICE
from .door import ScanInline
from .exports import export_attendees
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
    search_fields = ["firstname", "lastname", "email"]
    search_help_text = _("Name, e-mail or order number")
    ordering = ["-pk"]
    inlines = [ScanInline]
    actions = ["check_in", "check_out", "change_company", "export"]
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

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Attendees that have all the words."""
        for word in search_term.split():
            condition = Q(firstname__icontains=word) | Q(lastname__icontains=word) | Q(email__icontains=word)
            if len(word) >= 6:
                condition |= Q(order__identifier__icontains=word)
            queryset = queryset.filter(condition)
        return queryset, False

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

    @action(_("Change the company of these"), icon="edit")
    def change_company(self, request: HttpRequest, queryset: QuerySet[Attendee]) -> HttpResponse | None:
        """Bulk edit: one company for all that were chosen."""
        company = request.POST.get("company")
        if company is None:
            hidden = chosen_rows(request)
            return self.page(request, "admin/orders/company.html", _("Company"), hidden=hidden, rows=queryset[:50])

        def change(attendee: Attendee) -> None:
            services.update_attendee(attendee=attendee, by=request.user, changes={"company": company[:255]})

        self.for_each(request, queryset, "change", change)
        return None

    @action(_("Export"), verb="export", icon="download")
    def export(self, request: HttpRequest, queryset: QuerySet[Attendee]) -> HttpResponse:
        return export_attendees(self, request, queryset)


@add_links(Event)
def event_links(request: HttpRequest, event: Event) -> Iterable[Link]:
    """From an event to the import of its attendees."""
    if request.user.has_perm("orders.sell_on_site", event):
        page = admin.site._registry[Attendee]
        yield Link(_("Import attendees"), page.url("import", event.pk), "upload", place=40)
