"""After a sale: what was sold, tickets to print at once."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ..models import Attendee, Order
from ..tickets_pdf import read_tickets
from .onsite import PAYMENTS


def sold_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The order that was just made."""
    order: Order = page.row_or_404(request, pk)
    attendees = list(Attendee.objects.filter(order=order).select_related("ticket")[:100])
    context = {
        "order": order,
        "attendees": attendees,
        "waiting": [attendee for attendee in attendees if not attendee.is_checked_in],
        "paid_via": dict(PAYMENTS).get(order.paid_via or "", order.paid_via),
    }
    return page.page(request, "admin/orders/sold.html", _("Sold"), **context)


def pdf_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """All tickets of the order, shown by the browser, which prints them."""
    order: Order = page.row_or_404(request, pk)
    rows = Attendee.objects.filter(order=order).select_related("event", "ticket", "order", "order_line")
    attendees = list(rows) if order.status == Order.Status.COMPLETED else []
    if not attendees:
        raise Http404
    response = HttpResponse(read_tickets(attendees), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="tickets-{order.identifier}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
