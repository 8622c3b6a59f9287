"""Discount and access codes in the back office."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.admin import OfEventAdmin
from openevent.admin import EventFilter, Link, moment
from openevent.admin.columns import amount, whole

from .. import services
from ..models import AccessCode, DiscountCode, Ticket
from .bulk import bulk_view


class CodeAdmin(OfEventAdmin):
    """What discount and access codes have in common."""

    search_fields = ["code", "event__name"]
    list_filter = [EventFilter, "is_active"]
    readonly_fields = ["used", "created_at"]
    autocomplete_fields = ["event", "tickets", "marketer"]

    @admin.display(description=_("used"), ordering="used")
    def uses(self, code: Any) -> str:
        """How often, of how often it may be."""
        if code.tickets_number is None:
            return whole(code.used)
        return f"{whole(code.used)} / {whole(code.tickets_number)}"

    def extra_urls(self) -> list[Any]:
        """Many at once."""
        return [("many/", partial(bulk_view, self), "many")]

    def list_links(self, request: HttpRequest) -> list[Link]:
        """To many at once."""
        return [Link(_("Make many codes"), self.url("many"), "library_add")] if self.has_add_permission(request) else []

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
    group, icon = _("Sales"), "percent"
    list_display = ["code", "event", "worth", "uses", moment("valid_till"), "is_active"]
    list_filter = [EventFilter, "is_active", "type"]
    autocomplete_fields = ["event", "events", "tickets", "marketer"]

    @admin.display(description=_("discount"), ordering="value")
    def worth(self, code: DiscountCode) -> str:
        """How much cheaper it makes a ticket."""
        if code.type == DiscountCode.Type.PERCENT:
            return f"{code.value:f}".rstrip("0").rstrip(".") + " %" if code.value % 1 else f"{code.value:.0f} %"
        return amount(code.value, code.event.payment_currency if code.event else None)

    def check_tickets(self, tickets: list[Ticket]) -> None:
        """What is free gets no cheaper."""
        services.check_discounted(tickets=tickets, pointer="/tickets")


@admin.register(AccessCode)
class AccessCodeAdmin(CodeAdmin):
    group, icon = _("Sales"), "key"
    list_display = ["code", "event", "uses", moment("valid_till"), "is_active"]

    def check_tickets(self, tickets: list[Ticket]) -> None:
        """What everybody sees need not be opened."""
        services.check_opened(tickets=tickets, pointer="/tickets")
