"""Onsite order entry: tickets and quantities, the buyer, how it is paid; the price before it is confirmed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event
from openevent import desks
from openevent.admin import PageForm, visible
from openevent.exceptions import DomainError
from ticketing.models import Ticket
from ticketing.stock import SoldOut

from .. import services
from ..pricing import Quote
from ..services.selling import MAX_SEATS, sale_objection

FREE, CUSTOM = "free", "custom"
PAYMENTS = [
    ("cash", _("Cash")),
    ("card_terminal", _("Card terminal")),
    (FREE, _("Free of charge")),
    (CUSTOM, _("Another price")),
]


class SaleForm(PageForm):
    """One sale at the door. Each ticket has a field ``ticket_<id>``."""

    firstname = forms.CharField(label=_("First name"), max_length=255, required=False)
    lastname = forms.CharField(label=_("Last name"), max_length=255, required=False)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, required=False, help_text=_("The tickets are mailed there. May stay empty.")
    )
    payment = forms.ChoiceField(label=_("Payment"), choices=PAYMENTS, initial="cash")
    amount = forms.DecimalField(
        label=_("Price of the whole order"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    discount_code = forms.CharField(label=_("Discount code"), max_length=255, required=False)
    sell_anyway = forms.BooleanField(label=_("Sell although the sale is closed"), required=False)
    check_in = forms.BooleanField(label=_("And check in now"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, tickets: Sequence[Ticket], **kwargs: Any) -> None:
        self.tickets = tickets
        self.base_fields = {**{f"ticket_{t.pk}": _quantity(t) for t in tickets}, **self.base_fields}
        super().__init__(*args, **kwargs)
        first = next((t for t in tickets if t.left != 0), None)
        if first is not None:  # hands stay on the keyboard
            self.fields[f"ticket_{first.pk}"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """A free order, or one at another price, says why."""
        cleaned: dict[str, Any] = super().clean() or {}
        payment = cleaned.get("payment")
        if payment == CUSTOM and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Say the price."))
        if payment in (FREE, CUSTOM) and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it is not the usual price."))
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The tickets with their fields, for the template."""
        now = timezone.now()
        return [{"ticket": t, "field": self[f"ticket_{t.pk}"], "closed": sale_objection(t, now)} for t in self.tickets]

    def sale(self) -> services.Sale:
        """What the fields say."""
        given = self.cleaned_data
        quantities = {t.pk: given.get(f"ticket_{t.pk}") or 0 for t in self.tickets}
        items = [services.CartItem(pk, n, pointer=f"/ticket_{pk}") for pk, n in quantities.items() if n]
        amount = {FREE: Decimal(0), CUSTOM: given.get("amount")}.get(given["payment"])
        texts = {name: given[name] for name in ("firstname", "lastname", "email", "reason", "discount_code")}
        paid_via = "cash" if given["payment"] == CUSTOM else given["payment"]
        return services.Sale(
            items=items, amount=amount, paid_via=paid_via, is_sale_window_ignored=given["sell_anyway"], **texts
        )

    def refuse(self, error: DomainError | IntegrityError) -> None:
        """Too few left stands at the ticket; the rest where it belongs."""
        if not isinstance(error, SoldOut):
            super().refuse(error)
            return
        for shortage in error.shortages:
            left = _("Only %(left)d left.") % {"left": shortage.left} if shortage.left else _("Sold out.")
            self.add_error(f"ticket_{shortage.ticket_id}", left)


def _quantity(ticket: Ticket) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "oe-quantity border", "inputmode": "numeric"})
    return forms.IntegerField(label=ticket.name, min_value=0, max_value=MAX_SEATS, required=False, widget=widget)


def sale_view(page: Any, request: HttpRequest, event_pk: int) -> HttpResponse:
    """The form; a POST confirms when the price on the page is the price that counts."""
    event = event_or_404(request, event_pk)
    tickets = list(Ticket.objects.filter(event=event).order_by("position", "pk"))
    form = SaleForm(request.POST or None, tickets=tickets, initial=_chosen(request, tickets))
    quote = None
    if form.is_valid():
        try:
            quote = services.quote_sale(event=event, sale=form.sale(), by=request.user)
            if form.cleaned_data["seen"] == f"{quote.total:f}":
                return _sell(page, request, event, form)
        except (DomainError, IntegrityError) as error:
            form.refuse(error)
    context = {"form": form, "event": event, "quote": quote, "is_late": quote is not None}
    return page.page(request, "admin/orders/sell.html", _("Sell on site"), **context)


def _sell(page: Any, request: HttpRequest, event: Event, form: SaleForm) -> HttpResponse:
    is_in = form.cleaned_data["check_in"]
    order = services.sell_on_site(event=event, sale=form.sale(), by=request.user, is_checked_in=is_in)
    page.log_addition(request, order, str(_("Sold on site")))
    return HttpResponseRedirect(page.url("sold", order.pk))


def price_view(page: Any, request: HttpRequest, event_pk: int) -> HttpResponse:
    """The price of what is in the form so far, for the panel beside it."""
    event = event_or_404(request, event_pk)
    form = SaleForm(request.POST, tickets=list(Ticket.objects.filter(event=event).order_by("position", "pk")))
    quote: Quote | None = None
    form.full_clean()
    if form.cleaned_data.get("payment") and not [name for name in form.errors if name.startswith("ticket_")]:
        for name in ("firstname", "lastname", "email", "reason", "discount_code"):
            form.cleaned_data.setdefault(name, "")
        if form.sale().items:
            form._errors = forms.utils.ErrorDict()  # type: ignore[attr-defined]  # what is missing is said when it is confirmed
            try:
                quote = services.quote_sale(event=event, sale=form.sale(), by=request.user)
            except DomainError as error:
                form.refuse(error)
    context = {"quote": quote, "form": form, "problems": [text for texts in form.errors.values() for text in texts]}
    return TemplateResponse(request, "admin/orders/price.html", context)


def choose_view(page: Any, request: HttpRequest) -> HttpResponse:
    """Which event is sold for; straight there, if there is only one."""
    events = sellable_events(request.user)
    if len(events) == 1:
        return HttpResponseRedirect(page.url("sell", events[0].pk))
    if not events:
        raise PermissionDenied
    return page.page(request, "admin/orders/choose_event.html", _("Sell on site"), events=events)


def sellable_events(user: Any) -> list[Event]:
    """The events whose team the user is of, those that are not over first."""
    rows = Event.objects.filter(ends_at__gte=timezone.now() - timezone.timedelta(days=1))
    events = rows.order_by("starts_at")[:100] if user.is_any_admin else desks.events_of(user)
    return [event for event in events if user.has_perm("orders.sell_on_site", event)]


def event_or_404(request: HttpRequest, pk: int) -> Event:
    """The event, for its team."""
    event = visible(Event, request.user).filter(pk=pk).first()
    if event is None or not request.user.has_perm("orders.sell_on_site", event):
        raise Http404
    return event


def _chosen(request: HttpRequest, tickets: Sequence[Ticket]) -> dict[str, int]:
    wanted = set(request.GET.getlist("ticket"))
    return {f"ticket_{t.pk}": 1 for t in tickets if str(t.pk) in wanted}
