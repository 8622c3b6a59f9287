"""Events in the back office: what they are, and what is switched on."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openevent.admin import BackOfficeAdmin, Link, action, add_links, label, moment, word

from .. import services
from ..models import Event
from .copying import copy_view
from .inlines import KindInline, RoomInline, SessionInline, TrackInline
from .schedule import schedule_view, works_with_programme

STATE_COLOURS = {"published": "success", "draft": "warning"}


@admin.register(Event)
class EventAdmin(BackOfficeAdmin):
    group, icon = _("Events"), "event"
    list_display = [
        "name",
        "identifier",
        label("state", STATE_COLOURS),
        word("privacy"),
        moment("starts_at", _("starts")),
        moment("ends_at", _("ends")),
    ]
    list_filter = ["state", "privacy", "online"]
    search_fields = ["name", "identifier", "owner_name"]
    ordering = ["-starts_at", "-pk"]
    readonly_fields = ["identifier", "created_at"]
    inlines = [SessionInline, RoomInline, TrackInline, KindInline]
    actions = ["publish", "unpublish", "copy"]
    row_actions = ["publish", "unpublish"]
    autocomplete_fields = ["event_type", "event_topic", "event_sub_topic"]
    fieldsets = [
        (None, {"fields": ["name", "identifier", "state", "privacy", "starts_at", "ends_at", "timezone"]}),
        (
            _("What it is"),
            {"classes": ["tab"], "fields": ["description", "event_type", "event_topic", "event_sub_topic"]},
        ),
        (_("Who runs it"), {"classes": ["tab"], "fields": ["has_owner_info", "owner_name", "owner_description"]}),
        (
            _("Where"),
            {
                "classes": ["tab"],
                "fields": ["online", "location_name", "latitude", "longitude", "is_map_shown", "public_stream_link"],
            },
        ),
        (
            _("Pictures and links"),
            {"classes": ["tab"], "fields": ["logo_url", "original_image_url", "external_event_url", "ticket_url"]},
        ),
        (
            _("What is switched on"),
            {
                "classes": ["tab"],
                "fields": [
                    "is_sessions_speakers_enabled",
                    "is_sponsors_enabled",
                    "is_donation_enabled",
                    "is_tax_enabled",
                    "is_ticket_form_enabled",
                    "is_badges_enabled",
                    "is_billing_info_mandatory",
                    "show_remaining_tickets",
                    "is_featured",
                    "is_promoted",
                    "is_demoted",
                ],
            },
        ),
        (
            _("How it is paid"),
            {
                "classes": ["tab"],
                "fields": [
                    "payment_country",
                    "payment_currency",
                    "can_pay_by_stripe",
                    "can_pay_by_paypal",
                    "paypal_email",
                    "can_pay_by_bank",
                    "bank_details",
                    "can_pay_by_cheque",
                    "cheque_details",
                    "can_pay_onsite",
                    "onsite_details",
                    "can_pay_by_invoice",
                    "invoice_details",
                ],
            },
        ),
        (_("Texts"), {"classes": ["tab"], "fields": ["code_of_conduct", "refund_policy", "after_order_message"]}),
        (_("History"), {"classes": ["tab"], "fields": ["created_at"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        """Django's; where the money goes is for those who may change it, as in the API."""
        parts = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return parts
        return [(title, options) for title, options in parts if "paypal_email" not in options["fields"]]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's; it tells old and new values of everything, so it is for those who may change it."""
        event = self.get_object(request, unquote(object_id))
        if event is None or not self.has_change_permission(request, event):
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As in the API: everybody with a verified address, also who only keeps the door of somebody else's event."""
        return super().has_add_permission(request, obj) and services.may_create(request.user)

    def create(self, request: HttpRequest, obj: Event, form: Any) -> None:
        """Whoever makes it owns it."""
        event = services.create_event(by=request.user, attributes=form.cleaned_data)
        obj.__dict__.update(event.__dict__)

    def update(self, request: HttpRequest, obj: Event, form: Any) -> None:
        """Within what the site has switched on."""
        services.check_modules(wanted={name: form.cleaned_data[name] for name in form.changed_data})
        super().update(request, obj, form)

    def extra_urls(self) -> list[Any]:
        """The programme as a grid, and the copy."""
        return [
            ("<int:pk>/programme/", lambda request, pk: schedule_view(self, request, pk), "programme"),
            ("<int:pk>/copy/", lambda request, pk: copy_view(self, request, pk), "copy"),
        ]

    @action(_("Publish"), icon="public", when=lambda event: not event.is_published)
    def publish(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self._set_state(request, queryset, Event.State.PUBLISHED)

    @action(_("Back to draft"), icon="visibility_off", when=lambda event: event.is_published)
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self._set_state(request, queryset, Event.State.DRAFT)

    @action(_("Copy, with new dates"), icon="content_copy")
    def copy(self, request: HttpRequest, queryset: QuerySet[Event]) -> HttpResponse | None:
        """To the page that shows what will be copied."""
        event = queryset.first()
        if event is None or queryset.count() != 1:
            self.message_user(request, _("Choose one event to copy."), messages.WARNING)
            return None
        return HttpResponseRedirect(self.url("copy", event.pk))

    def _set_state(self, request: HttpRequest, queryset: QuerySet[Event], state: str) -> None:
        def move(event: Event) -> None:
            event.state = state
            event.save(update_fields=["state"])

        self.for_each(request, queryset, "change", move)


@add_links(Event)
def event_links(request: HttpRequest, event: Event) -> Iterable[Link]:
    """To the parts of the event, for who works with them."""
    page = admin.site._registry[Event]
    if works_with_programme(request, event):
        yield Link(_("Programme"), page.url("programme", event.pk), "calendar_view_week", place=20)
    for model, title, icon in [
        ("session", _("Sessions"), "slideshow"),
        ("speaker", _("Speakers"), "record_voice_over"),
    ]:
        if admin.site._registry[Event._meta.apps.get_model("events", model)].has_view_permission(request, event):
            yield Link(title, reverse(f"admin:events_{model}_changelist") + f"?event={event.pk}", icon, place=21)
    if request.user.has_perm("events.copy_event", event):
        yield Link(_("Copy"), page.url("copy", event.pk), "content_copy", place=41)
