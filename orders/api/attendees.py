"""The attendee resource."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from events.models import Event, Tag
from openevent import api
from openevent.api.idempotency import idempotent
from openevent.api.inputs import MISSING, ResourceInput, pointer, resolve
from openevent.api.registry import registry
from openevent.api.serializers import LooseIntegerField, ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import InvalidInput
from ticketing.models import Ticket

from .. import services
from ..checkins import SCAN_FIELDS
from ..models import Attendee, Tally
from ..tallies import total_of
from .downloads import SendReceiptView

HOLDER = [
    "firstname",
    "lastname",
    "email",
    "address",
    "city",
    "state",
    "country",
    "phone",
    "company",
    "job_title",
    "gender",
    "age_group",
    "birth_date",
    "tax_business_info",
    "billing_address",
    "home_address",
    "shipping_address",
    "work_address",
    "work_phone",
    "website",
    "blog",
    "twitter",
    "facebook",
    "github",
    "instagram",
    "linkedin",
    "attendee_notes",
    "native_language",
    "fluent_language",
    "home_wiki",
    "wiki_scholarship",
    "complex_field_values",
    "accept_receive_emails",
    "accept_share_details",
    "accept_video_recording",
    "is_access_code_applied",
    "is_discount_applied",
    "is_consent_form_field",
    "is_consent_form_field_email",
    "is_consent_form_field_photo",
    "is_consent_of_refund_policy",
    "is_badge_printed",
    "badge_printed_at",
]
DOOR = [
    "is_checked_in",
    "is_checked_out",
    "is_registered",
    "checkin_times",
    "checkout_times",
    "register_times",
    "device_name_checkin",
]


class AttendeeSerializer(ResourceSerializer):
    """The check-in attributes are read here and written by orders/checkins/."""

    identifier = serializers.CharField(read_only=True)
    ticket_id = serializers.SerializerMethodField()
    tag_id = LooseIntegerField(required=False, allow_null=True)

    class Meta:
        model = Attendee
        type = "attendee"
        fields = ["identifier", "ticket_id", *HOLDER, "tag_id", *DOOR, "pdf_url", "created_at", "deleted_at"]
        read_only_fields = [*DOOR, "created_at"]
        relations = ["event", "ticket", "order", "user", "tag"]
        read_only_relations = ["order", "user"]
        columns = {"ticket_id": "ticket_id", "identifier": "id"}

    def get_ticket_id(self, row: Attendee) -> str:
        return str(row.ticket_id)


def scans_in(given: ResourceInput) -> dict[str, Any]:
    """What the body says about the door, with switches as booleans and lists as text; 422 for other shapes."""
    found: dict[str, Any] = {}
    for name in SCAN_FIELDS & given.attributes.keys():
        value = given.attributes[name]
        field = serializers.BooleanField() if name.startswith("is_") else serializers.CharField(allow_blank=True)
        if value is not None:
            try:
                found[name] = field.run_validation(value)
            except serializers.ValidationError as error:
                raise serializers.ValidationError({name: error.detail}) from error
    return found


@api.resource
class AttendeeViewSet(ResourceViewSet):
    serializer_class = AttendeeSerializer
    list_needs = {Event: "orders.list_attendee_of_event", User: "orders.list_attendee_of_user"}
    needs_login = True
    whole_below = (Event,)
    tallies = {Event: total_of(Tally.Kind.ATTENDEES)}

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Receipts, in plain JSON; the tag under the name that clients have for its route."""
        tag = registry.of(Tag).viewset.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"},
            relationship=cls.resource.relationships["tag"],
            detail=True,
        )
        return [
            path("send-receipt", SendReceiptView.as_view(), name="attendee-send-receipt"),
            path("<str:pk>/tags", tag, name="attendee-tags"),
        ]

    @idempotent
    def create(self, request: Request, **kwargs: Any) -> Response:
        """The kit's; a request that is sent again makes no second attendee."""
        return super().create(request, **kwargs)

    def validated(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """The kit's, with what was sent about the door kept aside for orders/checkins/."""
        self._scans = scans_in(given)
        return super().validated(given, row, scope)

    def relations(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """Event and ticket are settled when the attendee is made; clients send them back all the same."""
        found = super().relations(given, row, scope)
        if row is None and found.get("ticket") is None:  # rows of tickets that are gone have none
            raise InvalidInput("The relationship ticket is required.", "required", pointer("ticket"))
        if "tag" not in found and given.attributes.get("tag_id", MISSING) is not MISSING:
            found["tag"] = self._tag(given.attributes["tag_id"])
        return found if row is None else {name: found[name] for name in found if name == "tag"}

    def _tag(self, key: Any) -> Tag | None:
        """The row that ``tag-id`` names, an older spelling of the relationship."""
        if key in (None, ""):
            return None
        row: Tag = resolve(self.resource.relationships["tag"], {"type": "tag", "id": key}, self.request.user)
        return row

    def perform_create(self, attrs: dict[str, Any]) -> Attendee:
        """Lay a ticket into the caller's cart."""
        event, ticket = attrs.pop("event"), attrs.pop("ticket")
        return services.create_attendee(
            by=self.request.user, event=event, ticket=ticket, attributes={**attrs, **self._scans}
        )

    def perform_update(self, row: Attendee, attrs: dict[str, Any]) -> Attendee:
        """Change the holder's data, and at the door check in or out."""
        return services.update_attendee(attendee=row, by=self.request.user, changes={**attrs, **self._scans})

    def perform_trash(self, row: Attendee) -> None:
        """Take the ticket out of the cart, or (team) away from its holder."""
        services.delete_attendee(attendee=row, by=self.request.user)


api.nest(Event, Attendee, "attendees", lookup="event")
api.nest(Ticket, Attendee, "attendees", lookup="ticket")
api.nest(User, Attendee, "attendees", lookup="user")
