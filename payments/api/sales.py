"""`/v1/admin/sales/invoices`: the site's bills to organizers, for administrators."""

from typing import Any

from rest_framework import serializers

from openevent import api
from openevent.api.serializers import ResourceSerializer
from orders.api.sales import SalesViewSet

from ..models import InvoiceSales


class InvoiceSalesSerializer(ResourceSerializer):
    """``sent-to``: the address of who was billed."""

    event_name = serializers.CharField(source="event.name", read_only=True, allow_null=True)
    sent_to = serializers.CharField(source="user.email", read_only=True, allow_null=True)

    class Meta:
        model = InvoiceSales
        type = "admin-sales-invoices"
        fields = ["identifier", "amount", "status", "event_name", "sent_to", "created_at", "completed_at"]


@api.resource
class InvoiceSalesViewSet(SalesViewSet):
    serializer_class = InvoiceSalesSerializer
    path = "admin/sales/invoices"

    @classmethod
    def rows_for(cls, user: Any, with_trashed: bool = False) -> Any:
        """The kit's, with what each row is written with."""
        return super().rows_for(user, with_trashed).select_related("event", "user")
