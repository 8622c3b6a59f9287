"""What can be bought, in the back office."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.admin import OfEventAdmin

from . import services
from .models import AccessCode, DiscountCode, Ticket, TicketTag


@admin.register(Ticket)
class TicketAdmin(OfEventAdmin):
    """Tickets. What is sold and reserved is moved by ticketing/stock.py alone."""

    list_display = ["name", "event", "type", "price", "quantity", "sold", "reserved", "sales_ends_at", "is_hidden"]
    list_filter = ["type", "is_hidden"]
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
        form = super().get_form(request, obj, change=change, **kwargs)
        if "type" in form.base_fields:
            own = [] if obj is None or obj.type in Ticket.Type.values else [(obj.type, obj.type)]
            form.base_fields["type"].widget = forms.Select(choices=[*own, *Ticket.Type.choices])
        return form

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


@admin.register(TicketTag)
class TicketTagAdmin(OfEventAdmin):
    list_display = ["name", "event"]
    search_fields = ["name", "event__name"]
    autocomplete_fields = ["event", "tickets"]


class CodeAdmin(OfEventAdmin):
    """What discount and access codes have in common."""

    search_fields = ["code", "event__name"]
    list_filter = ["is_active"]
    readonly_fields = ["used", "created_at"]
    autocomplete_fields = ["event", "tickets", "marketer"]

    def create(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """With tickets that such a code is for."""
        self.check_tickets(list(form.cleaned_data["tickets"]))
        super().create(request, obj, form)

    def update(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """The same."""
        if "tickets" in form.changed_data:
            self.check_tickets(list(form.cleaned_data["tickets"]))
        super().update(request, obj, form)

    def check_tickets(self, tickets: list[Ticket]) -> None:
        """DomainError where such a code is not for one of them."""


@admin.register(DiscountCode)
class DiscountCodeAdmin(CodeAdmin):
    list_display = ["code", "event", "type", "value", "used", "tickets_number", "valid_till", "is_active"]
    list_filter = ["is_active", "type", "used_for"]
    autocomplete_fields = ["event", "events", "tickets", "marketer"]

    def check_tickets(self, tickets: list[Ticket]) -> None:
        """What is free gets no cheaper."""
        services.check_discounted(tickets=tickets, pointer="/tickets")


@admin.register(AccessCode)
class AccessCodeAdmin(CodeAdmin):
    list_display = ["code", "event", "used", "tickets_number", "valid_till", "is_active"]

    def check_tickets(self, tickets: list[Ticket]) -> None:
        """What everybody sees need not be opened."""
        services.check_opened(tickets=tickets, pointer="/tickets")
