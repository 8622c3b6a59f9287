"""Bills as PDF, from templates/pdf/invoice.html."""

import io
import secrets
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from xhtml2pdf import pisa

from openevent.typography import FAMILIES, register_fonts
from orders.tickets_pdf import RenderingFailed

from .models import EventInvoice, Invoice


def render_invoice(invoice: Invoice) -> bytes:
    """The PDF of a bill or a credit note."""
    lines = [{**line, "total": Decimal(line["total"])} for line in invoice.content["lines"]]
    return _render({"invoice": invoice, "lines": lines, **_parties(invoice.content)}, f"invoice {invoice.pk}")


def render_event_invoice(invoice: EventInvoice) -> bytes:
    """The PDF of what the site bills an organizer."""
    user = invoice.user
    buyer = {"name": "" if user is None else user.email, "company": getattr(user, "company", "") or ""}
    month = "" if invoice.month is None else f"{invoice.month:%Y-%m}"
    line = {"name": f"Fees of {invoice.event.name} {month}", "quantity": 1, "total": invoice.amount}
    return _render({"invoice": invoice, "lines": [line], "buyer": buyer, "seller": {}}, f"event invoice {invoice.pk}")


def store_invoice(invoice: Invoice) -> None:
    """Draw the bill and put it into the storage, under a name that nobody guesses. Saves the row."""
    name = f"invoices/{invoice.order.identifier}/{secrets.token_urlsafe(24)}.pdf"
    invoice.pdf.save(name, ContentFile(render_invoice(invoice)), save=False)
    invoice.save(update_fields=["pdf"])


def read_invoice(invoice: Invoice) -> bytes:
    """The stored PDF, or one that is drawn now."""
    if invoice.pdf:
        try:
            with invoice.pdf.open("rb") as stored:
                return bytes(stored.read())
        except FileNotFoundError:
            pass
    return render_invoice(invoice)


def _parties(content: dict[str, Any]) -> dict[str, Any]:
    return {"seller": content["seller"], "buyer": content["buyer"], "event_name": content["event"]}


def _render(context: dict[str, Any], what: str) -> bytes:
    register_fonts()
    page = render_to_string("pdf/invoice.html", {**context, "fonts": FAMILIES})
    output = io.BytesIO()
    status = pisa.CreatePDF(page, dest=output, encoding="utf-8", link_callback=_refuse)
    if status.err:
        raise RenderingFailed(what)
    return output.getvalue()


def _refuse(uri: str, base: str | None) -> str:
    raise RenderingFailed(f"the template wants to load {uri[:100]}")
