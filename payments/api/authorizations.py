"""The Stripe accounts of events: made by a code that Stripe gave the owner, shown by their publishable key alone."""

from typing import Any

from rest_framework import serializers

from events.api.event import EventSerializer
from events.models import Event
from events.rules import is_team
from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from .. import services
from ..models import StripeAuthorization


class StripeAuthorizationSerializer(ResourceSerializer):
    stripe_auth_code = serializers.CharField(write_only=True, max_length=255)

    class Meta:
        model = StripeAuthorization
        type = "stripe-authorization"
        fields = ["stripe_auth_code", "stripe_publishable_key"]
        read_only_fields = ["stripe_publishable_key"]
        relations = ["event"]


@api.resource
class StripeAuthorizationViewSet(ResourceViewSet):
    """One account for each event. There is no list."""

    serializer_class = StripeAuthorizationSerializer
    aliases = ("stripe-authorization",)
    actions = ("create", "retrieve", "update", "destroy")

    def perform_create(self, attrs: dict[str, Any]) -> StripeAuthorization:
        """Exchange the code."""
        return services.connect_stripe(event=attrs["event"], code=attrs["stripe_auth_code"])

    def perform_update(self, row: StripeAuthorization, attrs: dict[str, Any]) -> StripeAuthorization:
        """Exchange a new code, where one is given."""
        code = attrs.get("stripe_auth_code")
        return services.reconnect_stripe(authorization=row, code=code) if code else row


def note_accounts(rows: list[Any], user: Any, names: set[str]) -> None:
    """Which of the events that ``user`` runs have a Stripe account (1 query, none for others)."""
    own = {row.pk for row in rows if is_team(user, row)}
    linked = StripeAuthorization.objects.filter(event__in=own).values_list("event_id", flat=True) if own else ()
    linked = set(linked)
    for row in rows:
        row.has_stripe_account = row.pk in linked if row.pk in own else None


EventSerializer.extend(
    note_accounts,
    is_stripe_linked=serializers.BooleanField(source="has_stripe_account", read_only=True, allow_null=True),
)
api.nest(Event, StripeAuthorization, "stripe_authorization", lookup="event", many=False)
