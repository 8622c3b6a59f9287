"""Attendees from a CSV file: a preview with the errors of each row, then one order for all of them."""

import csv
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from openevent.admin import PageForm
from openevent.exceptions import DomainError
from ticketing.models import Ticket

from .. import services
from ..services.guests import Guest
from .onsite import event_or_404

MOST_BYTES = 2 * 1024 * 1024
# what the columns may be called
HEADINGS = {
    "firstname": {"firstname", "first name", "first_name", "vorname", "given name"},
    "lastname": {"lastname", "last name", "last_name", "nachname", "surname", "family name"},
    "email": {"email", "e-mail", "mail", "e-mail address"},
    "company": {"company", "firma", "organisation", "organization"},
    "ticket": {"ticket", "ticket name", "ticket_name", "category", "kategorie"},
}


class ImportForm(PageForm):
    """The file; the ticket of rows that name none."""

    file = forms.FileField(label=_("CSV file"), required=False, widget=UnfoldAdminFileFieldWidget)
    ticket = forms.ModelChoiceField(
        label=_("Ticket of rows that name none"), queryset=Ticket.objects.none(), required=False
    )
    text = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MOST_BYTES)

    def __init__(self, *args: Any, tickets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].queryset = tickets  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The text of the file, or the one that was previewed."""
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            if file.size > MOST_BYTES:
                self.add_error("file", _("The file is too large."))
                return cleaned
            try:
                cleaned["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not UTF-8. Save it as “CSV UTF-8”."))
        if not cleaned.get("text") and not self.errors:
            self.add_error("file", _("Choose a file."))
        return cleaned


def import_view(page: Any, request: HttpRequest, event_pk: int) -> HttpResponse:
    """Preview first, then all rows or none."""
    event = event_or_404(request, event_pk)
    tickets = Ticket.objects.filter(event=event).order_by("position", "pk")
    form = ImportForm(request.POST or None, request.FILES or None, tickets=tickets)
    guests: list[Guest] = []
    if form.is_valid():
        try:
            guests = read_guests(form.cleaned_data["text"], list(tickets), form.cleaned_data["ticket"])
            if request.POST.get("confirm") and not any(guest.problems for guest in guests):
                order = services.import_guests(event=event, guests=guests, by=request.user)
                page.message_user(request, _("The attendees were imported, in one order."))
                return HttpResponseRedirect(f"{page.url('changelist')}?event={event.pk}&q={order.identifier}")
        except (DomainError, IntegrityError) as error:
            form.refuse(error)
    context = {"form": form, "event": event, "guests": guests}
    context["bad"] = sum(bool(guest.problems) for guest in guests)
    context["text"] = form.cleaned_data.get("text", "") if form.is_bound else ""
    return page.page(request, "admin/orders/import.html", _("Import attendees"), **context)


def read_guests(text: str, tickets: list[Ticket], default: Ticket | None) -> list[Guest]:
    """The rows of the file, each with what is wrong with it."""
    head = text[:2000]
    separator = max(",;\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    columns = [_column_of(title) for title in rows[0]] if rows else []
    if not set(columns) & {"firstname", "lastname", "email"}:
        raise services.unreadable(str(_("The first row must name the columns: first name, last name, email, ticket.")))
    by_name = {ticket.name.strip().lower(): ticket for ticket in tickets}
    guests = []
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            named = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
            guests.append(_guest(number, named, by_name, default))
    if not guests:
        raise services.unreadable(str(_("The file has no rows.")))
    return guests


def _column_of(title: str) -> str | None:
    spelled = title.strip().lower()
    return next((name for name, titles in HEADINGS.items() if spelled in titles), None)


def _guest(number: int, named: dict[str, str], by_name: dict[str, Ticket], default: Ticket | None) -> Guest:
    problems = []
    wanted = named.pop("ticket", "")
    ticket = by_name.get(wanted.lower()) if wanted else default
    if ticket is None:
        problems.append(str(_("There is no ticket “%(name)s”.") % {"name": wanted} if wanted else _("Which ticket?")))
    if named.get("email"):
        try:
            validate_email(named["email"])
        except ValidationError:
            problems.append(str(_("“%(email)s” is no e-mail address.") % {"email": named["email"]}))
    if not (named.get("firstname") or named.get("lastname") or named.get("email")):
        problems.append(str(_("Neither a name nor an e-mail address.")))
    if any(len(value) > 254 for value in named.values()):
        problems.append(str(_("A value is too long.")))
    return Guest(number=number, ticket=ticket, details=named, problems=problems)
