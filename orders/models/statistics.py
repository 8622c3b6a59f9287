"""Events and tickets as the statistics of their orders."""

from events.models import Event
from openevent.models import ListedProxy
from ticketing.models import Ticket

from ..querysets import EventOrderStatisticsQuerySet, TicketOrderStatisticsQuerySet


class EventOrderStatistics(Event):
    """The same rows, seen by who may see the numbers (`order-statistics-event` on the wire)."""

    objects = EventOrderStatisticsQuerySet.as_living_manager()
    Meta = ListedProxy


class TicketOrderStatistics(Ticket):
    """The same for one ticket (`order-statistics-ticket`)."""

    objects = TicketOrderStatisticsQuerySet.as_living_manager()
    Meta = ListedProxy
