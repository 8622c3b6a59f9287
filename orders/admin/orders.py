"""Orders in the back office: to look at, and to act on by the services."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.admin.exporting import export_view
from accounts.models import User
from events.models import Event
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
from ticketing.models import Ticket

from .. import services
from ..models import Attendee, Order, OrderTransition
from . import onsite
from .cancelling import cancel_view
from .exports import ORDER_SHEET
from .sold import pdf_view, sold_view
from .summary import STATUS_COLOURS, summary_of


class AttendeeInline(ReadOnlyInline):
    model = Attendee
    fields = ["full_name", "email", "ticket", "is_checked_in"]
    show_change_link = True
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With their tickets."""
        return super().get_queryset(request).select_related("ticket")


class TransitionInline(ReadOnlyInline):
    """What happened to the order, when, and by whom."""

    model = OrderTransition
    fields = ["at", "from_status", "to_status", "by", "reason"]
    verbose_name_plural = _("course")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the people."""
        return super().get_queryset(request).select_related("by")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    group, icon, rank = _("Sales"), "receipt_long", 10
    list_display = [
        *["number", "who", "event", label("status", STATUS_COLOURS), money("amount")],
        *[word("payment_mode", _("payment")), moment("created_at", _("ordered"))],
    ]
    list_filter = [EventFilter, "status", "payment_mode", "is_refund_due"]
    list_select_related = ["event", "user"]
    search_fields = [
        *["identifier", "user__email", "user__first_name", "user__last_name"],
        *["attendees__firstname", "attendees__lastname", "attendees__email", "attendees__company"],
        *["=discount_code__code", "=access_code__code"],
    ]
    search_help_text = _("Name, e-mail, order number, or a code that was used")
    ordering = ["-pk"]
    sheet = ORDER_SHEET
    inlines = [AttendeeInline, TransitionInline]
    change_form_before_template = "admin/orders/summary.html"
    actions = ["cancel", "mark_paid", "send_again", "export"]
    row_actions = ["cancel", "mark_paid", "send_again", "check_in"]
    fieldsets = [
        (None, {"fields": ["identifier", "event", "user"]}),
        (
            _("Payment"),
            {"fields": ["payment_mode", "paid_via", "transaction_id", "brand", "last_digits", "is_refund_due"]},
        ),
        (_("Codes"), {"fields": ["discount_code", "access_code", "marketer"]}),
        (
            _("Billing"),
            {"fields": ["company", "address", "zipcode", "city", "state", "country", "tax_business_info"]},
        ),
        (_("Notes"), {"fields": ["order_notes", "cancel_note"]}),
        (_("History"), {"fields": ["created_at", "expires_at", "completed_at", "tickets_sent_at"]}),
    ]

    @admin.display(description=_("order"), ordering="pk")
    def number(self, order: Order) -> str:
        """The beginning of its identifier."""
        return order.short_number

    @admin.display(description=_("buyer"))
    def who(self, order: Order) -> str:
        """The buyer; of orders without an account the first attendee."""
        return order.user.full_name if order.user else getattr(order, "first_attendee", None) or "–"

    @admin.display(description=_("Last four digits"))
    def last_digits(self, order: Order) -> str:
        """Of the card."""
        return order.last4 or "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """With the name of somebody who comes; read for the rows of the page alone."""
        people = Attendee.objects.filter(order=OuterRef("pk")).order_by("pk")
        name = people.annotate(name=Concat("firstname", Value(" "), "lastname")).values("name")[:1]
        return super().get_queryset(request).annotate(first_attendee=Subquery(name))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Django's, with the order at a glance."""
        order = context.get("original")
        context["summary"] = summary_of(order) if order is not None else None
        return super().render_change_form(request, context, *args, **kwargs)

    def extra_urls(self) -> list[Any]:
        """Selling on site, tickets to print."""
        return [
            ("sell/", partial(onsite.choose_view, self), "choose"),
            ("sell/<int:event_pk>/", partial(onsite.sale_view, self), "sell"),
            ("sell/<int:event_pk>/price/", partial(onsite.price_view, self), "price"),
            ("<int:pk>/sold/", partial(sold_view, self), "sold"),
            ("<int:pk>/tickets.pdf", partial(pdf_view, self), "pdf"),
        ]

    def list_links(self, request: HttpRequest) -> list[Link]:
        """To sell one more."""
        if not onsite.sellable_events(request.user):
            return []
        return [Link(_("Sell on site"), self.url("choose"), "point_of_sale", is_main=True)]

    @action(
        _("Cancel, and give the money back"), icon="cancel", when=lambda o: o.status not in ("cancelled", "expired")
    )
    def cancel(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        """By way of a page that asks for a note."""
        return cancel_view(self, request, queryset)

    @action(_("Mark as paid"), icon="price_check", when=lambda o: o.status in ("placed", "pending", "initializing"))
    def mark_paid(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        def complete(order: Order) -> None:
            services.update_order(order=order, by=request.user, changes={"status": Order.Status.COMPLETED})

        self.for_each(request, queryset, "change", complete)

    @action(_("Mail tickets and summary again"), verb="resend", icon="send", when=lambda o: o.status == "completed")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self.for_each(request, queryset, "resend", lambda o: services.resend_tickets(order=o, by=request.user))

    @action(_("Check everybody in"), verb="change", icon="login", when=lambda o: o.status == "completed")
    def check_in(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        self.for_each(request, queryset, "change", lambda o: services.check_in_order(order=o, by=request.user))
        there = request.POST.get("next", "")
        return HttpResponseRedirect(there) if url_has_allowed_host_and_scheme(there, None) else None

    @action(_("Export"), verb="export", icon="download")
    def export(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponseBase:
        return export_view(self, request, queryset)


@add_links(Event)
def event_links(request: HttpRequest, event: Event) -> Iterable[Link]:
    """From an event to its sales."""
    page = admin.site._registry[Order]
    if request.user.has_perm("orders.sell_on_site", event):
        yield Link(_("Sell on site"), page.url("sell", event.pk), "point_of_sale", is_main=True)
    for model, title, icon in [(Order, _("Orders"), "receipt_long"), (Attendee, _("Attendees"), "groups")]:
        other = admin.site._registry[model]
        if other.has_view_permission(request, event):
            yield Link(title, f"{other.url('changelist')}?event={event.pk}", icon, place=10)


@add_links(User)
def user_links(request: HttpRequest, user: User) -> Iterable[Link]:
    """From somebody to what he ordered."""
    page = admin.site._registry[Order]
    if page.has_view_permission(request):
        yield Link(_("Orders"), f"{page.url('changelist')}?{urlencode({'q': user.email})}", "receipt_long")


@add_links(Order)
def order_links(request: HttpRequest, order: Order) -> Iterable[Link]:
    """To the tickets of an order."""
    if order.status == Order.Status.COMPLETED:
        yield Link(_("Tickets (PDF)"), reverse("admin:orders_order_pdf", args=[order.pk]), "print", is_main=True)


@admin.action(description=_("Sell on site"))
def sell_these(page: Any, request: HttpRequest, queryset: QuerySet[Ticket]) -> HttpResponse | None:
    """An action of tickets: the onsite order with one of each."""
    tickets = list(queryset[:100])
    if len({ticket.event_id for ticket in tickets}) != 1:
        page.message_user(request, _("Choose tickets of one event."))
        return None
    query = "&".join(f"ticket={ticket.pk}" for ticket in tickets)
    return HttpResponseRedirect(f"{reverse('admin:orders_order_sell', args=[tickets[0].event_id])}?{query}")


_tickets = admin.site._registry[Ticket]
_tickets.actions = [*(_tickets.actions or []), sell_these]
