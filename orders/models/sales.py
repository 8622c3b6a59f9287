"""What administrators read the sales by: events, people, places and codes, as rows of the same tables."""

from typing import Any, Self

from django.db.models import Min

from accounts.models import Setting, User
from accounts.models.permissions import ROLE_OF_FLAG
from events.models import Event, EventMember
from events.querysets import is_admin
from openevent.models import ListedProxy, Proxy, SoftDeletableQuerySet
from ticketing.models import DiscountCode

from .orders import Order


class SalesQuerySet(SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Administrators, and people whose role on the site may open the sales, see all rows, others none. Whether it
        does is the policy's to say."""
        may_be_let_in = is_admin(user) or any(getattr(user, flag, False) for flag in ROLE_OF_FLAG)
        return self if may_be_let_in else self.none()


class LocationSalesQuerySet(SalesQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One event for each place that has a name: the oldest there."""
        named = Event.objects.exclude(location_name=None).exclude(location_name="").order_by()
        oldest = named.values("location_name").annotate(oldest=Min("pk")).values("oldest")
        return super().visible_to(user).filter(pk__in=oldest)


class OrganizerSalesQuerySet(SalesQuerySet):
    def visible_to(self, user: Any) -> Self:
        """People who run an event."""
        members = EventMember.objects.filter(role__name__in=["owner", "organizer"]).order_by()
        return super().visible_to(user).filter(pk__in=members.values("user_id"))


class MarketerSalesQuerySet(SalesQuerySet):
    def visible_to(self, user: Any) -> Self:
        """People through whom somebody bought."""
        orders = Order.objects.exclude(marketer=None).order_by()
        return super().visible_to(user).filter(pk__in=orders.values("marketer_id"))


class DiscountSalesQuerySet(SalesQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Codes for tickets, that is: of an event."""
        return super().visible_to(user).exclude(event=None)


class EventSales(Event):
    """`admin-sales-by-events`."""

    objects = SalesQuerySet.as_living_manager()
    with_trashed = SalesQuerySet.as_manager()
    Meta = ListedProxy


class FeeSales(Event):
    """`admin-sales-fees`."""

    objects = SalesQuerySet.as_living_manager()
    with_trashed = SalesQuerySet.as_manager()
    Meta = ListedProxy


class LocationSales(Event):
    """`admin-sales-by-location`."""

    objects = LocationSalesQuerySet.as_living_manager()
    Meta = ListedProxy


class OrganizerSales(User):
    """`admin-sales-by-organizers`."""

    objects = OrganizerSalesQuerySet.as_living_manager()
    Meta = ListedProxy


class MarketerSales(User):
    """`admin-sales-by-marketer`."""

    objects = MarketerSalesQuerySet.as_living_manager()
    Meta = ListedProxy


class DiscountSales(DiscountCode):
    """`admin-sales-discounted`."""

    objects = DiscountSalesQuerySet.as_living_manager()
    Meta = ListedProxy


class UserStatistics(Setting):
    """`admin-statistics-user`: of the site, so there is one."""

    Meta = Proxy


class EventCounts(Setting):
    """`admin-statistics-event`."""

    Meta = Proxy


class SessionStatistics(Setting):
    """`admin-statistics-session`."""

    Meta = Proxy


class MailStatistics(Setting):
    """`admin-statistics-mail`."""

    Meta = Proxy


class GroupStatistics(Setting):
    """`admin-statistics-group`."""

    Meta = Proxy
