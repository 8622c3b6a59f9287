"""Money that goes back: seen by the buyer and the team, begun by the team for a part of an order."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from openevent import api
from openevent.api.idempotency import idempotent
from openevent.api.serializers import NumberField, ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from orders.models import Order

from .. import services
from ..models import Refund


class RefundSerializer(ResourceSerializer):
    """``state`` is pending until the provider has given the money back, done then, failed where it refuses."""

    amount = NumberField(max_digits=14, decimal_places=4, required=False, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Refund
        type = "refund"
        fields = ["amount", "currency", "state", "reason", "created_at", "done_at"]
        read_only_fields = ["currency", "state", "reason", "created_at", "done_at"]
        relations = ["order", "attendee"]
        scope = "order"


@api.resource
class RefundViewSet(ResourceViewSet):
    """``POST`` with ``amount`` gives back so much and leaves the tickets; with the relationship ``attendee`` it takes
    that attendee out and gives back his share. The whole order goes back when it is cancelled."""

    serializer_class = RefundSerializer
    actions = ("create", "retrieve")
    needs_login = True

    @idempotent
    def create(self, request: Request, **kwargs: Any) -> Response:
        """The kit's; the same Idempotency-Key gives no money back twice."""
        return super().create(request, **kwargs)

    def judged(self, row: Any, attrs: dict[str, Any]) -> dict[str, Any]:
        """The service judges: the rest of the row is not the caller's to say."""
        return attrs

    def perform_create(self, attrs: dict[str, Any]) -> Refund:
        """Give back a part, by amount or by attendee."""
        return services.refund_a_part(
            order=attrs["order"], amount=attrs.get("amount"), attendee=attrs.get("attendee"), by=self.request.user
        )


api.nest(Order, Refund, "refunds", lookup="order")
