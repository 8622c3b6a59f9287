"""Bills as PDF, and the ledger for the treasurer."""

import csv
import io
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from events.api.finding import visible_event
from openevent.api.keys import key_condition
from openevent.api.permissions import demand, demand_login
from openevent.api.registry import registry
from openevent.api.schema.plain import documents
from openevent.exceptions import Conflict, NotFound
from orders.api.downloads import pdf_response, visible_order

from .. import services
from ..invoices_pdf import read_invoice, render_event_invoice
from ..ledger import rows_of
from ..models import EventInvoice, Invoice, Refund


class OrderInvoiceView(APIView):
    """``GET /v1/orders/invoices/<identifier>``: the bill of an order."""

    permission_classes: list[Any] = []

    @documents(answer="application/pdf", errors=[401, 403, 404, 409])
    def get(self, request: Request, key: str) -> HttpResponse:
        """The PDF, for the buyer and the team; drawn now if the worker has not yet."""
        order = visible_order(request, key)
        demand(request, "payments.pay_order", order)
        invoice = order.invoices.filter(kind=Invoice.Kind.INVOICE).first() or services.issue_invoice(order=order)
        if invoice is None:
            raise Conflict("A bill exists once the order is paid.", "not_completed")
        return pdf_response(read_invoice(invoice), f"invoice-{invoice.number}.pdf")


class CreditNoteView(APIView):
    """``GET /v1/refunds/<id>/credit-note``: what takes the bill back, wholly or in part."""

    permission_classes: list[Any] = []

    @documents(answer="application/pdf", errors=[401, 404, 409])
    def get(self, request: Request, key: str) -> HttpResponse:
        """The PDF, for the buyer and the team."""
        demand_login(request)
        rows = Refund.objects.visible_to(request.user).select_related("order", "payment")
        refund = rows.filter(key_condition(registry.of(Refund), key)).first()
        if refund is None:
            raise NotFound("Object not found.")
        note = Invoice.objects.filter(refund=refund).first()
        if note is None and refund.state == Refund.State.DONE:
            note = services.issue_credit_note(refund=refund)
        if note is None:
            raise Conflict("A credit note exists once the money of a bill went back.", "not_done")
        return pdf_response(read_invoice(note), f"credit-note-{note.number}.pdf")


class EventInvoiceView(APIView):
    """``GET /v1/events/invoices/<identifier>``: the site's bill to an organizer."""

    permission_classes: list[Any] = []

    @documents(answer="application/pdf", errors=[401, 404])
    def get(self, request: Request, key: str) -> HttpResponse:
        """The PDF."""
        demand_login(request)
        rows = EventInvoice.objects.visible_to(request.user).select_related("event", "user")
        invoice = rows.filter(key_condition(registry.of(EventInvoice), key)).first()
        if invoice is None:
            raise NotFound("Object not found.")
        return pdf_response(render_event_invoice(invoice), f"event-invoice-{invoice.number}.pdf")


class LedgerView(APIView):
    """``GET /v1/events/<id>/ledger.csv?since=2026-01-01&until=2026-02-01``, for the event's team."""

    permission_classes: list[Any] = []

    @documents(answer="text/csv", errors=[400, 401, 403, 404], parameters={"since": str, "until": str})
    def get(self, request: Request, key: str) -> HttpResponse:
        """Every movement of money of the event, oldest first."""
        demand_login(request)
        event = visible_event(request, key)
        demand(request, "payments.view_ledger", event)
        query = request.query_params
        output = io.StringIO()
        csv.writer(output).writerows(rows_of(event, query.get("since"), query.get("until")))
        response = HttpResponse(output.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="ledger-{event.identifier}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response
