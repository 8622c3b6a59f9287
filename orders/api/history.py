"""The history of orders: who moved them, when, from where to where and why. Read only, by the event's team."""

from rest_framework import serializers

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Order, OrderTransition


class OrderTransitionSerializer(ResourceSerializer):
    """``by-id`` is null for what the system did by itself."""

    by_id = serializers.SerializerMethodField()

    class Meta:
        model = OrderTransition
        type = "order-transition"
        fields = ["at", "from_status", "to_status", "reason", "by_id"]
        relations = ["order"]
        read_only_relations = ["order"]
        scope = "order"

    def get_by_id(self, row: OrderTransition) -> str | None:
        return None if row.by_id is None else str(row.by_id)


@api.resource
class OrderTransitionViewSet(ResourceViewSet):
    serializer_class = OrderTransitionSerializer
    actions = ("retrieve",)
    list_needs = {Order: "orders.list_ordertransition"}
    needs_login = True


api.nest(Order, OrderTransition, "transitions", lookup="order")
