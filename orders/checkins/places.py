"""Where a scan is made: the event, and the station and session that the device named."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet

from events.models import Event
from openevent.exceptions import InvalidInput
from openevent.prepared import PreparedSelect

from ..models import CheckIn, Station

Kind = CheckIn.Kind
KIND_OF_STATION = {
    Station.Type.REGISTRATION: Kind.REGISTER,
    Station.Type.DAILY: Kind.IN,
    Station.Type.CHECK_IN: Kind.IN,
    Station.Type.CHECK_OUT: Kind.OUT,
}
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Spot:
    """A gate, with all that is decided by where it is. The rules know it by its ``event_id``."""

    event_id: int
    event_identifier: str
    event_state: str
    timezone: str
    station_id: int | None = None
    station_name: str | None = None
    station_type: str | None = None
    station_room_id: int | None = None
    ticket_ids: tuple[int, ...] = ()  # that may pass; empty: all
    session_id: int | None = None
    session_title: str | None = None
    session_room_id: int | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The event's."""
        return ZoneInfo(self.timezone)

    @property
    def is_daily(self) -> bool:
        """Whether people come in anew each day."""
        return self.station_type == Station.Type.DAILY

    @property
    def usual_kind(self) -> str:
        """What a scan here means that does not say so itself."""
        return KIND_OF_STATION[Station.Type(self.station_type)] if self.station_type else Kind.IN


COLUMNS = (
    *("pk", "identifier", "state", "timezone"),
    *("gate__pk", "gate__station_name", "gate__station_type", "gate__microlocation_id", "ticket_ids"),
    *("talk__pk", "talk__title", "talk__microlocation_id"),
)


def _where(condition: Callable[[Any], Q]) -> Callable[[Any, int, int], QuerySet]:
    """The event with the station and the session that belong to it, by one statement."""

    def build(key: Any, station_id: int, session_id: int) -> QuerySet:
        tickets = Station.tickets.through.objects.filter(station_id=OuterRef("gate__pk")).values("ticket_id")
        return (
            Event.objects.filter(condition(key))
            .order_by()
            .annotate(
                gate=FilteredRelation("stations", condition=Q(stations__pk=station_id)),
                talk=FilteredRelation(
                    "sessions", condition=Q(sessions__pk=session_id, sessions__deleted_at__isnull=True)
                ),
                ticket_ids=ArraySubquery(tickets),
            )
            .values_list(*COLUMNS)
        )

    return build


_BY_ID = PreparedSelect(_where(lambda key: Q(pk=key)), int, int, int)
_BY_IDENTIFIER = PreparedSelect(_where(lambda key: Q(identifier=key)), str, int, int)


def find_spot(key: str, *, station_id: int | None = None, session_id: int | None = None) -> Spot | None:
    """The spot in the event with this id or identifier; None where there is no such event. Whether station and session
    are the event's is asked by ``demand_fitting``, after it was asked who wants to know."""
    if key.isascii() and key.isdecimal():
        row = _BY_ID.first(int(key), station_id or 0, session_id or 0) if int(key) <= LARGEST_ID else None
    else:
        row = None if "\x00" in key else _BY_IDENTIFIER.first(key, station_id or 0, session_id or 0)
    if row is None:
        return None
    values: list[Any] = [*row[:8], tuple(row[8]), *row[9:]]
    return Spot(*values)


def demand_fitting(spot: Spot, *, station_id: int | None, session_id: int | None, kind: str = "") -> None:
    """InvalidInput for a station or session that is not the event's, for a session in another room than the station's,
    and for what people do not do at this station."""
    if station_id and spot.station_id is None:
        raise InvalidInput("The event has no such station.", "unknown_station", "/station")
    if session_id and spot.session_id is None:
        raise InvalidInput("The event has no such session.", "unknown_session", "/session")
    if spot.session_room_id and spot.station_room_id and spot.session_room_id != spot.station_room_id:
        raise InvalidInput(f"The session is not in the room of {spot.station_name}.", "wrong_room", "/session")
    if kind and spot.station_type and kind != spot.usual_kind:
        message = f"{spot.station_name} is a station for {spot.station_type}."
        raise InvalidInput(message, "wrong_station", "/kind")
