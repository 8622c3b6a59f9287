"""What can be bought, in the back office."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import construct_instance
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from events.admin import OfEventAdmin
from events.admin.inlines import PartInline
from events.models import Event
from openevent.admin import EventFilter, Link, add_links, moment, money
from openevent.admin.columns import amount, whole

from .. import services
from ..models import Ticket, TicketTag


def stock_bar(ticket: Ticket) -> str:
    """How many are sold and held, of how many."""
    taken = ticket.sold + ticket.reserved
    if ticket.quantity is None:
        return format_html("{}", _("%(sold)s sold, no limit") % {"sold": whole(ticket.sold)})
    share = min(100, round(100 * taken / ticket.quantity)) if ticket.quantity else 100
    words = _("%(sold)s sold, %(reserved)s held, %(left)s left") % {
        "sold": whole(ticket.sold),
        "reserved": whole(ticket.reserved),
        "left": whole(ticket.quantity - taken),
    }
    bar = '<div class="oe-stock"><div class="oe-bar"><i style="width: {}%"></i></div>{}</div>'
    return format_html(bar, share, words)

HELP = {
    "is_hidden": _("Nobody sees it who has no access code for it."),
    "quantity": _("Empty: without limit."),
    "min_price": _("Of a donation: the least that is taken."),
    "max_price": _("Of a donation: the most that is taken."),
    "is_fee_absorbed": _("Otherwise the buyer pays the site's fee on top."),
    "position": _("Low numbers come first."),
    "is_checkin_restricted": _("Otherwise holders may check themselves in, where the app offers it."),
    "auto_checkin_enabled": _("For those who get the ticket at the door anyway."),
}


@admin.register(Ticket)
class TicketAdmin(OfEventAdmin):
    """Tickets. What is sold and reserved is moved by ticketing/stock.py alone."""

    group, icon, rank = _("Sales"), "confirmation_number", 30
    list_display = [
        *["name", "event", "costs", "stock", moment("sales_starts_at"), moment("sales_ends_at")],
        "is_hidden",
    ]
    list_filter = [EventFilter, "type", "is_hidden"]
    search_fields = ["name", "event__name"]
    readonly_fields = ["sold", "reserved", "left"]
    fieldsets = [
        (None, {"fields": ["event", "name", "type", "description", "is_description_visible", "is_hidden"]}),
        (_("Price"), {"fields": ["price", "min_price", "max_price", "is_fee_absorbed"]}),
        (_("Stock"), {"fields": ["quantity", "sold", "reserved", "left"]}),
        (_("Sale"), {"fields": ["sales_starts_at", "sales_ends_at", "min_order", "max_order", "position"]}),
        (_("Door"), {"fields": ["is_checkin_restricted", "auto_checkin_enabled"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Ticket | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With the kinds of ticket to choose from; a word that an older client made up stays."""
        form = super().get_form(request, obj, change=change, help_texts=HELP, **kwargs)
        if "type" in form.base_fields:
            own = [] if obj is None or obj.type in Ticket.Type.values else [(obj.type, obj.type)]
            choices = [*own, *((value, capfirst(_(title))) for value, title in Ticket.Type.choices)]
            form.base_fields["type"].widget = UnfoldAdminSelectWidget(choices=choices)
        return form

    @admin.display(description=_("price"), ordering="price")
    def costs(self, ticket: Ticket) -> str:
        """What it costs, in the currency of its event."""
        currency = ticket.event.payment_currency
        if ticket.is_donation:
            return str(_("from %(amount)s") % {"amount": amount(ticket.min_price, currency)})
        return amount(ticket.price, currency) if ticket.price else str(_("free"))

    @admin.display(description=_("stock"), ordering="sold")
    def stock(self, ticket: Ticket) -> str:
        """Sold and held of how many, with a bar."""
        return stock_bar(ticket)

    @admin.display(description=_("left"), empty_value=_("no limit"))
    def left(self, ticket: Ticket) -> int | None:
        return ticket.left if ticket.pk else None

    def create(self, request: HttpRequest, obj: Ticket, form: Any) -> None:
        """A ticket of a kind that the site has switched on."""
        obj.__dict__.update(services.create_ticket(attributes=form.cleaned_data).__dict__)

    def update(self, request: HttpRequest, obj: Ticket, form: Any) -> None:
        """Its kind only to one that is switched on."""
        services.check_modules(ticket=obj, before=Ticket.with_trashed.get(pk=obj.pk))
        super().update(request, obj, form)

    def delete_model(self, request: HttpRequest, obj: Ticket) -> None:
        """Tickets that people hold or are buying stay."""
        services.trash_ticket(obj)


class PlaceForm(forms.ModelForm):
    """Where a ticket stands among the others. Nothing else of it is looked at: sales have a page of their own."""

    def _post_clean(self) -> None:
        construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)


class TicketInline(PartInline):
    """On the event's page: dragged into the order in which shops show them, opened to be changed."""

    model = Ticket
    form = PlaceForm
    readonly_fields = ["ticket", "type", money("price"), "stock"]
    fields = [*readonly_fields, "position"]
    can_delete = False
    hide_title = True
    verbose_name_plural = _("Tickets")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tickets are made on their own page."""
        return False

    @admin.display(description=_("ticket"))
    def ticket(self, ticket: Ticket) -> str:
        """Its name, which opens its page."""
        address = reverse("admin:ticketing_ticket_change", args=[ticket.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, ticket.name)

    @admin.display(description=_("stock"))
    def stock(self, ticket: Ticket) -> str:
        """Sold and held of how many."""
        return stock_bar(ticket)


_events = admin.site._registry[Event]
_events.inlines = [*_events.inlines, TicketInline]


@admin.register(TicketTag)
class TicketTagAdmin(OfEventAdmin):
    group, icon = _("Sales"), "sell"
    list_display = ["name", "event"]
    search_fields = ["name", "event__name"]
    autocomplete_fields = ["event", "tickets"]


@add_links(Event)
def event_links(request: HttpRequest, event: Event) -> Iterable[Link]:
    """From an event to what it sells; to the first ticket where there is none."""
    page = admin.site._registry[Ticket]
    if page.has_view_permission(request, event):
        yield Link(_("Tickets"), f"{page.url('changelist')}?event={event.pk}", "confirmation_number", place=12)
