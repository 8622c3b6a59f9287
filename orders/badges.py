"""Badges as PDF, one page each, from templates/pdf/badge.html; drawn by the worker, and remembered on the attendee."""

import io
import logging
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from xhtml2pdf import pisa

from openevent.exceptions import NotFound
from openevent.typography import FAMILIES, register_fonts

from .models import Attendee, BadgeFieldForm, BadgeForm, BadgePrint
from .tickets_pdf import RenderingFailed

log = logging.getLogger(__name__)
OWED_AFTER = timedelta(minutes=1)
BATCH = 200
SIZES = {"A6": (105, 148), "A7": (74, 105), "CR80": (54, 86)}  # millimetres
USUAL = "A6"
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
SMALLEST, LARGEST, USUAL_SIZE = 4, 96, 14  # points
MOST_MARGIN = 60
QR = "qr"
ALIGNMENTS = ("left", "center", "right")


def form_of(attendee: Attendee) -> BadgeForm:
    """The badge form that the attendee's ticket names; NotFound where there is none."""
    form = BadgeForm.objects.filter(event=attendee.event_id, badge_id=attendee.ticket.badge_id or "").last()
    if form is None:
        raise NotFound("This badge form is not associated with any ticket", "no_badge_form")
    return form


@transaction.atomic
def request_badge(*, attendee: Attendee, shown: Sequence[str], by: Any) -> BadgePrint:
    """Have the badge drawn, with the fields that ``shown`` names. NotFound where the ticket has none."""
    from .tasks import print_badge_task

    form_of(attendee)
    row = BadgePrint.objects.create(attendee=attendee, shown=list(shown), by=by)
    print_badge_task.publish_on_commit(row.pk)
    return row


def badges_owed() -> list[int]:
    """Ids of badges that should have been drawn by now."""
    before = timezone.now() - OWED_AFTER
    rows = BadgePrint.objects.filter(printed_at=None, problem=None, requested_at__lt=before)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def draw_badge(*, print_id: int) -> None:
    """Draw it, unless it was drawn or somebody is drawing it, and note on the attendee that it was printed."""
    rows = BadgePrint.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    row = rows.filter(pk=print_id, printed_at=None, problem=None).first()
    if row is None:
        return
    attendee = Attendee.with_trashed.select_related("event", "ticket", "order").get(pk=row.attendee_id)
    try:
        form = form_of(attendee)
        content = render_badge(form, [f for f in form.badge_field_forms.all() if _is_shown(f, row.shown)], attendee)
    except (RenderingFailed, NotFound) as error:
        log.warning("badge of attendee %s: %s", attendee.pk, error)
        row.problem = str(error)
        row.save(update_fields=["problem"])
        return
    row.printed_at = timezone.now()
    row.pdf.save(f"badges/{secrets.token_urlsafe(24)}.pdf", ContentFile(content), save=False)
    row.save(update_fields=["pdf", "printed_at"])
    Attendee.with_trashed.filter(pk=attendee.pk).update(
        is_badge_printed=True, badge_printed_at=row.printed_at, modified_at=row.printed_at
    )


def render_badge(form: BadgeForm, fields: Sequence[BadgeFieldForm], attendee: Attendee | None) -> bytes:
    """The PDF; without an attendee a sample, with the sample texts of the fields."""
    register_fonts()
    width, height = SIZES.get((form.badge_size or USUAL).upper(), SIZES[USUAL])
    if (form.badge_orientation or "").lower() == "landscape":
        width, height = height, width
    page = render_to_string(
        "pdf/badge.html",
        {
            "width": width,
            "height": height,
            "color": _color(form.badge_color, "#ffffff"),
            "lines": [_line(field, attendee) for field in fields if not field.is_deleted],
            "fonts": FAMILIES,
        },
    )
    output = io.BytesIO()
    status = pisa.CreatePDF(page, dest=output, encoding="utf-8", link_callback=_refuse)
    if status.err:
        raise RenderingFailed(f"badge {form.badge_id}")
    return output.getvalue()


def _line(field: BadgeFieldForm, attendee: Attendee | None) -> dict[str, Any]:
    """One line as the template wants it, with nothing in it that a style sheet would read as more than a number."""
    weights = {str(w.get("name", "") if isinstance(w, dict) else w).lower() for w in field.font_weight or []}
    is_qr = (field.field_identifier or "").lower() == QR
    return {
        "is_qr": is_qr,
        "text": _code(field, attendee) if is_qr else _value(field, attendee),
        "size": min(max(field.font_size or USUAL_SIZE, SMALLEST), LARGEST),
        "color": _color(field.font_color, "#111827"),
        "align": (field.text_alignment or "").lower()
        if (field.text_alignment or "").lower() in ALIGNMENTS
        else "center",
        "weight": "bold" if "bold" in weights else "normal",
        "style": "italic" if "italic" in weights else "normal",
        **{side: _margin(getattr(field, f"margin_{side}")) for side in ("top", "bottom", "left", "right")},
    }


def _value(field: BadgeFieldForm, attendee: Attendee | None) -> str:
    if attendee is None:
        return field.sample_text or field.custom_field or ""
    return _attribute(attendee, field.field_identifier or field.custom_field or "")


def _attribute(attendee: Attendee, name: str) -> str:
    """What an attendee says of himself under that name; nothing where it is no field of his."""
    name = name.replace("-", "_")
    if name in PRINTED:
        return str(getattr(attendee, name) or "")
    if name in ("name", "full_name"):
        return attendee.full_name
    if name == "ticket":
        return attendee.ticket.name
    answers = attendee.complex_field_values
    return str(answers.get(name, "")) if isinstance(answers, dict) else ""


PRINTED = frozenset(
    {
        *("firstname", "lastname", "email", "company", "job_title", "city", "country", "phone", "website", "twitter"),
        *("github", "linkedin", "native_language", "fluent_language", "gender", "state"),
    }
)


def _code(field: BadgeFieldForm, attendee: Attendee | None) -> str:
    """What the QR code says: the ticket's code, or what the form names."""
    if attendee is None:
        return field.sample_text or "sample"
    named = [_attribute(attendee, str(name)) for name in field.qr_custom_field or []]
    return "\n".join(filter(None, named)) or attendee.ticket_code


def _is_shown(field: BadgeFieldForm, shown: Sequence[str]) -> bool:
    wanted = {name.replace("-", "_").lower() for name in shown}
    names = {(field.field_identifier or "").replace("-", "_").lower(), (field.custom_field or "").lower()}
    return not wanted or bool(wanted & names)


def _color(given: str | None, usual: str) -> str:
    return given if given and COLOR.fullmatch(given) else usual


def _margin(given: int | None) -> int:
    return min(max(given or 0, 0), MOST_MARGIN)


def _refuse(uri: str, base: str | None) -> str:
    """Badges load nothing, neither from the network nor from the disk."""
    raise RenderingFailed(f"the template wants to load {uri[:100]}")
