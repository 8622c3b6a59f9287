"""Whether these tickets may be sold to this person now: event, modules, sale window, limits, access."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Subquery

from accounts.models import Module, Setting
from events.models import Event
from openevent.exceptions import DomainError, InvalidInput, NotAllowed, NotFound, Several
from openevent.prepared import PreparedSelect
from ticketing.models import Ticket

from .cart import CartItem, Way, seats_of

MAX_SEATS = 1000  # of one order, whatever the tickets say
DEFAULT_EXPIRY_MINUTES = 15


def _site() -> QuerySet:
    minutes = Setting.objects.filter(pk=1).values("order_expiry_time")
    return Module.objects.filter(pk=1).annotate(expiry_minutes=Subquery(minutes))


_SITE = PreparedSelect(_site)
_TICKET = PreparedSelect(lambda pk: Ticket.objects.filter(pk=pk).select_related("event"), int)


@dataclass(frozen=True)
class SiteRules:
    """What the site's administrators switched on, read in one statement."""

    modules: Module
    expiry_minutes: int

    @classmethod
    def load(cls) -> "SiteRules":
        """The rules as they stand now."""
        module = _SITE.first() or Module()
        return cls(module, getattr(module, "expiry_minutes", None) or DEFAULT_EXPIRY_MINUTES)

    def demand_modules(self, tickets: Sequence[Ticket]) -> None:
        """403 that names the module which these tickets need and the site has not switched on."""
        modules = self.modules
        if not modules.ticket_include:
            raise NotAllowed("The module ticket-include is switched off: no tickets are sold.", "module_off")
        if not modules.payment_include and any(t.is_paid for t in tickets):
            raise NotAllowed(
                "The module payment-include is switched off: no paid tickets are sold.", "module_off"
            )
        if not modules.donation_include and any(t.is_donation for t in tickets):
            raise NotAllowed(
                "The module donation-include is switched off: no donations are taken.", "module_off"
            )


def load_tickets(items: Sequence[CartItem]) -> dict[int, Ticket]:
    """The living tickets of the items with their events, by id; 404 for an unknown one."""
    ids = {item.ticket_id for item in items}
    if len(ids) == 1:  # most carts, and what everybody wants at the same moment
        found = _TICKET.all(*ids)
    else:
        found = list(Ticket.objects.filter(pk__in=ids).select_related("event").order_by("pk"))
    tickets = {ticket.pk: ticket for ticket in found}
    errors: list[DomainError] = [
        NotFound(f"Ticket with id: {item.ticket_id} not found", "unknown_ticket", item.pointer)
        for item in items
        if item.ticket_id not in tickets
    ]
    if errors:
        raise Several(errors)
    return tickets


def demand_one_event(event: Event | None, tickets: Mapping[int, Ticket], items: Sequence[CartItem]) -> Event:
    """The event that all tickets are of: the given one, or that of the first ticket."""
    wanted = event or next(iter(tickets.values())).event
    errors: list[DomainError] = [
        InvalidInput(
            f"Ticket with id: {item.ticket_id} does not belong to the event", "foreign_ticket", item.pointer
        )
        for item in items
        if tickets[item.ticket_id].event_id != wanted.pk
    ]
    if errors:
        raise Several(errors)
    return wanted


def demand_visible(event: Event, is_team: bool) -> None:
    """404 for events that this person cannot know of."""
    if event.deleted_at is not None or not (is_team or event.is_published):
        raise NotFound("Object not found.")


def demand_on_sale(tickets: Mapping[int, Ticket], items: Sequence[CartItem], now: datetime, way: Way) -> None:
    """422 with every ticket outside its sale window or asked for in too small or great a number."""
    pointers = {item.ticket_id: item.pointer or way.items for item in items}
    errors = [
        InvalidInput(message, code, pointers[ticket_id])
        for ticket_id, quantity in seats_of(items).items()
        for message, code in _objections(tickets[ticket_id], quantity, now)
    ]
    if errors:
        raise Several(list[DomainError](errors))


def demand_moderate_size(items: Sequence[CartItem], way: Way) -> None:
    """422 for an order that no single order should be."""
    if sum(item.quantity for item in items) > MAX_SEATS:
        pointer = items[0].pointer or way.items
        raise InvalidInput(f"An order holds at most {MAX_SEATS} tickets.", "max_order", pointer)


def sale_objection(ticket: Ticket, now: datetime) -> tuple[str, str] | None:
    """Why the ticket is not on sale at that time: message and code."""
    if now < ticket.sales_starts_at:
        return f"The sale of {ticket.name} has not begun.", "sale_not_begun"
    if now > ticket.sales_ends_at:
        return f"The sale of {ticket.name} has ended.", "sale_ended"
    return None


def _objections(ticket: Ticket, quantity: int, now: datetime) -> list[tuple[str, str]]:
    found = [sale_objection(ticket, now)]
    if ticket.min_order and quantity < ticket.min_order:
        found.append((f"At least {ticket.min_order} of {ticket.name} must be bought.", "min_order"))
    if ticket.max_order and quantity > ticket.max_order:
        found.append((f"At most {ticket.max_order} of {ticket.name} can be bought.", "max_order"))
    return [objection for objection in found if objection]
