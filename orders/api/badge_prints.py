"""Having badges of attendees drawn, and fetching them as PDF."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.permissions import demand, demand_login
from openevent.api.schema.plain import documents, members, or_null
from openevent.exceptions import InvalidInput, NotFound

from ..badges import request_badge
from ..models import Attendee, BadgePrint
from .door.reading import LARGEST_ID
from .downloads import pdf_response

MOST_FIELDS = 100


class PrintBadgeView(APIView):
    """``GET /v1/badge-forms/print-badge-pdf?attendee_id=…&list_field_show=firstname,qr``: have a badge drawn."""

    permission_classes: list[Any] = []

    @documents(
        parameters={"attendee_id": int, "list_field_show": str},
        answer=members({"task_url": str}),
        errors=[401, 403, 404, 422],
    )
    def get(self, request: Request) -> Response:
        """Where to ask whether it is ready."""
        demand_login(request)
        key = request.query_params.get("attendee_id", "")
        if not (key.isascii() and key.isdecimal() and int(key) <= LARGEST_ID):
            raise InvalidInput("attendee_id is the id of an attendee.", "invalid", "/attendee_id")
        attendee = Attendee.objects.visible_to(request.user).filter(pk=int(key)).select_related("ticket").first()
        if attendee is None:
            raise NotFound("Object not found.")
        demand(request, "orders.print_badge", attendee)
        shown = [name.strip() for name in request.query_params.get("list_field_show", "").split(",") if name.strip()]
        row = request_badge(attendee=attendee, shown=shown[:MOST_FIELDS], by=request.user)
        return Response({"task_url": f"/v1/badge-forms/prints/{row.key}"})


def print_of(request: Request, key: Any) -> BadgePrint:
    """The print, for who may print badges of the event."""
    demand_login(request)
    row = BadgePrint.objects.filter(key=key).select_related("attendee").first()
    if row is None:
        raise NotFound("Object not found.")
    demand(request, "orders.print_badge", row.attendee)
    found: BadgePrint = row
    return found


class BadgePrintView(APIView):
    """``GET /v1/badge-forms/prints/<key>``: PENDING, SUCCESS with the address of the PDF, or FAILURE."""

    permission_classes: list[Any] = []

    @documents(
        answer=members({"state": str}, {"result": or_null(members({}, {"download_url": str, "message": str}))}),
        errors=[401, 403, 404],
    )
    def get(self, request: Request, key: Any) -> Response:
        """As all tasks are asked for."""
        row = print_of(request, key)
        if row.problem:
            return Response({"state": "FAILURE", "result": {"message": row.problem}})
        if not row.pdf:
            return Response({"state": "PENDING"})
        return Response({"state": "SUCCESS", "result": {"download_url": f"/v1/badge-forms/prints/{row.key}.pdf"}})


class BadgePdfView(APIView):
    """``GET /v1/badge-forms/prints/<key>.pdf``."""

    permission_classes: list[Any] = []

    @documents(answer="application/pdf", errors=[401, 403, 404])
    def get(self, request: Request, key: Any) -> HttpResponse:
        """The badge."""
        row = print_of(request, key)
        if not row.pdf:
            raise NotFound("The badge is not drawn yet.")
        with row.pdf.open("rb") as stored:
            return pdf_response(stored.read(), f"badge-{row.attendee_id}.pdf")
