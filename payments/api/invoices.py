"""The site's bills to organizers."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from events.models import Event
from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from orders.models import Order
from ticketing.models import DiscountCode

from ..models import EventInvoice


class EventInvoiceSerializer(ResourceSerializer):
    due_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = EventInvoice
        type = "event-invoice"
        identifier_field = "identifier"
        fields = [
            "identifier",
            "amount",
            "status",
            "payment_mode",
            "paid_via",
            "transaction_id",
            "stripe_token",
            "paypal_token",
            "brand",
            "last4",
            "exp_month",
            "exp_year",
            "invoice_pdf_url",
            "created_at",
            "issued_at",
            "due_at",
            "completed_at",
            "deleted_at",
        ]
        read_only_fields = [
            "identifier",
            "stripe_token",
            "paypal_token",
            "created_at",
            "issued_at",
            "deleted_at",
        ]
        relations = ["event", "user", "order"]
        read_only_relations = ["event", "user", "order"]


@api.resource
class EventInvoiceViewSet(ResourceViewSet):
    """Read by whom they are for; what was paid is entered by administrators."""

    serializer_class = EventInvoiceSerializer
    actions = ("list", "retrieve", "update")
    needs_login = True
    list_needs: dict[Any, str] = {
        Event: "payments.list_eventinvoice_of_event",
        User: "payments.list_eventinvoice_of_user",
    }


api.nest(EventInvoice, DiscountCode, "discount_code", lookup="events__event_invoices", many=False)
api.nest(Event, EventInvoice, "event_invoices", lookup="event")
api.nest(User, EventInvoice, "event_invoices", lookup="user")
api.nest(Order, EventInvoice, "event_invoice", lookup="order", many=False)
