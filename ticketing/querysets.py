"""Which tickets and codes somebody may see, and which are on sale."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.db.models import Case, F, Q, When

from events.querysets import DOOR_ROLES, OfEventMixin, is_admin
from openevent.models import BaseQuerySet, SoftDeletableQuerySet


class TicketQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def on_sale(self, now: datetime) -> Self:
        """Tickets whose sale is open; whether one is left is stock's business."""
        return self.filter(sales_starts_at__lte=now, sales_ends_at__gte=now)

    def available(self) -> Self:
        """Tickets of which one is left."""
        return self.filter(Q(quantity=None) | Q(quantity__gt=F("sold") + F("reserved")))

    def visible_to(self, user: Any) -> Self:
        """Tickets of visible events; hidden ones for who works at the event, for who holds one, and for who
        has named a code that opens them (ticketing/known_codes.py)."""
        rows = self.of_visible_events(user)
        if is_admin(user):
            return rows
        condition = Q(is_hidden=False) | Q(pk__in=getattr(user, "opened_tickets", ()))
        if user.is_authenticated:
            condition |= self.of_events_with_role(user, DOOR_ROLES)
            for held_by in HELD_BY:
                condition |= held_by(user)
        return rows.filter(condition)


# orders says who holds a ticket: each function returns a condition on tickets
HELD_BY: list = []


class TicketTagQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Tags of visible events."""
        return self.of_visible_events(user)


class DiscountCodeQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def for_tickets(self) -> Self:
        """Codes that buyers enter."""
        return self.filter(used_for="ticket")

    def unused(self) -> Self:
        """Codes that nobody has bought with."""
        return self.filter(used=0, orders=None)

    def for_events(self) -> Self:
        """Codes that lower the site's fee of an event."""
        return self.filter(used_for="event")

    def visible_to(self, user: Any) -> Self:
        """A code is a secret of the team, of who markets it and of who used it; the event kind one of the
        site's administrators."""
        if not user.is_authenticated:
            return self.none()
        if is_admin(user):
            return self
        condition = self.of_events_with_role(user) | Q(marketer=user)
        for used_by in DISCOUNTS_USED_BY:
            condition |= used_by(user)
        return self.for_tickets().filter(condition, event__deleted_at=None)


# orders says who bought with a code: each function returns a condition on discount codes
DISCOUNTS_USED_BY: list[Callable[[Any], Q]] = []


class AccessCodeQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def valid_at(self, now: datetime) -> Self:
        """Codes that are switched on, and within their time."""
        begun = Q(valid_from=None) | Q(valid_from__lte=now)
        return self.filter(begun, Q(valid_till=None) | Q(valid_till__gte=now), is_active=True)

    def visible_to(self, user: Any) -> Self:
        """A code is a secret of the team and of who markets it."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(event__deleted_at=None)
        return rows if is_admin(user) else rows.filter(self.of_events_with_role(user) | Q(marketer=user))


class TaxQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Whoever sees the event sees what is taxed."""
        return self.of_visible_events(user)


class TicketFeeQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The site's fees are for its administrators."""
        return self if is_admin(user) else self.none()

    def for_sales_in(self, currency: str, country: str | None) -> Self:
        """The fee of this currency and country first, then the one of every country without its own."""
        rows = self.filter(currency=currency, country__in=[country or GLOBAL, GLOBAL])
        return rows.order_by(Case(When(country=GLOBAL, then=1), default=0), "-pk")


# the country of a fee that holds everywhere
GLOBAL = "global"
