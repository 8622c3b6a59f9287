"""Bills as PDF, from templates/pdf/invoice.html."""

import io
import secrets
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from xhtml2pdf import pisa

from accounts.models import Setting
from openevent.typography import FAMILIES, register_fonts
from orders.tickets_pdf import RenderingFailed

from .models import EventInvoice, Invoice

AMOUNTS = ("unit_price", "discount", "fee", "tax", "adjustment", "total")
SITE_FIELDS = ("contact_name", "address", "zip", "city", "state", "country", "tax_info", "email")
SELLER_LINES = ("contact_name", "address", ("zip", "city"), "state", "country", "tax_info", "email")
BUYER_FIELDS = ("contact_name", "address", "zip_code", "city", "state", "country", "tax_info")
BUYER_LINES = ("address", ("zip_code", "city"), "state", "country", "tax_info")


def render_invoice(invoice: Invoice) -> bytes:
    """The PDF of a bill or a credit note."""
    content = invoice.content
    facts = [("Date", f"{invoice.issued_at:%Y-%m-%d}"), ("Event", content["event"])]
    facts.append(("Order", str(invoice.order.identifier)))
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        facts.insert(1, ("For invoice", f"{content['of']} of {content.get('of_date', '')}".removesuffix(" of ")))
    context = {
        "title": "Credit note" if invoice.kind == Invoice.Kind.CREDIT_NOTE else "Invoice",
        "number": invoice.number,
        "facts": facts,
        "seller": _lines(content["seller"], "name", "address", ("zip", "city"), "state", "country", "tax_id"),
        "buyer": _lines(content["buyer"], "name", "company", "address", ("zipcode", "city"), "state", "country")
        + _lines(content["buyer"], "tax_business_info"),
        "lines": [_decimals(line) for line in content["lines"]],
        "note": content.get("paid", ""),
        "footer": content.get("footer", ""),
    }
    return _render(context | _sums(invoice.amount, invoice.tax, invoice.currency), f"invoice {invoice.pk}")


def render_event_invoice(invoice: EventInvoice) -> bytes:
    """The PDF of what the site bills an organizer."""
    site, user = Setting.load(), invoice.user
    month = "" if invoice.month is None else f"{invoice.month:%Y-%m}"
    facts = [("Date", "" if invoice.issued_at is None else f"{invoice.issued_at:%Y-%m-%d}")]
    facts.append(("Event", invoice.event.name))
    if invoice.due_at is not None and invoice.status == EventInvoice.Status.DUE:
        facts.append(("To be paid by", f"{invoice.due_at:%Y-%m-%d}"))
    seller = {name: getattr(site, f"admin_billing_{name}") or "" for name in SITE_FIELDS}
    buyer = {name: getattr(user, f"billing_{name}", "") or "" for name in BUYER_FIELDS}
    names = [getattr(user, "company", "") or "", buyer.pop("contact_name") or getattr(user, "email", "")]
    context = {
        "title": "Invoice",
        "number": invoice.number or "",
        "facts": facts,
        "seller": [site.admin_company or site.app_name or "openevent", *_lines(seller, *SELLER_LINES)],
        "buyer": [*filter(None, names), *_lines(buyer, *BUYER_LINES)],
        "lines": [{"name": f"Fees of {invoice.event.name} {month}".strip(), "quantity": 1, "total": invoice.amount}],
        "note": "Paid." if invoice.status == EventInvoice.Status.PAID else "",
        "footer": site.admin_billing_additional_info or "",
    }
    return _render(context | _sums(invoice.amount, Decimal(0), invoice.currency), f"event invoice {invoice.pk}")


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


def _lines(party: dict[str, str], *names: str | tuple[str, ...]) -> list[str]:
    """An address, line by line; names in a tuple share a line, empty lines are left out."""
    rows = [" ".join(party.get(n, "") for n in ((name,) if isinstance(name, str) else name)).strip() for name in names]
    return [text for row in rows for text in row.splitlines() if text.strip()]


def _decimals(line: dict[str, Any]) -> dict[str, Any]:
    """A stored line with its amounts as numbers."""
    return {**line, **{name: Decimal(line[name]) for name in AMOUNTS if line.get(name) is not None}}


def _sums(total: Decimal, tax: Decimal, currency: str) -> dict[str, Any]:
    return {"net": total - tax, "tax": tax, "total": total, "currency": currency}


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
