"""Tickets as PDF: one A4 page for each attendee, from templates/pdf/ticket.html."""

import io
import logging
import secrets
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from pypdf import PdfWriter
from xhtml2pdf import pisa

from openevent.typography import FAMILIES, register_fonts

from .models import Attendee, Order

log = logging.getLogger(__name__)


class RenderingFailed(Exception):
    """The template made a document that cannot be drawn."""


def render_ticket(attendee: Attendee) -> bytes:
    """The PDF of one ticket. The attendee comes with its event, ticket, order and order_line."""
    register_fonts()
    page = render_to_string("pdf/ticket.html", {"attendee": attendee, "event": attendee.event, "fonts": FAMILIES})
    output = io.BytesIO()
    status = pisa.CreatePDF(page, dest=output, encoding="utf-8", link_callback=_refuse)
    if status.err:
        raise RenderingFailed(f"ticket of attendee {attendee.pk}")
    return output.getvalue()


def merge_tickets(documents: Iterable[bytes]) -> bytes:
    """All pages in one document."""
    writer = PdfWriter()
    for document in documents:
        writer.append(io.BytesIO(document))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def store_ticket(attendee: Attendee) -> None:
    """Draw the ticket and put it into the storage, under a name that nobody guesses. Saves the row."""
    attendee.pdf.save(_file_name(attendee.order), ContentFile(render_ticket(attendee)), save=False)
    attendee.save(update_fields=["pdf"])


def store_tickets(order: Order, attendees: Iterable[Attendee]) -> None:
    """Put the PDF of all tickets, which exist, into the storage. Saves the row."""
    order.tickets_pdf.save(_file_name(order), ContentFile(read_tickets(attendees)), save=False)
    order.save(update_fields=["tickets_pdf"])


def read_tickets(attendees: Iterable[Attendee]) -> bytes:
    """One document with the tickets of ``attendees``; those the worker has not drawn yet are drawn now."""
    documents = [_read_ticket(attendee) for attendee in attendees]
    return documents[0] if len(documents) == 1 else merge_tickets(documents)


def _read_ticket(attendee: Attendee) -> bytes:
    if attendee.pdf:
        try:
            with attendee.pdf.open("rb") as stored:
                return stored.read()
        except FileNotFoundError:
            log.warning("the PDF of attendee %s is not in the storage", attendee.pk)
    return render_ticket(attendee)


def _file_name(order: Order | None) -> str:
    folder = order.identifier if order else "none"
    return f"tickets/{folder}/{secrets.token_urlsafe(24)}.pdf"


def _refuse(uri: str, base: str | None) -> str:
    """Tickets load nothing, neither from the network nor from the disk."""
    raise RenderingFailed(f"the template wants to load {uri[:100]}")
