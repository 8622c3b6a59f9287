"""Cancelling orders with a note that the buyers get."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from openevent.admin import PageForm

from .. import services
from ..models import Order


class CancelForm(PageForm):
    """Why."""

    cancel_note = forms.CharField(
        label=_("Note to the buyer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is mailed with the news that the order was cancelled."),
    )


def cancel_view(page: Any, request: HttpRequest) -> HttpResponse:
    """Show which orders, ask for the note; on POST cancel each that the policy allows."""
    ids = [int(part) for part in request.GET.get("ids", "").split(",") if part.isdecimal() and len(part) < 19]
    orders = page.get_queryset(request).filter(pk__in=ids).select_related("event", "user")
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["cancel_note"] or None

        def cancel(order: Order) -> None:
            services.cancel_order(order, by=request.user, cancel_note=note)

        request.action_name = "cancel"  # type: ignore[attr-defined]
        page.for_each(request, orders, "change", cancel)
        return HttpResponseRedirect(page.url("change", ids[0]) if len(ids) == 1 else page.url("changelist"))
    return page.page(request, "admin/orders/cancel.html", _("Cancel orders"), form=form, orders=orders[:100])
