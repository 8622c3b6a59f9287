"""Money in the back office: to look at, to give back, and to work on messages once more."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openevent.admin import BackOfficeForm, ReadOnlyAdmin, ReadOnlyInline

from . import services
from .models import (
    EventInvoice,
    Invoice,
    InvoicePayment,
    LedgerEntry,
    Payment,
    Refund,
    StripeAuthorization,
    WebhookEvent,
)


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = ["amount", "currency", "state", "reason", "message", "created_at", "done_at"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["key", "order", "provider", "state", "received", "refunded", "currency", "created_at"]
    list_filter = ["provider", "state"]
    list_select_related = ["order"]
    search_fields = ["key", "provider_id", "capture_id", "order__user__email"]
    date_hierarchy = "created_at"
    ordering = ["-pk"]
    inlines = [RefundInline]
    fields = [
        *["order", "provider", "state", "amount", "received", "refunded", "fee", "currency", "key"],
        *["provider_id", "capture_id", "message", "created_at", "asked_at", "settled_at"],
    ]


class RefundForm(BackOfficeForm):
    """A part of an order's money that is to go back: so much, or what one attendee paid."""

    class Meta:
        model = Refund
        fields: ClassVar[list[str]] = ["order", "amount", "attendee"]
        help_texts: ClassVar[dict[str, Any]] = {
            "amount": _("So much goes back, the tickets stay. To give everything back, cancel the order."),
            "attendee": _("Instead of an amount: leaves the order, and what was paid for the ticket goes back."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].required, self.initial["amount"] = False, None

    def _post_clean(self) -> None:
        """The service judges the row, and makes it."""


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Rows stay as they are; a new one gives a part of an order's money back."""

    autocomplete_fields = ["order", "attendee"]
    list_display = ["order", "amount", "currency", "state", "reason", "attempts", "created_at", "done_at"]
    list_filter = ["state", "reason"]
    list_select_related = ["order"]
    search_fields = ["order__identifier", "provider_id"]
    ordering = ["-pk"]
    actions = ["try_again", "paid_by_hand"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the policy says."""
        return self._may(request, "add", obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The short form for a new one."""
        return super().get_form(request, obj, change=change, **({} if obj else {"form": RefundForm}), **kwargs)

    def create(self, request: HttpRequest, obj: Refund, form: Any) -> None:
        """Give it back."""
        made = services.refund_a_part(**form.cleaned_data, by=request.user)
        obj.__dict__.update(made.__dict__)

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        self.for_each(request, queryset, "retry", lambda refund: services.retry_refund(refund=refund))

    @admin.action(description=_("Paid back by hand"))
    def paid_by_hand(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        self.for_each(
            request, queryset, "retry", lambda refund: services.settle_manual_refund(refund=refund, by=request.user)
        )


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """What providers told us, word for word."""

    list_display = ["provider", "kind", "event_id", "state", "attempts", "received_at", "processed_at"]
    list_filter = ["provider", "state"]
    search_fields = ["event_id", "kind"]
    date_hierarchy = "received_at"
    ordering = ["-pk"]
    actions = ["replay"]

    @admin.action(description=_("Work on it once more"))
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        self.for_each(request, queryset, "replay", lambda event: services.replay_webhook(event=event))


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "event", "order", "amount", "currency", "reference"]
    list_filter = ["kind", "currency"]
    list_select_related = ["event", "order"]
    search_fields = ["order__identifier", "reference", "event__name"]
    date_hierarchy = "at"
    ordering = ["-pk"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "issuer", "order", "amount", "currency", "issued_at"]
    list_filter = ["kind"]
    list_select_related = ["issuer", "order"]
    search_fields = ["order__identifier"]
    ordering = ["-pk"]


@admin.register(EventInvoice)
class EventInvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "event", "user", "month", "amount", "currency", "status", "issued_at"]
    list_filter = ["status"]
    list_select_related = ["event", "user"]
    search_fields = ["identifier", "event__name", "user__email"]
    ordering = ["-pk"]


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(ReadOnlyAdmin):
    """What organizers paid of the site's bills, and what went back to them."""

    list_display = ["key", "invoice", "provider", "state", "received", "refunded", "currency", "created_at"]
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

    list_display = ["event", "account_id", "stripe_publishable_key", "created_at"]
    list_select_related = ["event"]
    search_fields = ["event__name", "account_id"]
    ordering = ["-pk"]
    fields = ["event", "account_id", "stripe_publishable_key", "created_at"]
