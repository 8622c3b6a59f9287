"""Events as their statistics."""

from openevent.models import ListedProxy

from ..querysets import EventStatisticsQuerySet
from .event import Event


class EventStatistics(Event):
    """The same rows, seen by who may see the numbers (`event-statistics-general` on the wire)."""

    objects = EventStatisticsQuerySet.as_living_manager()
    Meta = ListedProxy
