"""The event itself."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import URLPattern, path
from django.utils import timezone

from openevent import api
from openevent.api.inputs import ResourceInput
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from .. import services
from ..models import Event
from ..querysets import ANY_ROLE, events_with_role
from . import event_actions, exports


class EventSerializer(ResourceSerializer):
    class Meta:
        model = Event
        type = "event"
        identifier_field = "identifier"
        fields = [
            "identifier",
            "name",
            "starts_at",
            "ends_at",
            "timezone",
            "state",
            "privacy",
            "description",
            "owner_name",
            "owner_description",
            "has_owner_info",
            "code_of_conduct",
            "refund_policy",
            "after_order_message",
            "external_event_url",
            "ticket_url",
            "document_links",
            "schedule_published_on",
            "online",
            "location_name",
            "searchable_location_name",
            "latitude",
            "longitude",
            "is_map_shown",
            "public_stream_link",
            "stream_autoplay",
            "stream_loop",
            "chat_room_name",
            "logo_url",
            "original_image_url",
            "large_image_url",
            "thumbnail_image_url",
            "icon_image_url",
            "ical_url",
            "pentabarf_url",
            "xcal_url",
            "is_announced",
            "is_badges_enabled",
            "is_billing_info_mandatory",
            "is_cfs_enabled",
            "is_chat_enabled",
            "is_demoted",
            "is_document_enabled",
            "is_donation_enabled",
            "is_featured",
            "is_oneclick_signup_enabled",
            "is_promoted",
            "is_sessions_speakers_enabled",
            "is_sponsors_enabled",
            "is_tax_enabled",
            "is_ticket_form_enabled",
            "is_videoroom_enabled",
            "show_remaining_tickets",
            "payment_country",
            "payment_currency",
            "can_pay_by_alipay",
            "can_pay_by_bank",
            "can_pay_by_cheque",
            "can_pay_by_invoice",
            "can_pay_by_omise",
            "can_pay_by_paypal",
            "can_pay_by_paytm",
            "can_pay_by_stripe",
            "can_pay_onsite",
            "paypal_email",
            "bank_details",
            "cheque_details",
            "onsite_details",
            "invoice_details",
            "created_at",
            "deleted_at",
        ]
        relations = ["event_type", "event_topic", "event_sub_topic", "group"]
        link_needs = {"group": "events.change_group"}
        restricted = {"paypal_email": "events.change_event"}


@api.resource
class EventViewSet(ResourceViewSet):
    """Events. Lists show what anybody may find; a private event answers to its address."""

    serializer_class = EventSerializer
    is_upcoming = False
    is_search = False
    SEARCH_WORDS = ("query", "q", "search")  # what clients call the parameter of /v1/search/events
    SITE_DECIDES = ("is_featured", "is_promoted", "is_demoted")

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Published public events that are not over; then what is done with a single one."""
        upcoming = cls.as_view({"get": "list", "post": "create"}, detail=False, is_upcoming=True)
        first = [path("upcoming", upcoming, name="event-upcoming"), *event_actions.urlpatterns()]
        return [*first, *exports.urlpatterns()]

    def get_queryset(self) -> QuerySet:
        """The visible events; private ones of others are not listed."""
        queryset = super().get_queryset()
        user = self.request.user
        if self.is_search:
            text = next((self.request.query_params[n] for n in self.SEARCH_WORDS if n in self.request.query_params), "")
            return queryset.listed().matching(text).order_by("starts_at", "pk")
        if self.is_upcoming:
            return queryset.listed().upcoming(timezone.now()).order_by("starts_at", "pk")
        if self.detail or (user.is_authenticated and user.is_any_admin):
            return queryset
        return queryset.filter(Q(privacy=Event.Privacy.PUBLIC) | Q(pk__in=events_with_role(user, ANY_ROLE)))

    def perform_create(self, attrs: dict[str, Any]) -> Event:
        """Whoever makes it owns it."""
        self._leave_to_site(attrs)
        return services.create_event(by=self.request.user, attributes=attrs)

    def perform_update(self, row: Event, attrs: dict[str, Any]) -> Event:
        """Change the event within what the site has switched on."""
        self._leave_to_site(attrs)
        services.check_modules(wanted={**attrs, **self._asked}, before=row)
        updated: Event = super().perform_update(row, attrs)
        return updated

    def validated(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """The kit's, with the switch of older clients that is no attribute any more looked at."""
        self._asked = {k: v for k, v in given.attributes.items() if k == "is_ticketing_enabled" and v in (True, "true")}
        if row is None:
            services.check_modules(wanted=self._asked)
        return super().validated(given, row, scope)

    def _leave_to_site(self, attrs: dict[str, Any]) -> None:
        if not self.request.user.is_any_admin:
            for name in self.SITE_DECIDES:
                attrs.pop(name, None)
