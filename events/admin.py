"""Events, their programme and their teams in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openevent.admin import BackOfficeAdmin

from . import services
from .models import (
    Event,
    EventMember,
    Microlocation,
    RoleInvite,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    Sponsor,
    Track,
)


@admin.register(Event)
class EventAdmin(BackOfficeAdmin):
    list_display = ["name", "identifier", "state", "privacy", "starts_at", "ends_at", "owner_name"]
    list_filter = ["state", "privacy", "online"]
    search_fields = ["name", "identifier", "owner_name"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-pk"]
    readonly_fields = ["identifier", "created_at"]
    actions = ["publish", "unpublish"]
    autocomplete_fields = ["event_type", "event_topic", "event_sub_topic"]
    fieldsets = [
        (None, {"fields": ["name", "identifier", "state", "privacy", "starts_at", "ends_at", "timezone"]}),
        (_("What it is"), {"fields": ["description", "event_type", "event_topic", "event_sub_topic"]}),
        (_("Who runs it"), {"fields": ["has_owner_info", "owner_name", "owner_description"]}),
        (
            _("Where"),
            {"fields": ["online", "location_name", "latitude", "longitude", "is_map_shown", "public_stream_link"]},
        ),
        (
            _("Pictures and links"),
            {"fields": ["logo_url", "original_image_url", "external_event_url", "ticket_url"]},
        ),
        (
            _("What is switched on"),
            {
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
                ]
            },
        ),
        (
            _("How it is paid"),
            {
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
                ]
            },
        ),
        (_("Texts"), {"fields": ["code_of_conduct", "refund_policy", "after_order_message"]}),
        (_("History"), {"fields": ["created_at"]}),
    ]

    def create(self, request: HttpRequest, obj: Event, form: Any) -> None:
        """Whoever makes it owns it."""
        event = services.create_event(by=request.user, attributes=form.cleaned_data)
        obj.__dict__.update(event.__dict__)

    def update(self, request: HttpRequest, obj: Event, form: Any) -> None:
        """Within what the site has switched on."""
        services.check_modules(wanted={name: form.cleaned_data[name] for name in form.changed_data})
        super().update(request, obj, form)

    @admin.action(description=_("Publish"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self._set_state(request, queryset, Event.State.PUBLISHED)

    @admin.action(description=_("Back to draft"))
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self._set_state(request, queryset, Event.State.DRAFT)

    def _set_state(self, request: HttpRequest, queryset: QuerySet[Event], state: str) -> None:
        def move(event: Event) -> None:
            event.state = state
            event.save(update_fields=["state"])

        self.for_each(request, queryset, "change", move)


class OfEventAdmin(BackOfficeAdmin):
    """A part of an event; it does not move to another one."""

    list_select_related = ["event"]
    autocomplete_fields = ["event"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The event of a row that is there stays."""
        return [*self.readonly_fields, "event"] if obj else self.readonly_fields


@admin.register(Session)
class SessionAdmin(OfEventAdmin):
    list_display = ["title", "event", "state", "track", "microlocation", "starts_at"]
    list_filter = ["state", "level"]
    list_select_related = ["event", "track", "microlocation"]
    search_fields = ["title", "event__name", "speakers__name"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["event", "track", "microlocation", "session_type", "speakers"]
    readonly_fields = ["creator", "submitted_at", "created_at", "last_modified_at"]
    fieldsets = [
        (None, {"fields": ["event", "title", "subtitle", "state", "speakers"]}),
        (_("When and where"), {"fields": ["starts_at", "ends_at", "track", "microlocation", "session_type"]}),
        (_("What"), {"fields": ["level", "language", "short_abstract", "long_abstract", "comments"]}),
        (_("Links"), {"fields": ["slides_url", "video_url", "audio_url", "signup_url", "website"]}),
        (_("Handling"), {"fields": ["is_locked", "is_mail_sent", *readonly_fields]}),
    ]


@admin.register(Speaker)
class SpeakerAdmin(OfEventAdmin):
    list_display = ["name", "event", "organisation", "country", "is_featured"]
    list_filter = ["is_featured"]
    search_fields = ["name", "email", "organisation", "event__name"]
    autocomplete_fields = ["event", "user"]
    exclude = ["thumbnail_image_url", "small_image_url", "icon_image_url"]


@admin.register(Track)
class TrackAdmin(OfEventAdmin):
    list_display = ["name", "event", "color", "position"]
    search_fields = ["name", "event__name"]


@admin.register(Microlocation)
class MicrolocationAdmin(OfEventAdmin):
    list_display = ["name", "event", "room", "floor", "position", "hidden_in_scheduler"]
    search_fields = ["name", "room", "event__name"]


@admin.register(SessionType)
class SessionTypeAdmin(OfEventAdmin):
    list_display = ["name", "event", "length", "position"]
    search_fields = ["name", "event__name"]


@admin.register(Sponsor)
class SponsorAdmin(OfEventAdmin):
    list_display = ["name", "event", "type", "level"]
    search_fields = ["name", "type", "event__name"]


@admin.register(SocialLink)
class SocialLinkAdmin(OfEventAdmin):
    list_display = ["name", "event", "link"]
    search_fields = ["name", "link", "event__name"]


@admin.register(EventMember)
class EventMemberAdmin(OfEventAdmin):
    """Who works on which event; people join by invitation."""

    list_display = ["user", "role", "event"]
    list_filter = ["role"]
    list_select_related = ["user", "role", "event"]
    search_fields = ["user__email", "user__first_name", "user__last_name", "event__name"]
    readonly_fields = ["user", "role"]

    def delete_model(self, request: HttpRequest, obj: EventMember) -> None:
        """Take the role away; the last owner stays."""
        services.remove_member(obj)


@admin.register(RoleInvite)
class RoleInviteAdmin(OfEventAdmin):
    """Invitations to teams. Their tokens are in the mails alone."""

    list_display = ["email", "role", "event", "status", "created_at"]
    list_filter = ["status", "role"]
    list_select_related = ["role", "event"]
    search_fields = ["email", "event__name"]
    fields = ["event", "role", "email", "status", "invited_by", "created_at"]
    readonly_fields = ["status", "invited_by", "created_at"]
    actions = ["send_again"]

    def create(self, request: HttpRequest, obj: RoleInvite, form: Any) -> None:
        """Store the invitation and mail it."""
        obj.__dict__.update(services.invite_to_role(**form.cleaned_data, by=request.user).__dict__)

    @admin.action(description=_("Mail again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[RoleInvite]) -> None:
        self.for_each(request, queryset, "delete", services.resend_role_invite)


class WordAdmin(BackOfficeAdmin):
    """A word that events are sorted by."""

    list_display = ["name", "slug"]
    search_fields = ["name"]


for _model in (Event.event_type, Event.event_topic, Event.event_sub_topic, Event.event_location):
    admin.site.register(_model.field.related_model, WordAdmin)
