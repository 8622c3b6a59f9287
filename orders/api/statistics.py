"""How sales go: order statistics of events and tickets. Zeros where nothing was sold, never 404."""

from types import SimpleNamespace
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from events.api.event import EventSerializer
from events.models import Event
from events.rules import is_team
from openevent import api
from openevent.api.permissions import demand
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from ticketing.models import Ticket

from ..models import EventOrderStatistics, TicketOrderStatistics
from ..statistics import sales_of_events, sales_of_tickets


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}})
class CountsField(serializers.ReadOnlyField):
    """The numbers by status that ``prepare`` has counted for a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, value: Any) -> Any:
        """``{"total", "draft", "completed", …}``."""
        return value.counts[self.field_name]


class EventOrderStatisticsSerializer(ResourceSerializer):
    tickets = CountsField()
    orders = CountsField()
    sales = CountsField()

    class Meta:
        model = EventOrderStatistics
        type = "order-statistics-event"
        identifier_field = "identifier"
        fields = ["identifier", "tickets", "orders", "sales"]

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """Count for all rows at once."""
        counts = sales_of_events([row.pk for row in rows])
        for row in rows:
            row.counts = counts[row.pk]


class StatisticsViewSet(ResourceViewSet):
    actions = ("retrieve",)
    needs_login = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The kit's; who sees the event or ticket but not its numbers gets 403, not 404."""
        super().initial(request, *args, **kwargs)
        if self.relationship is not None:
            demand(request, "orders.view_statistics", self.get_parent())


@api.resource
class EventOrderStatisticsViewSet(StatisticsViewSet):
    serializer_class = EventOrderStatisticsSerializer
    path = "order-statistics-events"


class TicketOrderStatisticsSerializer(ResourceSerializer):
    tickets = CountsField()
    orders = CountsField()
    sales = CountsField()
    identifier = serializers.SerializerMethodField()

    class Meta:
        model = TicketOrderStatistics
        type = "order-statistics-ticket"
        fields = ["identifier", "tickets", "orders", "sales"]

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """Count for all rows at once."""
        counts = sales_of_tickets([row.pk for row in rows])
        for row in rows:
            row.counts = counts[row.pk]

    def get_identifier(self, row: TicketOrderStatistics) -> str:
        return str(row.pk)


@api.resource
class TicketOrderStatisticsViewSet(StatisticsViewSet):
    serializer_class = TicketOrderStatisticsSerializer
    path = "order-statistics-tickets"


# what the team sees of its sales on the event itself: attribute → subject and status of the statistics
SALES = {
    f"{status}_order_{subject}": (subject, status)
    for status in ("completed", "placed", "pending")
    for subject in ("sales", "tickets")
}


def put_sales_onto_events(rows: list[Any], user: Any, names: set[str]) -> None:
    """The numbers of the events that ``user`` runs (2 queries, none for others); null for everybody else."""
    own = [row.pk for row in rows if is_team(user, row)]
    counts = sales_of_events(own) if own else {}
    nothing = SimpleNamespace(**dict.fromkeys(SALES))
    for row in rows:
        row.order_sales = _sales(counts[row.pk]) if row.pk in counts else nothing


def _sales(numbers: dict[str, dict[str, Any]]) -> SimpleNamespace:
    return SimpleNamespace(**{name: numbers[subject][status] for name, (subject, status) in SALES.items()})


EventSerializer.extend(
    put_sales_onto_events,
    **{
        name: serializers.FloatField(source=f"order_sales.{name}", read_only=True, allow_null=True) for name in SALES
    },
)
api.nest(Event, EventOrderStatistics, "order_statistics", lookup="id", many=False)
api.nest(Ticket, TicketOrderStatistics, "order_statistics", lookup="id", many=False)
