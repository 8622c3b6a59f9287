"""Orders, attendees and the door in the back office: to look at. What happens to them is done by services."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from openevent.admin import BackOfficeAdmin, ReadOnlyAdmin, ReadOnlyInline

from . import services
from .doorpage import door_urls
from .models import Attendee, CheckIn, DoorDevice, Order, OrderLine, OrderTransition, Station


class LineInline(ReadOnlyInline):
    model = OrderLine
    fields = ["name", "quantity", "unit_price", "discount", "fee", "tax_name", "tax", "total"]


class AttendeeInline(ReadOnlyInline):
    model = Attendee
    fields = ["full_name", "email", "ticket", "is_checked_in"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With their tickets."""
        return super().get_queryset(request).select_related("ticket")


class TransitionInline(ReadOnlyInline):
    """What happened to the order, when, and by whom."""

    model = OrderTransition
    fields = ["at", "from_status", "to_status", "by", "reason"]
    verbose_name_plural = _("history")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the people."""
        return super().get_queryset(request).select_related("by")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["identifier", "event", "user", "status", "amount", "currency", "payment_mode", "created_at"]
    list_filter = ["status", "payment_mode"]
    list_select_related = ["event", "user"]
    search_fields = [
        "identifier",
        "user__email",
        "user__last_name",
        "event__name",
        "attendees__email",
        "attendees__lastname",
    ]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    inlines = [LineInline, AttendeeInline, TransitionInline]
    actions = ["send_again"]
    fieldsets = [
        (None, {"fields": ["identifier", "event", "user", "status", "amount", "currency"]}),
        (_("Payment"), {"fields": ["payment_mode", "paid_via", "transaction_id", "brand", "last4", "is_refund_due"]}),
        (_("Codes"), {"fields": ["discount_code", "access_code", "marketer"]}),
        (
            _("Billing"),
            {"fields": ["company", "address", "zipcode", "city", "state", "country", "tax_business_info"]},
        ),
        (_("Notes"), {"fields": ["order_notes", "cancel_note"]}),
        (_("History"), {"fields": ["created_at", "expires_at", "completed_at", "tickets_sent_at"]}),
    ]

    @admin.action(description=_("Mail tickets and summary again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self.for_each(request, queryset, "resend", lambda order: services.resend_mails(order=order, by=request.user))


@admin.register(Attendee)
class AttendeeAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "email", "ticket", "event", "order", "is_checked_in"]
    list_filter = ["is_checked_in", "is_registered"]
    list_select_related = ["ticket", "event", "order"]
    search_fields = ["firstname", "lastname", "email", "order__identifier"]
    ordering = ["-pk"]


class DeviceInline(ReadOnlyInline):
    """Devices that stand here."""

    model = DoorDevice
    fields = ["name", "created_at", "created_by", "revoked_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With who gave them out."""
        return super().get_queryset(request).select_related("created_by")


@admin.register(Station)
class StationAdmin(BackOfficeAdmin):
    """The gates of an event, and which tickets may pass them."""

    list_display = ["station_name", "station_type", "event", "microlocation"]
    list_filter = ["station_type"]
    list_select_related = ["event", "microlocation"]
    search_fields = ["station_name", "event__name"]
    autocomplete_fields = ["event", "microlocation", "tickets"]
    ordering = ["-pk"]
    inlines = [DeviceInline]


@admin.register(CheckIn)
class CheckInAdmin(ReadOnlyAdmin):
    """The log of the door."""

    list_display = ["attendee", "kind", "result", "reason", "at", "device", "station", "by"]
    list_filter = ["kind", "result", "reason"]
    list_select_related = ["attendee", "station", "by"]
    search_fields = ["attendee__firstname", "attendee__lastname", "attendee__email", "device", "code"]
    date_hierarchy = "recorded_at"
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        """Django's, and the live page of the door (doorpage.py)."""
        return [*door_urls(self.admin_site), *super().get_urls()]
