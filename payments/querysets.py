"""Which rows of payments somebody may see, and which wait for something."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from events.querysets import OfEventMixin, is_admin
from openevent.models import BaseQuerySet, SoftDeletableQuerySet
from orders.querysets import OfOrderMixin


class StripeAuthorizationQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Whoever sees the event: a buyer's browser needs the publishable key, which is all that is shown."""
        return self.of_visible_events(user)


class AttemptQuerySet(BaseQuerySet):
    def open(self) -> Self:
        """Payments of which it is not known yet whether money came."""
        return self.filter(state="open")

    def idle(self, now: datetime) -> Self:
        """Payments that nobody works on at the moment."""
        return self.filter(Q(busy_until=None) | Q(busy_until__lt=now))

    def with_money(self) -> Self:
        """Payments whose money came, whatever became of it."""
        return self.filter(state__in=["paid", "surplus", "refunded"])


class InvoicePaymentQuerySet(AttemptQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Administrators."""
        return self if is_admin(user) else self.none()


class PaymentQuerySet(OfOrderMixin, AttemptQuerySet):
    """How the money came is the team's to know."""


class RefundQuerySet(OfOrderMixin, BaseQuerySet):
    is_for_buyers = True

    def due(self, now: datetime) -> Self:
        """Refunds that shall be tried now. Those that somebody pays back by hand are not ours to try."""
        rows = self.filter(Q(busy_until=None) | Q(busy_until__lt=now), state="pending", due_at__lte=now)
        return rows.exclude(payment__provider="manual")


class WebhookEventQuerySet(BaseQuerySet):
    def waiting(self) -> Self:
        """Events that were stored and not worked on."""
        return self.filter(state="new")

    def visible_to(self, user: Any) -> Self:
        """Administrators."""
        return self if is_admin(user) else self.none()


class EventInvoiceQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Whose bill it is, and the event's team."""
        if not user.is_authenticated:
            return self.none()
        if is_admin(user):
            return self
        return self.filter(Q(user=user) | self.of_events_with_role(user))

    def unpaid(self) -> Self:
        """Invoices that are issued and not paid."""
        return self.filter(status="due").exclude(issued_at=None)


class InvoiceQuerySet(OfOrderMixin, BaseQuerySet):
    """Bills over orders."""

    is_for_buyers = True
