"""The order resource. What happens to an order is said in orders/services; here it is read from the wire."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from events.models import Event
from events.querysets import DOOR_ROLES
from openevent import api
from openevent.api.idempotency import idempotent
from openevent.api.inputs import MISSING, ResourceInput, pointer, resolve, resolve_many
from openevent.api.params import flag
from openevent.api.relationships import RelationshipView
from openevent.api.serializers import ResourceSerializer, readable_attributes
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import InvalidInput
from ticketing.models import Ticket

from .. import services
from ..links import PAYMENT_URLS
from ..models import Attendee, Order, Tally
from ..tallies import total_of
from .carts import CalculateAmountView, CreateOrderView
from .downloads import AttendeePdfView, ResendEmailView, TicketsPdfView

PAYMENT = [
    "payment_mode",
    "payment_url",
    "paid_via",
    "transaction_id",
    "brand",
    "last4",
    "exp_month",
    "exp_year",
]
NOTES = ["order_notes", "cancel_note", "discount_code_id", "tickets_pdf_url"]
WAITING = (Order.Status.INITIALIZING, Order.Status.PENDING)
BILLING = ["company", "address", "city", "state", "country", "zipcode", "tax_business_info", "is_billing_enabled"]


class OrderSerializer(ResourceSerializer):
    """``on-site-tickets`` is input only (orders/services/cart.py reads it); ``payment-url`` says where to pay."""

    payment_url = serializers.SerializerMethodField()
    discount_code_id = serializers.SerializerMethodField()
    on_site_tickets = serializers.JSONField(write_only=True, required=False, allow_null=True)

    class Meta:
        model = Order
        type = "order"
        identifier_field = "identifier"
        fields = [
            "identifier",
            "status",
            "amount",
            *PAYMENT,
            *BILLING,
            *NOTES,
            "on_site_tickets",
            "created_at",
            "completed_at",
        ]
        read_only_fields = ["created_at", "completed_at"]
        relations = ["event", "user", "discount_code", "marketer"]
        read_only_relations = ["event", "user", "discount_code"]
        columns = {"discount_code_id": "discount_code_id"}
        restricted = dict.fromkeys(["amount", *PAYMENT, *BILLING, *NOTES], "orders.read_order")
        extra_kwargs = {"amount": {"required": False}, "status": {"required": False}}

    def get_payment_url(self, row: Order) -> str | None:
        is_waiting = row.amount > 0 and row.status in WAITING
        address = PAYMENT_URLS.get(row.payment_mode or "")
        return address(row) if is_waiting and address is not None else None

    def get_discount_code_id(self, row: Order) -> str | None:
        return None if row.discount_code_id is None else str(row.discount_code_id)



@api.resource
class OrderViewSet(ResourceViewSet):
    serializer_class = OrderSerializer
    actions = ("list", "create", "retrieve", "update", "destroy")
    list_needs = {Event: "orders.list_order_of_event", User: "orders.list_order_of_user"}
    needs_login = True
    whole_below = (Event,)
    tallies = {Event: total_of(Tally.Kind.ORDERS)}
    is_busy = True
    created_with = ("event", "attendees", "discount_code")  # relationships that a POST takes

    @classmethod
    def rows_as_included(cls, user: Any) -> Any:
        """Beside an attendee the people at the door see of its order what the ticket's code says."""
        if not user.is_authenticated:
            return cls.rows_for(user)
        return Order.objects.visible_to(user, DOOR_ROLES)

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Carts, downloads and mails, in plain JSON; linkage under the names that clients have for it."""
        return [
            *cls._linkage_in_singular(),
            path("create-order", CreateOrderView.as_view(), name="order-create-order"),
            path("calculate-amount", CalculateAmountView.as_view(), name="order-calculate-amount"),
            path("resend-email", ResendEmailView.as_view(), name="order-resend-email"),
            path("attendees/<int:pk>.pdf", AttendeePdfView.as_view(), name="attendee-pdf"),
            path("<str:key>/tickets-pdf", TicketsPdfView.as_view(), name="order-tickets-pdf"),
        ]

    @classmethod
    def _linkage_in_singular(cls) -> list[URLPattern]:
        return [
            path(
                f"<str:pk>/relationships/{name}",
                RelationshipView.as_view(relationship=cls.resource.relationships[f"{name}s"]),
                name=f"order-relationship-{name}",
            )
            for name in ("attendee", "ticket")
        ]

    @idempotent
    def create(self, request: Request, **kwargs: Any) -> Response:
        """An order of attendees in the cart, or (``?onsite=true``, the team) of tickets at the door."""
        self.demand_login_to("add")
        given = ResourceInput(request.data, self.resource)
        attrs = self._attributes(given, None)
        is_on_site = flag(request.query_params, "onsite")
        event = self._event(given)
        order = services.place_order(
            by=request.user,
            event=event,
            is_on_site=is_on_site,
            items=self._on_site_items(given) if is_on_site else None,
            attendee_ids=None if is_on_site else self._attendee_ids(given),
            discount_code=self._code_id(given, "discount_code"),
            access_code=self._code_id(given, "access_code"),
            status=attrs.pop("status", None),
            amount=attrs.pop("amount", None),
            payment_mode=attrs.pop("payment_mode", None),
            billing=attrs,
        )
        return Response(self.document(order), status=201, headers={"Location": self.url_of(order)})

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change what the caller may change: everything (admins), the status (team), contact data (buyers)."""
        order = self.get_object()
        self.check("change", order)
        given = ResourceInput(request.data, self.resource)
        self.check_id(given, order)
        attrs = self._attributes(given, order)
        order = services.update_order(order=order, by=request.user, changes=attrs)
        return Response(self.document(order))

    def perform_update(self, row: Order, attrs: dict[str, Any]) -> Order:
        """Say who brought the order in; that is all of its linkage that changes."""
        return services.name_marketer(order=row, marketer=attrs["marketer"], by=self.request.user)

    def perform_trash(self, row: Order) -> None:
        """Delete, telling the buyer why."""
        given: Any = self.request.data
        for member in ("data", "attributes", "cancel-note"):
            given = given.get(member) if isinstance(given, dict) else None
        note = given or self.request.query_params.get("cancel-note")
        services.delete_order(order=row, by=self.request.user, cancel_note=str(note or ""))

    def _attributes(self, given: ResourceInput, row: Order | None) -> dict[str, Any]:
        """Attributes by the serializer; who may set them is the services' to say."""
        serializer = self.serializer_class(row, partial=True, context={"view": self, "request": self.request})
        serializer.initial_data = readable_attributes(given.attributes, serializer)
        serializer.is_valid(raise_exception=True)
        return {name: value for name, value in serializer.validated_data.items() if name != "on_site_tickets"}

    def _event(self, given: ResourceInput) -> Event:
        linkage = given.linkage("event")
        if linkage in (MISSING, None):
            raise InvalidInput("The relationship event is required.", "required", pointer("event"))
        event: Event = resolve(self.resource.relationships["event"], linkage, self.request.user)
        return event

    @staticmethod
    def _on_site_items(given: ResourceInput) -> list[services.CartItem]:
        return services.parse_items(given.attributes.get("on_site_tickets"), services.ON_SITE)

    def _attendee_ids(self, given: ResourceInput) -> list[int]:
        for name in ("attendees", "ticket_holders"):
            linkage = given.linkage(name)
            if linkage not in (MISSING, None):
                break
        else:
            raise InvalidInput("The relationship attendees is required.", "required", pointer("attendees"))
        if not isinstance(linkage, list):
            raise InvalidInput("A list of resource identifiers.", pointer=pointer("attendees"))
        rows = resolve_many(self.resource.relationships["attendees"], linkage, self.request.user)
        return [row.pk for row in rows]

    @staticmethod
    def _code_id(given: ResourceInput, name: str) -> int | None:
        linkage = given.linkage(name)
        if linkage in (MISSING, None):
            return None
        key = str(linkage.get("id", "")) if isinstance(linkage, dict) else ""
        if not (key.isascii() and key.isdigit() and len(key) < 20 and int(key) < 2**63):
            raise InvalidInput("A resource identifier with type and id.", "invalid_identifier", pointer(name))
        return int(key)


api.nest(Order, Attendee, "attendees", lookup="order")
api.nest(Order, Ticket, "tickets", lookup="attendees__order")
api.nest(Event, Order, "orders", lookup="event")
api.nest(User, Order, "orders", lookup="user")
