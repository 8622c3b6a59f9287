"""Cancelling orders with a note that the buyers get."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from openevent.admin import PageForm
from openevent.admin.actions import chosen_rows

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


def cancel_view(page: Any, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
    """The first POST, by an action, has no note yet: show which orders, and ask for it. With the note, cancel each
    that the policy allows; None is the action's way back."""
    if "cancel_note" not in request.POST:
        form = CancelForm()
    else:
        form = CancelForm(request.POST)
        if form.is_valid():
            note = form.cleaned_data["cancel_note"] or None

            def cancel(order: Order) -> None:
                services.cancel_order(order, by=request.user, cancel_note=note)

            page.for_each(request, orders, "change", cancel)
            return None
    context = {
        "form": form,
        "orders": orders[:100],
        "count": orders.count(),
        "hidden": chosen_rows(request),
        "back": page.url("changelist"),
    }
    return page.page(request, "admin/orders/cancel.html", _("Cancel orders"), **context)
