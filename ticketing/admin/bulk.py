"""The page that makes many codes at once, and hands them out as CSV."""

import csv
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from events.models import Event
from openevent import desks
from openevent.admin import PageForm, choices
from openevent.exceptions import DomainError

from ..codes import MOST, create_codes
from ..models import DiscountCode, Ticket


class BulkForm(PageForm):
    """What the codes have in common."""

    tickets = forms.ModelMultipleChoiceField(
        label=_("Tickets"), queryset=Ticket.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    count = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=MOST, initial=100)
    prefix = forms.RegexField(
        label=_("Each begins with"),
        regex=r"^[A-Za-z0-9_-]*$",
        max_length=32,
        required=False,
        help_text=_("May be empty."),
    )
    uses = forms.IntegerField(
        label=_("Tickets per code"), min_value=1, required=False, initial=1, help_text=_("Empty: without limit.")
    )
    valid_from = forms.SplitDateTimeField(label=_("Valid from"), required=False, widget=UnfoldAdminSplitDateTimeWidget)
    valid_till = forms.SplitDateTimeField(label=_("Valid till"), required=False, widget=UnfoldAdminSplitDateTimeWidget)


class BulkDiscountForm(BulkForm):
    """And how much cheaper they make it."""

    type = forms.ChoiceField(label=_("Discount in"), choices=[("percent", _("percent")), ("amount", _("money"))])
    value = forms.DecimalField(label=_("Discount"), min_value=0, max_digits=12, decimal_places=2)


def bulk_view(page: Any, request: HttpRequest) -> HttpResponse:
    """Choose an event, say what the codes are like, get them as a file."""
    events = _events(page, request)
    if not events:
        raise PermissionDenied
    event = next((e for e in events if str(e.pk) == request.GET.get("event")), events[0] if len(events) == 1 else None)
    if event is None:
        return page.page(request, "admin/ticketing/bulk.html", _("Make many codes"), events=events, form=None)
    is_discount = page.model is DiscountCode
    with timezone.override(event.zone):
        form: Any = (BulkDiscountForm if is_discount else BulkForm)(request.POST or None)
        tickets = Ticket.objects.filter(event=event).order_by("pk")
        form.fields["tickets"].queryset = tickets if is_discount else tickets.filter(is_hidden=True)
        if form.is_valid():
            try:
                codes = create_codes(event=event, **_arguments(form.cleaned_data))
            except (DomainError, IntegrityError) as error:
                form.refuse(error)
            else:
                page.log_export(request, f"{len(codes)} codes of {event}")
                return _as_csv(codes, event)
        context = {"form": form, "event": event}
        return page.page(request, "admin/ticketing/bulk.html", _("Make many codes"), **context).render()


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    arguments = dict(given)
    kind, value = arguments.pop("type", None), arguments.pop("value", None)
    arguments["tickets"] = list(arguments["tickets"])
    return {**arguments, "discount": (kind, value) if kind else None}


def _events(page: Any, request: HttpRequest) -> list[Event]:
    perm = f"ticketing.add_{page.opts.model_name}"
    if request.user.is_any_admin:  # type: ignore[union-attr]
        rows = choices(Event, request.user).order_by("-starts_at")
        wanted = request.GET.get("event", "")
        return list(rows.filter(pk=wanted) if wanted.isdecimal() and len(wanted) < 19 else rows[:200])
    return [event for event in desks.events_of(request.user) if request.user.has_perm(perm, event)]


def _as_csv(codes: list[Any], event: Event) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="codes-{event.identifier}.csv"'
    writer = csv.writer(response)
    writer.writerow(["code"])
    writer.writerows([code.code] for code in codes)
    return response
