"""Which orders and attendees somebody may see, and which wait for something."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from events.querysets import DOOR_ROLES, TEAM_ROLES, EventQuerySet, OfEventMixin, events_with_role, is_admin
from openevent.models import BaseQuerySet, SoftDeletableQuerySet
from ticketing.querysets import TicketQuerySet

# Conditions that the apps above add: unpaid orders which do not expire before somebody was asked whether the money
# is on its way. Nobody can be asked while a buyer waits for seats, so such orders keep theirs until then.
HELD_BACK_BY: list[Callable[[], Q]] = []


def events_attended(user: Any) -> Q:
    """Events that ``user`` has a bought ticket for: their streams are open to him."""
    is_bought = Q(order__status="completed")
    return among_attendees("event_id", Q(user=user) & is_bought, Q(order__user=user) & is_bought)


def among_attendees(column: str, *conditions: Q) -> Q:
    """Rows named in ``column`` by attendees that fulfil one of the conditions. Each is asked for by itself: with an OR
    between columns of two tables the planner would read everybody's attendees."""
    from .models import Attendee

    return Q(*[("pk__in", Attendee.objects.filter(q).order_by().values(column)) for q in conditions], _connector=Q.OR)


def buyers_of_own_events(user: Any) -> Q:
    """People who ordered tickets of an event that ``user`` runs: its team knows its customers."""
    from .models import Order

    orders = Order.objects.filter(event_id__in=events_with_role(user)).exclude(user=None)
    return Q(pk__in=orders.order_by().values("user_id"))


class OrderQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def holding_seats(self) -> Self:
        """Orders that keep seats without having bought them yet."""
        return self.filter(status__in=["initializing", "pending", "placed"])

    def overdue(self, now: datetime) -> Self:
        """Unpaid orders whose time is over, and of which nobody is to be asked first."""
        rows = self.filter(status__in=["initializing", "pending"], expires_at__lt=now)
        for held_back in HELD_BACK_BY:
            rows = rows.exclude(held_back())
        return rows

    def owing_tickets(self) -> Self:
        """Completed orders of which a PDF or a mail may be missing."""
        return self.filter(status="completed", tickets_sent_at=None)

    def visible_to(self, user: Any, roles: tuple[str, ...] = TEAM_ROLES) -> Self:
        """The event's team (or who has another of ``roles``), the buyer, and who attends by it."""
        if not user.is_authenticated:
            return self.none()
        if is_admin(user):
            return self
        from .models import Attendee

        attends = Attendee.objects.filter(order=OuterRef("pk"), user=user)
        return self.filter(self.of_events_with_role(user, roles) | Q(user=user) | Exists(attends))


class OfOrderMixin:
    """Rows with an ``order``: the team of its event sees them, and the buyer where ``is_for_buyers``."""

    is_for_buyers = False

    def visible_to(self, user: Any) -> Self:
        """The team of the order's event; the buyer, if it is for buyers."""
        if not user.is_authenticated:
            return self.none()  # type: ignore[attr-defined]
        if is_admin(user):
            return self
        condition = Q(order__event_id__in=events_with_role(user))
        if self.is_for_buyers:
            condition |= Q(order__user=user)
        return self.filter(condition)  # type: ignore[attr-defined]


class OrderTransitionQuerySet(OfOrderMixin, BaseQuerySet):
    """The history of an order is the event's team's."""


class AttendeeQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The team and the registrars of the event, the buyer, and the attendee himself."""
        if not user.is_authenticated:
            return self.none()
        if is_admin(user):
            return self
        from .models import Order

        # ids, and no join: the planner asks for them of rows alone that are not of such an event
        bought = Q(order__in=Order.with_trashed.filter(user=user).order_by().values("pk"))
        mine = bought | Q(user=user) | Q(created_by=user, order=None)
        return self.filter(self.of_events_with_role(user, DOOR_ROLES) | mine)


class OfDoorQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What happens at the door is seen by who works there."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(event__deleted_at=None)
        return rows if is_admin(user) else rows.filter(self.of_events_with_role(user, DOOR_ROLES))


class StationQuerySet(OfDoorQuerySet):
    """Stations."""


class BadgeFieldFormQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Fields of badges that the user sees."""
        from .models import BadgeForm

        return self.filter(badge_form__in=BadgeForm.objects.visible_to(user).values("pk"))


class DoorDeviceQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Devices are the team's to give out."""
        if not user.is_authenticated:
            return self.none()
        return self if is_admin(user) else self.filter(self.of_events_with_role(user))


class StationStorePaxQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Numbers of stations that the user sees."""
        from .models import Station

        return self.filter(station__in=Station.objects.visible_to(user).values("pk"))


class CheckInQuerySet(OfDoorQuerySet):
    def standing(self) -> Self:
        """Scans that let somebody pass and were not taken back."""
        return self.filter(result="accepted", voided_by=None).exclude(kind="void")

    def in_rooms(self) -> Self:
        """Ways in and out of rooms and sessions, not of the event itself."""
        return self.filter(kind__in=["in", "out"]).exclude(session=None, microlocation=None)

    def at_stations(self) -> Self:
        """Scans as check-in apps know them: those that let somebody pass a station."""
        return self.standing().exclude(station=None)


class EventOrderStatisticsQuerySet(EventQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Numbers of the events one runs."""
        return self.of_team(user) if user.is_authenticated else self.none()


class TicketOrderStatisticsQuerySet(TicketQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Numbers of the tickets of events one runs."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(event__deleted_at=None)
        return rows if is_admin(user) else rows.filter(self.of_events_with_role(user))
