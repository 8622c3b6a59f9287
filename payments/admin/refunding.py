"""The pages that give money back: a part of an order's, or one ticket's."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openevent.admin import PageForm
from openevent.exceptions import DomainError
from orders.models import Attendee, Order

from .. import services
from ..models import Payment


class RefundForm(PageForm):
    """How much, and why."""

    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2)
    message = forms.CharField(label=_("Reason"), max_length=200)


class ReasonForm(PageForm):
    """Only a yes."""


def refund_view(page: Any, request: HttpRequest, order_pk: int) -> HttpResponse:
    """A part of an order's money; the tickets stay."""
    order: Order = admin.site._registry[Order].row_or_404(request, order_pk)
    payment = _payment_or_404(request, order)
    form = RefundForm(request.POST or None)
    if form.is_valid():
        try:
            services.refund_part(order=order, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            return _done(page, request, order)
    left = payment.received - payment.refunded
    return page.page(request, "admin/payments/refund.html", _("Give money back"), form=form, order=order, left=left)


def refund_attendee_view(page: Any, request: HttpRequest, attendee_pk: int) -> HttpResponse:
    """One ticket: its seat is free again, its share of the price goes back."""
    attendee: Attendee = admin.site._registry[Attendee].row_or_404(request, attendee_pk)
    order = attendee.order
    if order is None:
        raise Http404
    _payment_or_404(request, order)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        form.full_clean()
        try:
            services.refund_attendee(attendee=attendee, by=request.user)
        except DomainError as error:
            form.refuse(error)
        else:
            return _done(page, request, order)
    return page.page(
        request, "admin/payments/refund.html", _("Give a ticket back"), form=form, order=order, attendee=attendee
    )


def _payment_or_404(request: HttpRequest, order: Order) -> Payment:
    payment = order.payments.filter(state=Payment.State.PAID).first()
    if payment is None or not request.user.has_perm("payments.refund_order", order):
        raise Http404
    return payment


def _done(page: Any, request: HttpRequest, order: Order) -> HttpResponse:
    page.log_change(request, order, str(_("Money given back")))
    page.message_user(request, _("The money is on its way back."))
    return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
