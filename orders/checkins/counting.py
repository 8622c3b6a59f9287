"""How many are inside: of events, rooms and sessions, from the newest way in or out of each person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import Case, Count, F, Q, When, Window
from django.db.models.functions import RowNumber, TruncMinute
from django.utils import timezone

from events.models import Event, Microlocation, Session
from openevent.exceptions import InvalidInput

from ..models import Attendee, CheckIn, PaxCorrection, Station, StationStorePax
from . import log
from .log import EVENT, Place

MOST_PEOPLE = 2**31 - 1


def occupancy_of(event: Event) -> dict[str, Any]:
    """Who is expected and inside, of the event, its rooms and its sessions."""
    inside = inside_of([event.pk])
    rooms = Microlocation.objects.filter(pk__in=_ids(inside, "room")).order_by("name", "pk")
    sessions = Session.objects.filter(pk__in=_ids(inside, "session")).order_by("starts_at", "pk")
    people = Attendee.objects.filter(event=event, order__status="completed")
    counted = people.aggregate(
        expected=Count("pk"),
        arrived=Count("pk", filter=Q(last_scan_at__isnull=False)),
        registered=Count("pk", filter=Q(is_registered=True)),
    )
    return {
        **counted,
        "inside": inside.get((event.pk, EVENT), 0),
        "rooms": [
            {"id": str(room.pk), "name": room.name, "inside": inside[event.pk, ("room", room.pk)]} for room in rooms
        ],
        "sessions": [
            {"id": str(talk.pk), "title": talk.title, "inside": inside[event.pk, ("session", talk.pk)]}
            for talk in sessions
        ],
    }


def inside_events(event_ids: Sequence[int]) -> dict[int, int]:
    """How many are inside, by event, whatever rooms they are in."""
    living = Attendee.objects.filter(event__in=event_ids, is_checked_in=True).order_by()
    return dict(living.values_list("event").annotate(n=Count("pk")))


def inside_of(event_ids: Sequence[int]) -> dict[tuple[int, Place], int]:
    """How many are inside, by event and place: three statements however many events there are."""
    found: dict[tuple[int, Place], int] = {(pk, EVENT): count for pk, count in inside_events(event_ids).items()}
    for event_id, session_id, room_id, count in _in_rooms(event_ids):
        found[event_id, log.place_of(session_id, room_id)] = count
    return found


def _in_rooms(event_ids: Sequence[int]) -> Iterable[tuple[int, int | None, int | None, int]]:
    """The newest row of each person and place says whether he is inside. A session is counted whatever its room is."""
    room = Case(When(session=None, then=F("microlocation_id")), output_field=models.BigIntegerField(null=True))
    place = Window(
        RowNumber(),
        partition_by=[F("attendee_id"), F("session_id"), room],
        order_by=[F("happened_at").desc(), F("scan_id").desc()],
    )
    rows = CheckIn.objects.standing().in_rooms().filter(event__in=event_ids).order_by()
    newest = rows.annotate(place=place).filter(place=1).values("pk")
    inside = CheckIn.objects.filter(pk__in=newest, kind=CheckIn.Kind.IN).annotate(room_id=room).order_by()
    return inside.values_list("event_id", "session_id", "room_id").annotate(n=Count("pk"))


def _ids(inside: dict[tuple[int, Place], int], kind: str) -> list[int]:
    return [place[1] for _, place in inside if place[0] == kind]


# -- pax ---------------------------------------------------------------------------------------


def place_of_pax(pax: StationStorePax) -> Place:
    """Where the people of a row are counted: in its session, else in the station's room, else in the event."""
    return log.place_of(pax.session_id, pax.station.microlocation_id)


def count_paxs(rows: Iterable[StationStorePax]) -> dict[int, int]:
    """By row: how many the log knows to be inside, and what was corrected; never fewer than none."""
    paxs = list(rows)
    stations = Station.objects.in_bulk({pax.station_id for pax in paxs})
    inside = inside_of(sorted({station.event_id for station in stations.values()}))
    counted = {}
    for pax in paxs:
        station = stations[pax.station_id]
        place = log.place_of(pax.session_id, station.microlocation_id)
        counted[pax.pk] = max(0, inside.get((station.event_id, place), 0) + pax.correction)
    return counted


@transaction.atomic
def correct_pax(*, pax: StationStorePax, said: int, by: Any) -> None:
    """Somebody counted ``said`` people: what that differs from the log is kept, with who said it and when."""
    if not 0 <= said <= MOST_PEOPLE:
        message = f"current-pax is a number of people from 0 to {MOST_PEOPLE}."
        raise InvalidInput(message, "invalid", "/data/attributes/current-pax")
    row = StationStorePax.objects.select_for_update(of=("self",)).select_related("station").get(pk=pax.pk)
    counted = inside_of([row.station.event_id]).get((row.station.event_id, place_of_pax(row)), 0)
    if max(0, counted + row.correction) == said:
        return
    PaxCorrection.objects.create(pax=row, by=by, counted=counted, said=said)
    row.correction = pax.correction = said - counted
    row.save(update_fields=["correction", "modified_at"])


# -- statistics ----------------------------------------------------------------------------------


def statistics_of(event: Event, *, session_ids: Sequence[int] = (), track_ids: Sequence[int] = ()) -> dict[str, Any]:
    """How the day at the venue goes: registered, and in and out of sessions and tracks, each person counted once."""
    zone = ZoneInfo(event.timezone)
    begun = datetime.combine(log.day_of(timezone.now(), zone), time(0), zone)
    today = CheckIn.objects.standing().filter(event=event, happened_at__gte=begun)
    attendees = Attendee.objects.filter(event=event).count()
    registered = today.filter(kind="register").order_by().values("attendee").distinct().count()
    sessions, tracks = _passages(today, "session_id"), _passages(today, "session__track_id")
    return {
        "total_attendee": attendees,
        "total_registered": registered,
        "total_not_checked_in": attendees - registered,
        "total_session_checked_in": sum(entry["in"] for entry in sessions.values()),
        "total_session_checked_out": sum(entry["out"] for entry in sessions.values()),
        "total_track_checked_in": sum(entry["in"] for entry in tracks.values()),
        "total_track_checked_out": sum(entry["out"] for entry in tracks.values()),
        "session_stats": _of_sessions(event, session_ids, sessions),
        "track_stats": _of_tracks(event, track_ids, tracks),
    }


def _passages(today: models.QuerySet, column: str) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"in": 0, "out": 0})
    rows = today.filter(kind__in=["in", "out"]).exclude(**{f"{column}__isnull": True}).order_by()
    for key, kind, count in rows.values_list(column, "kind").annotate(n=Count("attendee", distinct=True)):
        found[key][kind] = count
    return found


def _of_sessions(event: Event, ids: Sequence[int], counts: dict[int, dict[str, int]]) -> list[dict[str, Any]]:
    rows = Session.objects.filter(event=event, pk__in=ids).select_related("track").prefetch_related("speakers")
    return [
        {
            "session_id": str(row.pk),
            "session_name": row.title,
            "track_name": row.track.name if row.track else "",
            "speakers": [speaker.name for speaker in row.speakers.all()],
            "check_in": counts[row.pk]["in"],
            "check_out": counts[row.pk]["out"],
        }
        for row in rows
    ]


def _of_tracks(event: Event, ids: Sequence[int], counts: dict[int, dict[str, int]]) -> list[dict[str, Any]]:
    now = timezone.now()
    running = Session.objects.filter(event=event, track__in=ids, starts_at__lte=now, ends_at__gte=now)
    current = {talk.track_id: talk for talk in running.prefetch_related("speakers").order_by("-starts_at")}
    found = []
    for track in event.tracks.filter(pk__in=ids):
        talk = current.get(track.pk)
        found.append(
            {
                "track_id": str(track.pk),
                "track_name": track.name,
                "current_session": talk.title if talk else "",
                "current_speakers": [speaker.name for speaker in talk.speakers.all()] if talk else [],
                "check_in": counts[track.pk]["in"],
                "check_out": counts[track.pk]["out"],
            }
        )
    return found


def scans_per_minute(event: Event, *, minutes: int = 60, now: datetime | None = None) -> list[int]:
    """How many scans there were in each of the last minutes, the newest last; refused ones count as well."""
    now = now or timezone.now()
    begun = now.replace(second=0, microsecond=0) - (minutes - 1) * log.MINUTE
    per_minute = [0] * minutes
    rows = CheckIn.objects.filter(event=event, recorded_at__gte=begun).exclude(kind="void").order_by()
    for moment, count in rows.annotate(minute=TruncMinute("recorded_at")).values_list("minute").annotate(n=Count("pk")):
        place = int((moment - begun) / log.MINUTE)
        if 0 <= place < minutes:
            per_minute[place] += count
    return per_minute
