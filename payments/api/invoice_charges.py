"""Paying the site's bills: PayPal's two steps."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.keys import key_condition
from openevent.api.permissions import demand, demand_login
from openevent.api.registry import registry
from openevent.api.schema.plain import documents, members
from openevent.api.throttling import ScopedThrottle
from openevent.api.wire import JSONAPIParser, PlainParser
from openevent.exceptions import InvalidInput, NotFound

from .. import services
from ..models import EventInvoice, InvoicePayment
from .charges import addresses_in, text_in

ERRORS = [401, 403, 404, 409, 422, 429, 503]
TOKENS = ("paypal_payment_id", "paypal_payer_id")


class InvoicePayView(APIView):
    """Below ``/v1/event-invoices/<id|identifier>``, for whom the bill is and the event's team."""

    permission_classes: list[Any] = []
    parser_classes = [PlainParser, JSONAPIParser]
    throttle_classes = [ScopedThrottle]
    throttle_scope = "charge"

    def invoice(self, request: Request, key: str) -> EventInvoice:
        """The bill of the URL; 404 for who does not see it."""
        demand_login(request)
        rows = EventInvoice.objects.visible_to(request.user).select_related("event")
        invoice = rows.filter(key_condition(registry.of(EventInvoice), key)).first()
        if invoice is None:
            raise NotFound("Object not found.")
        demand(request, "payments.pay_eventinvoice", invoice)
        return invoice


class CreateInvoicePaymentView(InvoicePayView):
    """``/v1/event-invoices/<identifier>/create-paypal-payment``."""

    ANSWER = members({"status": bool, "payment_id": str, "payment_url": str})

    @documents(answer=ANSWER, errors=[401, 403, 404])
    def get(self, request: Request, key: str) -> Response:
        """The payment that waits for approval, if there is one; nothing is made."""
        return self.answer(self.invoice(request, key).payments.open().exclude(provider_id=None).first())

    @documents(
        body=members({"data": members({"attributes": members({}, {"return-url": str, "cancel-url": str})})}),
        answer=ANSWER,
        errors=ERRORS,
    )
    def post(self, request: Request, key: str) -> Response:
        """A PayPal payment of the bill, to be approved at ``payment_url``."""
        return self.answer(services.create_invoice_payment(invoice=self.invoice(request, key), **addresses_in(request)))

    @staticmethod
    def answer(payment: InvoicePayment | None) -> Response:
        """What clients are told of a payment."""
        if payment is None:
            return Response({"status": False, "payment_id": "", "payment_url": ""})
        return Response(
            {"status": True, "payment_id": payment.provider_id or "", "payment_url": payment.approval_url or ""}
        )


class ChargeInvoiceView(InvoicePayView):
    """``/v1/event-invoices/<identifier>/charge``."""

    ANSWER = members({"status": str, "payment_id": str})

    @documents(answer=ANSWER, errors=[401, 403, 404])
    def get(self, request: Request, key: str) -> Response:
        """How the bill stands; nothing is charged."""
        invoice = self.invoice(request, key)
        return Response({"status": invoice.status, "payment_id": invoice.paypal_token or ""})

    @documents(
        body=members({"data": members({"attributes": members(dict.fromkeys(TOKENS, str))})}),
        answer=ANSWER,
        errors=ERRORS,
    )
    def post(self, request: Request, key: str) -> Response:
        """Take the money that was approved at PayPal."""
        invoice = self.invoice(request, key)
        given = {name: text_in(request, name.replace("_", "-")) for name in TOKENS}
        for name, value in given.items():
            if not value.replace("-", "").isalnum() or len(value) > 128:
                raise InvalidInput(f"{name} is missing", "required", f"/data/attributes/{name}")
        payment = services.charge_invoice(
            invoice=invoice, payer_id=given["paypal_payer_id"], payment_id=given["paypal_payment_id"]
        )
        is_paid = payment.state == InvoicePayment.State.PAID
        status = "Charge Successful" if is_paid else "pending"
        return Response({"status": status, "payment_id": payment.provider_id or ""})
