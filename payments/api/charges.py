"""Paying an order: the charge, PayPal's two steps, and the question whether it is paid."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.crypto import constant_time_compare
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.errors import JSONAPI_VERSION
from openevent.api.inputs import ResourceInput, plain_body
from openevent.api.keys import key_condition
from openevent.api.permissions import demand
from openevent.api.registry import registry
from openevent.api.schema.plain import documents, members
from openevent.api.throttling import ScopedThrottle
from openevent.api.wire import JSONAPIParser, JSONAPIRenderer, PlainParser, PlainRenderer
from openevent.exceptions import InvalidInput, NotFound
from orders.api.downloads import visible_order
from orders.models import Order

from .. import links, services

CHARGE = members(
    {
        "data": members(
            {
                "type": str,
                "id": str,
                "attributes": members({"status": bool, "message": str}),
                "links": {"type": "object"},
            }
        ),
        "jsonapi": {"type": "object"},
    },
    {"meta": {"type": "object"}},
)
CHARGE_BODY = members(
    {
        "data": members(
            {"type": str},
            {"attributes": members({}, {"stripe": str, "paypal-payer-id": str, "paypal-payment-id": str})},
        )
    }
)
ATTRIBUTES = ("stripe", "paypal_payer_id", "paypal_payment_id")


class TokenSerializer(serializers.Serializer):
    """What a buyer's browser got from the provider."""

    stripe = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)
    paypal_payer_id = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)
    paypal_payment_id = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=255)


class _ChargeType:
    type = "charge"


def order_to_pay(request: Request, key: str) -> Order:
    """The order of a URL, for who may pay it: the buyer and the team; others who see it 403."""
    order = visible_order(request, key)
    demand(request, "payments.pay_order", order)
    return order


class ChargeView(APIView):
    """``POST /v1/orders/<identifier>/charge``."""

    permission_classes: list[Any] = []
    parser_classes = [JSONAPIParser, PlainParser]
    renderer_classes = [JSONAPIRenderer, PlainRenderer]
    throttle_classes = [ScopedThrottle]
    throttle_scope = "charge"

    @documents(body=CHARGE_BODY, answer=CHARGE, errors=[400, 401, 403, 404, 409, 415, 422, 429, 503])
    def post(self, request: Request, key: str) -> Response:
        """Take the order's amount. ``status`` says whether it is paid; where the buyer's bank wants to see him,
        ``message`` is ``requires_action`` and ``meta`` has the client secret for Stripe's own script."""
        order = order_to_pay(request, key)
        given = ResourceInput(request.data, _ChargeType())  # type: ignore[arg-type]
        tokens = TokenSerializer(data={name: given.attributes.get(name) for name in ATTRIBUTES})
        tokens.is_valid(raise_exception=True)
        payment, outcome = services.charge_order(order=order, **tokens.validated_data)
        is_paid = payment.state == payment.State.PAID
        needs = outcome.client_secret is not None
        message = "Charge successful" if is_paid else "requires_action" if needs else "pending"
        data = {
            "type": "charge",
            "id": str(order.pk),
            "attributes": {"status": is_paid, "message": message},
            "links": {"self": f"/v1/orders/{order.identifier}/charge"},
        }
        meta = {"client-secret": outcome.client_secret} if needs else {}
        return Response({"data": data, "meta": meta, "jsonapi": JSONAPI_VERSION})


def text_in(request: Request, name: str) -> str:
    """A text from ``data.attributes``, ``data`` or the body itself, dashed or underscored; "" without it."""
    body: Any = plain_body(request)
    data = body.get("data") if isinstance(body.get("data"), dict) else body
    attributes = data.get("attributes") if isinstance(data.get("attributes"), dict) else data
    value = attributes.get(name, attributes.get(name.replace("-", "_")))
    return value if isinstance(value, str) else ""


def addresses_in(request: Request) -> dict[str, str]:
    """Where PayPal shall send the buyer, as arguments of the services; InvalidInput for what is no web address."""
    addresses = {}
    for name in ("return-url", "cancel-url"):
        addresses[name.replace("-", "_")] = value = text_in(request, name)
        if value and not value.startswith(("https://", "http://")):
            raise InvalidInput("A web address is needed.", "invalid", f"/data/attributes/{name}")
    return addresses


class CreatePaypalPaymentView(APIView):
    """``POST /v1/orders/<identifier>/create-paypal-payment``."""

    permission_classes: list[Any] = []
    throttle_classes = [ScopedThrottle]
    throttle_scope = "charge"

    @documents(
        body=members({"data": members({"attributes": members({}, {"return-url": str, "cancel-url": str})})}),
        answer=members({"status": bool, "payment_id": str, "payment_url": str}),
        errors=[401, 403, 404, 409, 422, 429, 503],
    )
    def post(self, request: Request, key: str) -> Response:
        """A PayPal payment that the buyer is to approve at ``payment_url``."""
        order = order_to_pay(request, key)
        payment = services.create_paypal_payment(order=order, **addresses_in(request))
        return Response(
            {"status": True, "payment_id": payment.provider_id or "", "payment_url": payment.approval_url or ""}
        )


class VerifyMobilePaymentView(APIView):
    """``POST /v1/orders/<identifier>/verify-mobile-paypal-payment``."""

    permission_classes: list[Any] = []
    throttle_classes = [ScopedThrottle]
    throttle_scope = "charge"

    @documents(
        body=members({"data": members({"attributes": members({"payment-id": str})})}),
        answer=members({"status": bool, "error": str}),
        errors=[401, 403, 404, 409, 422, 429, 503],
    )
    def post(self, request: Request, key: str) -> Response:
        """Whether the payment that the app made with PayPal pays the order."""
        order = order_to_pay(request, key)
        payment_id = text_in(request, "payment-id")
        if not payment_id.replace("-", "").isalnum() or len(payment_id) > 128:
            raise InvalidInput("payment-id is missing", "required", "/data/attributes/payment-id")
        payment = services.verify_mobile_payment(order=order, payment_id=payment_id)
        is_paid = payment.state == payment.State.PAID
        return Response({"status": is_paid, "error": "" if is_paid else payment.message or ""})


class VerifyView(APIView):
    """``POST /v1/orders/<identifier>/verify``: has it been paid?"""

    permission_classes: list[Any] = []

    @documents(answer=members({"payment_status": bool}), errors=[401, 404, 503])
    def post(self, request: Request, key: str) -> Response:
        """The state of the payment; a provider is asked about one that is under way."""
        order = services.verify_order(order=visible_order(request, key))
        return Response({"payment_status": order.status == Order.Status.COMPLETED})


class PaymentRedirectView(APIView):
    """``GET /v1/orders/<identifier>/pay?key=…``: the order's ``payment-url`` for PayPal; the link is the key."""

    permission_classes: list[Any] = []
    authentication_classes: list[Any] = []

    @documents(answer="text/html", errors=[404, 409, 422, 503])
    def get(self, request: Request, key: str) -> HttpResponse:
        """Lead the buyer to where PayPal asks him."""
        order = Order.objects.filter(key_condition(registry.of(Order), key)).first()
        given = request.query_params.get("key", "")
        if order is None or not constant_time_compare(given, links.payment_key(order)):
            raise NotFound("Object not found.")
        payment = services.create_paypal_payment(order=order)
        return HttpResponseRedirect(payment.approval_url or "/")
