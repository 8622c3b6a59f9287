"""Where providers send their messages."""

from typing import Any

import orjson
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.schema.plain import documents, members
from openevent.api.wire import JSONAPIParser, PlainParser
from openevent.exceptions import MalformedInput

from .. import services
from ..providers import paypal, stripe

RECEIVED = members({"received": bool})


class WebhookView(APIView):
    """The signature is the key; a message is stored, answered, and worked on by a worker."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    parser_classes = [PlainParser, JSONAPIParser]

    @staticmethod
    def read(body: bytes) -> dict[str, Any]:
        """The message; 400 for what is none."""
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise MalformedInput("The body is not valid JSON.") from error
        if not isinstance(found, dict) or not isinstance(found.get("id"), str) or b"\\u0000" in body:
            raise MalformedInput("The message has no id.")
        return found


class StripeWebhookView(WebhookView):
    """``POST /v1/webhooks/stripe``."""

    @documents(body={"type": "object"}, answer=RECEIVED, errors=[400])
    def post(self, request: Request) -> Response:
        """A message of Stripe."""
        body = request._request.body
        if not stripe.verified(body, request.headers.get("Stripe-Signature", "")):
            raise MalformedInput("The signature is not Stripe's.", "wrong_signature")
        event = self.read(body)
        kind = str(event.get("type", ""))
        services.store_webhook(provider="stripe", event_id=event["id"], kind=kind, payload=event)
        return Response({"received": True})


class PaypalWebhookView(WebhookView):
    """``POST /v1/webhooks/paypal``."""

    @documents(body={"type": "object"}, answer=RECEIVED, errors=[400, 503])
    def post(self, request: Request) -> Response:
        """A message of PayPal, which is asked whether it sent it."""
        event = self.read(request._request.body)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not paypal.verified(event, headers):
            raise MalformedInput("The signature is not PayPal's.", "wrong_signature")
        kind = str(event.get("event_type", ""))
        services.store_webhook(provider="paypal", event_id=event["id"], kind=kind, payload=event)
        return Response({"received": True})
