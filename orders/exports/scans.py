"""The scans at the stations of an event as a table."""

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from accounts.jobs import Document, Run, job_kind
from events.exports.tables import clock, event_of_run, write_stored
from events.models import Event
from openevent.reports import Stored

from ..models import CheckIn


def scan_columns(event: Event) -> list[Stored]:
    """What a table of scans says: where, who and when."""
    by = Trim(Concat("by__first_name", Value(" "), "by__last_name"))  # who has no name is known by the address
    return [
        Stored("Time", "at", 2.5, clock(event)),
        Stored("Recorded At", "recorded_at", shown=clock(event)),
        Stored("Kind", "kind", 1),
        Stored("Station", "station__station_name", 2),
        Stored("Station Type", "station__station_type", 1.5),
        Stored("Room", "microlocation__name", 2),
        Stored("Session", "session__title", 3),
        Stored("Attendee ID", "attendee_id", 1),
        Stored("First Name", "attendee__firstname", 2),
        Stored("Last Name", "attendee__lastname", 2),
        Stored("Email", "attendee__email", 3),
        Stored("Company", "attendee__company"),
        Stored("Ticket Name", "attendee__ticket__name", 2),
        Stored("Device", "device", 2),
        Stored("Scanned By", Coalesce(NullIf(by, Value("")), "by__email", output_field=CharField()), 2),
    ]


def listed_scans(event: Event, station_ids: list[int]) -> QuerySet[CheckIn]:
    """The scans that let somebody pass a station and were not taken back; of all stations where none is named."""
    rows = CheckIn.objects.at_stations().filter(event=event)
    return rows.filter(station__in=station_ids) if station_ids else rows


@job_kind("scans")
def write_scans(run: Run) -> Document:
    """All scans of the stations that were asked for, in the order in which they happened."""
    event = event_of_run(run)
    rows = listed_scans(event, run.params["stations"]).order_by("happened_at", "scan_id")
    return write_stored(run, event.name, f"check-ins-{event.identifier}", scan_columns(event), rows)
