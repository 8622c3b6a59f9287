"""Ticket PDFs, receipts and the state of a payment: plain answers beside the resources."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.inputs import plain_body
from openevent.api.keys import key_condition
from openevent.api.permissions import demand, demand_login
from openevent.api.registry import registry
from openevent.api.schema.plain import documents, members
from openevent.api.throttling import ScopedThrottle
from openevent.exceptions import Conflict, NotFound

from .. import links, services
from ..models import Attendee, Order
from ..tickets_pdf import read_tickets


def visible_order(request: Request, key: str) -> Order:
    """The order that a URL means; 401 for strangers, 404 where it may not be seen."""
    demand_login(request)
    order = Order.objects.visible_to(request.user).filter(key_condition(registry.of(Order), key)).first()
    if order is None:
        raise NotFound("Object not found.")
    return order


class TicketsPdfView(APIView):
    """``GET /v1/orders/<identifier>/tickets-pdf``, also ``/v1/tickets/<identifier>``: all tickets of an order.

    For who may see the order, and for who has the link that was mailed (``?key=``).
    """

    permission_classes: list[Any] = []

    @documents(answer="application/pdf", errors=[401, 404, 409])
    def get(self, request: Request, key: str) -> HttpResponse:
        """One PDF with a page for each ticket that the caller may see."""
        linked = Order.objects.filter(key_condition(registry.of(Order), key)).first()
        if linked is not None and links.opens_tickets(request.query_params.get("key"), linked):
            return tickets_of(linked, Attendee.objects.all())
        return tickets_of(visible_order(request, key), Attendee.objects.visible_to(request.user))


class AttendeePdfView(APIView):
    """``GET /v1/orders/attendees/<id>.pdf``: one ticket, for who may see it or has its link."""

    permission_classes: list[Any] = []

    @documents(answer="application/pdf", errors=[401, 404, 409])
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The PDF, drawn now if the worker has not yet."""
        attendee = Attendee.objects.filter(pk=pk).select_related("order").first()
        is_opened = attendee is not None and links.opens_ticket(request.query_params.get("key"), attendee)
        if not is_opened:
            demand_login(request)
            attendee = Attendee.objects.visible_to(request.user).filter(pk=pk).select_related("order").first()
        if attendee is None or attendee.order is None:
            raise NotFound("Object not found.")
        return tickets_of(attendee.order, Attendee.objects.filter(pk=pk))


def tickets_of(order: Order, attendees: QuerySet[Attendee]) -> HttpResponse:
    """The tickets of those of ``attendees`` that the order is for; Conflict while it is not completed."""
    if order.status != Order.Status.COMPLETED:
        raise Conflict("Tickets exist once the order is completed.", "not_completed")
    rows = list(attendees.filter(order=order).select_related("event", "ticket", "order", "order_line"))
    if not rows:
        raise NotFound("Object not found.")
    return pdf_response(read_tickets(rows), f"tickets-{order.identifier}.pdf")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A download that no shared cache keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


class OrderKeySerializer(serializers.Serializer):
    """The order that a plain body means."""

    order = serializers.CharField(max_length=64)


def order_key(request: Request) -> str:
    """The order's identifier from ``{"data": {"order"}}`` or ``{"order-identifier"}``."""
    body = plain_body(request)
    inner = body.get("data") if isinstance(body.get("data"), dict) else {}
    key = body.get("order-identifier") or body.get("order_identifier") or inner.get("order")  # type: ignore[union-attr]
    given = OrderKeySerializer(data={"order": key})
    given.is_valid(raise_exception=True)
    return str(given.validated_data["order"])


class ResendEmailView(APIView):
    """``POST /v1/orders/resend-email`` ``{"data": {"order"}}`` by the event's team."""

    permission_classes: list[Any] = []
    throttle_classes = [ScopedThrottle]
    throttle_scope = "order_mail"

    @documents(
        body=members({"data": members({"order": str})}),
        answer=members({"status": bool, "message": str}),
        errors=[401, 403, 404, 409, 422, 429],
    )
    def post(self, request: Request) -> Response:
        """Send the mails of a completed order once more."""
        order = visible_order(request, order_key(request))
        demand(request, "orders.resend_order", order)
        services.resend_tickets(order=order, by=request.user)
        return Response({"status": True, "message": f"Verification emails for order : {order.identifier} sent"})


class SendReceiptView(APIView):
    """``POST /v1/attendees/send-receipt`` ``{"order-identifier"}`` by team or buyer."""

    permission_classes: list[Any] = []
    throttle_classes = [ScopedThrottle]
    throttle_scope = "order_mail"

    @documents(
        body=members({"order-identifier": str}),
        answer=members({"message": str}),
        errors=[401, 403, 404, 409, 422, 429],
    )
    def post(self, request: Request) -> Response:
        """Mail the order's summary and tickets once more."""
        order = visible_order(request, order_key(request))
        demand(request, "orders.change_order", order)
        services.resend_tickets(order=order, by=request.user)
        return Response({"message": "receipt sent to attendees"})
