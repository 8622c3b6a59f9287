"""`/v1/admin/sales/…`: what was sold, by event, organizer, place, marketer and code, for administrators."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.models import EventMember
from openevent import api
from openevent.api.permissions import demand
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from ticketing.models import TicketFee
from ticketing.querysets import GLOBAL

from ..models import DiscountSales, EventSales, FeeSales, LocationSales, MarketerSales, OrganizerSales
from ..statistics import added, fees_of_events, sales_of_events, summary_by

COUNTS = {"type": "object", "properties": {n: {"type": "number"} for n in ("sales_total", "ticket_count")}}
SUMMARY = {"type": "object", "properties": dict.fromkeys(("completed", "placed", "pending"), COUNTS)}
EVENT_COUNTS = {
    f"{status}_order_{subject}": (subject, status)
    for status in ("completed", "placed", "pending")
    for subject in ("sales", "tickets")
}


@extend_schema_field(SUMMARY)
class SummaryField(serializers.ReadOnlyField):
    """``{"completed": {"sales_total", "ticket_count"}, "placed": …, "pending": …}``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="summary", **kwargs)


def prepare_by(path: str, key: Callable[[Any], Any]) -> Any:
    """The ``prepare`` of a serializer whose rows are known to orders by ``path``."""

    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        found = summary_by(path, {key(row) for row in rows})
        for row in rows:
            row.summary = found[key(row)]

    return staticmethod(prepare)


class SalesViewSet(ResourceViewSet):
    """Read by administrators, and by people to whom they opened the panel ``sales``."""

    actions = ("list", "retrieve")
    list_needs = {None: "orders.view_sales"}
    needs_login = True

    def get_object(self) -> Any:
        """The kit's; for who may read the list."""
        row = super().get_object()
        demand(self.request, "orders.view_sales")
        return row


class EventSalesSerializer(ResourceSerializer):
    owner = serializers.SerializerMethodField()
    owner_id = serializers.SerializerMethodField()
    type = serializers.SerializerMethodField()
    completed_order_sales = serializers.FloatField(source="sold.completed_order_sales", read_only=True)
    completed_order_tickets = serializers.IntegerField(source="sold.completed_order_tickets", read_only=True)
    placed_order_sales = serializers.FloatField(source="sold.placed_order_sales", read_only=True)
    placed_order_tickets = serializers.IntegerField(source="sold.placed_order_tickets", read_only=True)
    pending_order_sales = serializers.FloatField(source="sold.pending_order_sales", read_only=True)
    pending_order_tickets = serializers.IntegerField(source="sold.pending_order_tickets", read_only=True)

    class Meta:
        model = EventSales
        type = "admin-sales-by-events"
        fields = [
            "identifier",
            "name",
            "created_at",
            "deleted_at",
            "starts_at",
            "ends_at",
            "payment_country",
            "payment_currency",
            "owner",
            "owner_id",
            "type",
            *EVENT_COUNTS,
        ]
        identifier_field = "identifier"

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """Counts, owners and kinds of all rows, by four queries."""
        ids = [row.pk for row in rows]
        counts = sales_of_events(ids)
        members = EventMember.objects.filter(event__in=ids, role__name="owner").select_related("user").order_by("-pk")
        owners = {member.event_id: member.user for member in members}
        kinds = dict(EventSales.objects.filter(pk__in=ids).order_by().values_list("pk", "event_type__name"))
        for row in rows:
            row.owner_user, row.kind = owners.get(row.pk), kinds[row.pk]
            row.sold = _Named({name: counts[row.pk][s][status] for name, (s, status) in EVENT_COUNTS.items()})

    def get_owner(self, row: Any) -> str | None:
        return row.owner_user and row.owner_user.full_name

    def get_owner_id(self, row: Any) -> str | None:
        return row.owner_user and str(row.owner_user.pk)

    def get_type(self, row: Any) -> str | None:
        return row.kind  # type: ignore[no-any-return]


class _Named:
    """Numbers by attribute."""

    def __init__(self, numbers: dict[str, float]) -> None:
        self.__dict__.update(numbers)


@api.resource
class EventSalesViewSet(SalesViewSet):
    serializer_class = EventSalesSerializer
    path = "admin/sales/by-events"


class OrganizerSalesSerializer(ResourceSerializer):
    """``starts-at`` and ``ends-at``: from the first to the last of the events that the person runs."""

    sales = SummaryField()
    starts_at = serializers.DateTimeField(source="span.first", read_only=True, allow_null=True)
    ends_at = serializers.DateTimeField(source="span.last", read_only=True, allow_null=True)

    class Meta:
        model = OrganizerSales
        type = "admin-sales-by-organizers"
        fields = ["email", "first_name", "last_name", "starts_at", "ends_at", "sales"]

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """The events of all rows and what they sold, by three queries."""
        members = EventMember.objects.filter(
            user__in=[row.pk for row in rows], role__name__in=["owner", "organizer"], event__deleted_at=None
        ).order_by()
        events: dict[int, dict[int, Any]] = defaultdict(dict)
        for person, event, first, last in members.values_list("user", "event", "event__starts_at", "event__ends_at"):
            events[person][event] = (first, last)
        sold = summary_by("event", {event for own in events.values() for event in own})
        for row in rows:
            own = events[row.pk]
            row.summary = added(sold[event] for event in own)
            row.span = _Span(own.values())


class _Span:
    """The first beginning and the last end of some times."""

    def __init__(self, times: Iterable[tuple[Any, Any]]) -> None:
        pairs = list(times)
        self.first = min((first for first, _ in pairs), default=None)
        self.last = max((last for _, last in pairs), default=None)


@api.resource
class OrganizerSalesViewSet(SalesViewSet):
    serializer_class = OrganizerSalesSerializer
    path = "admin/sales/by-organizers"


class LocationSalesSerializer(ResourceSerializer):
    sales = SummaryField()
    prepare = prepare_by("event__location_name", lambda row: row.location_name)

    class Meta:
        model = LocationSales
        type = "admin-sales-by-location"
        fields = ["location_name", "sales"]


@api.resource
class LocationSalesViewSet(SalesViewSet):
    serializer_class = LocationSalesSerializer
    path = "admin/sales/by-location"


class MarketerSalesSerializer(ResourceSerializer):
    sales = SummaryField()
    fullname = serializers.CharField(source="full_name", read_only=True)
    prepare = prepare_by("marketer", lambda row: row.pk)

    class Meta:
        model = MarketerSales
        type = "admin-sales-by-marketer"
        fields = ["email", "fullname", "sales"]


@api.resource
class MarketerSalesViewSet(SalesViewSet):
    serializer_class = MarketerSalesSerializer
    path = "admin/sales/by-marketer"


class DiscountSalesSerializer(ResourceSerializer):
    """``email``: of the marketer whose code it is."""

    sales = SummaryField()
    email = serializers.CharField(source="email_of_marketer", read_only=True, allow_null=True)
    event_name = serializers.CharField(source="event.name", read_only=True)
    payment_currency = serializers.CharField(source="event.payment_currency", read_only=True)

    class Meta:
        model = DiscountSales
        type = "admin-sales-discounted"
        fields = ["code", "email", "event_name", "payment_currency", "sales"]

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """What was bought with the codes."""
        sold = summary_by("discount_code", [row.pk for row in rows])
        for row in rows:
            row.summary = sold[row.pk]
            row.email_of_marketer = row.marketer and row.marketer.email


@api.resource
class DiscountSalesViewSet(SalesViewSet):
    serializer_class = DiscountSalesSerializer
    path = "admin/sales/discounted"

    @classmethod
    def rows_for(cls, user: Any, with_trashed: bool = False) -> Any:
        """The kit's, with what each row is written with."""
        return super().rows_for(user, with_trashed).select_related("event", "marketer")


class FeeSalesSerializer(ResourceSerializer):
    """``revenue``: what the site earned by the event's completed orders."""

    event_date = serializers.DateTimeField(source="starts_at", read_only=True)
    fee_percentage = serializers.FloatField(source="fee.percentage", read_only=True)
    maximum_fee = serializers.FloatField(source="fee.maximum", read_only=True, allow_null=True)
    revenue = serializers.FloatField(source="fee.revenue", read_only=True)
    ticket_count = serializers.IntegerField(source="fee.tickets", read_only=True)

    class Meta:
        model = FeeSales
        type = "admin-sales-fees"
        fields = ["name", "event_date", "payment_currency", "fee_percentage", "maximum_fee", "revenue", "ticket_count"]

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """Fees and shares of all rows, by two queries."""
        shares = fees_of_events([row.pk for row in rows])
        fees = {(fee.currency, fee.country): fee for fee in TicketFee.objects.all()}
        for row in rows:
            tickets, revenue = shares.get(row.pk, (0, 0.0))
            currency, country = row.payment_currency, row.payment_country or GLOBAL
            fee = fees.get((currency, country)) or fees.get((currency, GLOBAL))
            maximum = None if fee is None or fee.maximum_fee is None else float(fee.maximum_fee)
            percentage = float(fee.service_fee or 0) if fee else 0.0
            row.fee = _Named({"tickets": tickets, "revenue": revenue, "percentage": percentage, "maximum": maximum})


@api.resource
class FeeSalesViewSet(SalesViewSet):
    serializer_class = FeeSalesSerializer
    path = "admin/sales/fees"
