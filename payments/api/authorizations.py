"""The Stripe accounts of events: made by a code that Stripe gave the owner, shown by their publishable key alone."""

from typing import Any

from rest_framework import serializers

from events.models import Event
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


api.nest(Event, StripeAuthorization, "stripe_authorization", lookup="event", many=False)
