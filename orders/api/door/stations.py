"""Stations, the scans that are made there, and how many people are counted."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events.models import Event, Microlocation, Session
from openevent import api
from openevent.api.errors import respond
from openevent.api.idempotency import HEADER, idempotent
from openevent.api.inputs import MISSING, ResourceInput, pointer
from openevent.api.registry import Relationship, registry
from openevent.api.relationships import RelationshipView
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import InvalidInput, NotFound
from ticketing.models import Ticket

from ...checkins import Scan, demand_fitting, find_spot, record_scan
from ...checkins.counting import correct_pax, count_paxs
from ...checkins.voiding import void_scan
from ...models import Attendee, CheckIn, Station, StationStorePax
from .reading import LARGEST_ID
from .reports import StatisticsView


class StationSerializer(ResourceSerializer):
    """``tickets`` that may pass are set in the back office: the wire does not know them."""

    microlocation_id = serializers.SerializerMethodField()
    room = serializers.SerializerMethodField()

    class Meta:
        model = Station
        type = "station"
        integer_id = True
        fields = ["station_name", "station_type", "microlocation_id", "room"]
        relations = ["event", "microlocation"]
        columns = {"microlocation_id": "microlocation_id", "room": "microlocation__name"}

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """The names of the rooms, by one query."""
        if "room" in names:
            rooms = Microlocation.with_trashed.in_bulk({row.microlocation_id for row in rows} - {None})
            for row in rows:
                row.room_name = rooms[row.microlocation_id].name if row.microlocation_id else ""

    def get_microlocation_id(self, row: Station) -> str | None:
        return None if row.microlocation_id is None else str(row.microlocation_id)

    def get_room(self, row: Any) -> str:
        return row.room_name


@api.resource
class StationViewSet(ResourceViewSet):
    """The gates of an event: made by its team, seen by the people at the door."""

    serializer_class = StationSerializer
    actions = ("create", "retrieve", "update", "destroy")
    needs_login = True


def link_of(target: Any, name: str, **how: Any) -> Relationship:
    """How a scan leads to something, on a route of its own: the resource shows no links."""
    names = {"name": name, "wire": name, "path": name, "self_path": name}
    return Relationship(source=CheckIn, target=target, many=False, **names, **how)


LINKS = {
    "station": link_of(Station, "station", attr="station", lookup="scans"),
    "session": link_of(Session, "session", attr="session", lookup="scans"),
    "attendee": link_of(Attendee, "attendee", attr="attendee", lookup="scans"),
    "ticket": link_of(Ticket, "ticket", lookup="attendees__scans"),
}


class ScanSerializer(ResourceSerializer):
    """What an app shows after a scan; whose it was and where is only written."""

    message = serializers.CharField(read_only=True)
    success = serializers.BooleanField(read_only=True)

    class Meta:
        model = CheckIn
        type = "user_check_in"
        integer_id = True
        fields = ["message", "success"]
        relations: list[str] = []
        scope = "station"
        columns = {"message": "message", "success": "result"}


@api.resource
class UserCheckInViewSet(ResourceViewSet):
    """A scan at a station. One that is refused is an error here, and stands in the log all the same; DELETE takes a
    scan back by a row of its own."""

    serializer_class = ScanSerializer
    path = "user-check-in"
    actions = ("list", "create", "retrieve", "destroy")
    needs_login = True
    written_with = (
        LINKS["station"],
        link_of(Attendee, "ticket-holder", attr="attendee", lookup="scans"),
        LINKS["session"],
    )

    @classmethod
    def rows_for(cls, user: Any, with_trashed: bool = False) -> Any:
        """Scans that let somebody pass a station, and were not taken back."""
        return CheckIn.objects.visible_to(user).at_stations()

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Statistics, and the links of a scan under the names that clients have for them."""
        return [
            path("stats/event/<str:key>", StatisticsView.as_view(), name="user-check-in-stats"),
            *(
                path(
                    f"<str:pk>/relationships/{name}",
                    RelationshipView.as_view(relationship=relationship),
                    name=f"user-check-in-relationship-{name}",
                )
                for name, relationship in LINKS.items()
            ),
        ]

    def scope_for_creation(self, given: ResourceInput) -> Station:
        """The station, which people at the door see."""
        station: Station = self._named(given, "station", Station.objects.visible_to(self.request.user), True)
        return station

    @idempotent
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Scan: 201, or 422 with the reason."""
        self.demand_login_to("add")
        given = ResourceInput(request.data, self.resource)
        station = self.scope_for_creation(given)
        self.check("add", station)
        seen = Attendee.objects.visible_to(request.user)
        attendee = self._named(given, "ticket_holder", seen, True)
        session = self._named(given, "session", Session.objects.visible_to(request.user), False)
        named = {"station_id": station.pk, "session_id": session.pk if session else None}
        spot = find_spot(str(station.event_id), **named)
        if spot is None:
            raise NotFound("Object not found.")
        demand_fitting(spot, **named)
        scan = Scan(scan_id=request.headers.get(HEADER, "")[:64], attendee_id=attendee.pk, device=station.station_name)
        row = record_scan(spot=spot, scan=scan, by=request.user).row
        if not row.success:  # not raised, so that the row stays
            return respond([InvalidInput(row.message, row.reason, pointer("ticket_holder"))])
        return Response(self.document(row), status=201, headers={"Location": self.url_of(row)})

    def perform_destroy(self, row: CheckIn) -> None:
        """Take it back."""
        void_scan(scan=row, by=self.request.user)

    @staticmethod
    def _named(given: ResourceInput, name: str, rows: Any, is_required: bool) -> Any:
        linkage = given.linkage(name)
        if linkage in (MISSING, None):
            if is_required:
                raise InvalidInput(f"The relationship {name} is required.", "required", pointer(name))
            return None
        key = str(linkage.get("id", "")) if isinstance(linkage, dict) else ""
        if not (key.isascii() and key.isdecimal() and int(key) <= LARGEST_ID):
            raise InvalidInput("A resource identifier with type and id.", "invalid_identifier", pointer(name))
        row = rows.filter(pk=int(key)).first()
        if row is None:
            raise NotFound(f"There is no {name} {key}.", "does_not_exist", pointer(name))
        return row


class PaxSerializer(ResourceSerializer):
    """``current-pax`` is counted from the log; what is written to it corrects the count."""

    current_pax = serializers.IntegerField()

    class Meta:
        model = StationStorePax
        type = "station-store-pax"
        integer_id = True
        fields = ["current_pax", "created_at", "modified_at"]
        read_only_fields = ["created_at", "modified_at"]
        relations = ["station", "session"]
        scope = "station"
        columns = {"current_pax": "correction"}

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """Count for all rows at once."""
        counted = count_paxs(rows)
        for row in rows:
            row.current_pax = counted[row.pk]


@api.resource
class StationStorePaxViewSet(ResourceViewSet):
    """How many people are where a station stands; the people at the door may correct it."""

    serializer_class = PaxSerializer
    needs_login = True

    def perform_create(self, attrs: dict[str, Any]) -> StationStorePax:
        """Begin to count, with the number that somebody counted; where people are counted already, correct that."""
        said = attrs.pop("current_pax")
        row, _ = StationStorePax.objects.get_or_create(station=attrs["station"], session=attrs.get("session"))
        correct_pax(pax=row, said=said, by=self.request.user)
        return row

    def perform_update(self, row: StationStorePax, attrs: dict[str, Any]) -> StationStorePax:
        """Correct the count."""
        said = attrs.pop("current_pax", None)
        updated: StationStorePax = super().perform_update(row, attrs)
        if said is not None:
            correct_pax(pax=updated, said=said, by=self.request.user)
        return updated


def below(source: Any, target: Any, lookup: str, last: str) -> Relationship:
    """A list below a parent that the parent's resource has no link to."""
    return Relationship(source=source, target=target, name=last, many=True, lookup=lookup, wire=last, path=last)


class PaxsOfSession(StationStorePaxViewSet):
    """Those of a station in one session."""

    def get_queryset(self) -> Any:
        """The kit's, of the session in the URL."""
        rows = super().get_queryset()
        return rows.filter(session=self.kwargs["session"]) if "session" in self.kwargs else rows


api.nest(Event, Station, "station", lookup="event", path="stations", self_path="station")


def listed(viewset: Any, relationship: Relationship, *, takes_posts: bool = False) -> Any:
    """A view of the rows below a parent."""
    methods = {"get": "list", "post": "create"} if takes_posts else {"get": "list"}
    return viewset.as_view(methods, relationship=relationship, detail=False)


def door_urls() -> list[URLPattern]:
    """Routes that clients know beside those that the registry derives."""
    scans, stations, paxs = UserCheckInViewSet, StationViewSet, StationStorePaxViewSet
    of_event = RelationshipView.as_view(relationship=registry.of(Event).relationships["station"])
    of_room = below(Microlocation, Station, "microlocation", "stations")
    paxs_of_station = below(Station, StationStorePax, "station", "station-store-paxs")
    paxs_of_session = below(Session, StationStorePax, "session", "station-store-paxs")
    return [
        path("v1/station", stations.as_view({"post": "create"}, detail=False)),
        path("v1/events/<str:pk>/relationships/stations", of_event),
        path("v1/microlocations/<str:pk>/stations", listed(stations, of_room, takes_posts=True)),
        path(
            "v1/events/<str:pk>/user-check-in",
            listed(scans, below(Event, CheckIn, "event", "user-check-in"), takes_posts=True),
        ),
        path(
            "v1/microlocations/<str:pk>/user-check-in",
            listed(scans, below(Microlocation, CheckIn, "microlocation", "user-check-in"), takes_posts=True),
        ),
        path("v1/stations/<str:pk>/station-store-paxs", listed(paxs, paxs_of_station)),
        path("v1/sessions/<str:pk>/station-store-paxs", listed(paxs, paxs_of_session)),
        path(
            "v1/stations/<str:pk>/sessions/<int:session>/station-store-paxs",
            listed(PaxsOfSession, paxs_of_station),
        ),
    ]
