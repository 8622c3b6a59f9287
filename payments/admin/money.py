"""Money in the back office: to look at, to give back, and to work on messages once more."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openevent.admin import (
    EventFilter,
    Link,
    ReadOnlyAdmin,
    ReadOnlyInline,
    action,
    add_links,
    label,
    moment,
    money,
    word,
)
from orders.models import Attendee, Order

from .. import services
from ..models import (
    EventInvoice,
    Invoice,
    InvoicePayment,
    LedgerEntry,
    Payment,
    Refund,
    StripeAuthorization,
    WebhookEvent,
)
from .refunding import refund_attendee_view, refund_view

PAYMENT_COLOURS = {"paid": "success", "open": "warning", "failed": "danger", "surplus": "info"}
STATE_COLOURS = {"done": "success", "pending": "warning", "new": "warning", "failed": "danger"}


@admin.display(description=_("order"), ordering="order")
def order_number(row: Any) -> str:
    """The beginning of the identifier of a row's order."""
    return row.order.short_number if row.order_id else "–"


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = ["amount", "currency", "state", "reason", "message", "created_at", "done_at"]


class PaymentInline(ReadOnlyInline):
    """On the order's page: how its money came."""

    model = Payment
    fields = ["provider", "state", "received", "refunded", "fee", "currency", "settled_at"]
    show_change_link = True


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    group, icon = _("Money"), "payments"
    list_display = [
        *[order_number, "buyer", word("provider"), label("state", PAYMENT_COLOURS), money("received")],
        *[money("refunded"), moment("created_at")],
    ]
    list_filter = [EventFilter, "provider", "state"]
    list_select_related = ["order__event", "order__user"]
    search_fields = ["key", "provider_id", "capture_id", "order__user__email"]
    ordering = ["-pk"]
    inlines = [RefundInline]
    fields = [
        *["order", "provider", "state", "amount", "received", "refunded", "fee", "currency", "key"],
        *["provider_id", "capture_id", "message", "created_at", "asked_at", "settled_at"],
    ]

    @admin.display(description=_("buyer"))
    def buyer(self, payment: Payment) -> str:
        """Whose money it was."""
        return payment.order.user.full_name if payment.order.user else "–"

    def extra_urls(self) -> list[Any]:
        """Giving back."""
        return [
            ("refund/<int:order_pk>/", partial(refund_view, self), "refund"),
            ("refund/attendee/<int:attendee_pk>/", partial(refund_attendee_view, self), "refund_attendee"),
        ]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    group, icon = _("Money"), "undo"
    list_display = [
        *[order_number, money("amount"), label("state", STATE_COLOURS), "reason", "attempts"],
        *[moment("created_at"), moment("done_at")],
    ]
    list_filter = [EventFilter, "state", "reason"]
    list_select_related = ["order__event"]
    search_fields = ["order__identifier", "provider_id"]
    ordering = ["-pk"]
    actions = row_actions = ["try_again", "paid_by_hand"]

    @action(_("Try again"), verb="retry", icon="refresh", when=lambda refund: refund.state != "done")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        self.for_each(request, queryset, "retry", lambda refund: services.retry_refund(refund=refund))

    @action(_("Paid back by hand"), verb="settle", icon="back_hand", when=lambda refund: refund.state != "done")
    def paid_by_hand(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        self.for_each(
            request, queryset, "settle", lambda refund: services.settle_manual_refund(refund=refund, by=request.user)
        )


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """What providers told us, word for word."""

    group, icon = _("Money"), "webhook"
    list_display = [
        *["provider", "kind", "event_id", label("state", STATE_COLOURS), "attempts"],
        *[moment("received_at"), moment("processed_at")],
    ]
    list_filter = ["provider", "state"]
    search_fields = ["event_id", "kind"]
    ordering = ["-pk"]
    actions = row_actions = ["replay"]

    @action(_("Work on it once more"), verb="replay", icon="replay")
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        self.for_each(request, queryset, "replay", lambda event: services.replay_webhook(event=event))


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    group, icon = _("Money"), "menu_book"
    list_display = [moment("at"), word("kind"), "event", order_number, money("amount"), "reference"]
    list_filter = [EventFilter, "kind", "currency"]
    list_select_related = ["event", "order"]
    search_fields = ["order__identifier", "reference", "event__name"]
    ordering = ["-pk"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    group, icon = _("Money"), "request_quote"
    list_display = ["number", word("kind"), "issuer", order_number, money("amount"), moment("issued_at")]
    list_filter = [EventFilter, "kind"]
    list_select_related = ["issuer", "order__event"]
    search_fields = ["order__identifier"]
    ordering = ["-pk"]


@admin.register(EventInvoice)
class EventInvoiceAdmin(ReadOnlyAdmin):
    group, icon = _("Money"), "receipt"
    list_display = ["number", "event", "user", "month", money("amount"), "status", moment("issued_at")]
    list_filter = [EventFilter, "status"]
    list_select_related = ["event", "user"]
    search_fields = ["identifier", "event__name", "user__email"]
    ordering = ["-pk"]


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(ReadOnlyAdmin):
    """What organizers paid of the site's bills, and what went back to them."""

    group, icon = _("Money"), "receipt_long"
    list_display = [
        *["key", "invoice", "provider", label("state", STATE_COLOURS), money("received"), money("refunded")],
        moment("created_at"),
    ]
    list_filter = ["provider", "state"]
    list_select_related = ["invoice"]
    search_fields = ["key", "provider_id", "capture_id"]
    ordering = ["-pk"]
    fields = [
        *["invoice", "provider", "state", "amount", "received", "refunded", "fee", "currency", "key"],
        *["provider_id", "capture_id", "message", "created_at", "asked_at", "settled_at"],
    ]


@admin.register(StripeAuthorization)
class StripeAuthorizationAdmin(ReadOnlyAdmin):
    """Which event is connected; what opens the account is shown nowhere."""

    group, icon = _("Money"), "credit_card"
    list_display = ["event", "account_id", "stripe_publishable_key", moment("created_at")]
    list_filter = [EventFilter]
    list_select_related = ["event"]
    search_fields = ["event__name", "account_id"]
    ordering = ["-pk"]
    fields = ["event", "account_id", "stripe_publishable_key", "created_at"]


@add_links(Order)
def order_links(request: HttpRequest, order: Order) -> Iterable[Link]:
    """To giving a part of the money back."""
    if order.is_paid and request.user.has_perm("payments.refund_order", order):
        yield Link(_("Give back a part"), reverse("admin:payments_payment_refund", args=[order.pk]), "undo")


@add_links(Attendee)
def attendee_links(request: HttpRequest, attendee: Attendee) -> Iterable[Link]:
    """To giving one ticket back."""
    order = attendee.order
    if order is not None and order.is_paid and request.user.has_perm("payments.refund_order", order):
        address = reverse("admin:payments_payment_refund_attendee", args=[attendee.pk])
        yield Link(_("Cancel this ticket, and give its money back"), address, "undo")


_orders = admin.site._registry[Order]
_orders.inlines = [*_orders.inlines, PaymentInline]
