"""The scans at the stations of an event as a table."""

from django.db.models import QuerySet

from accounts.jobs import Document, Run, job_kind
from events.exports.tables import event_of_run, local, write
from events.models import Event
from openevent.reports import Column

from ..models import CheckIn


def scan_columns(event: Event) -> list[Column]:
    """What a table of scans says: where, who and when."""
    return [
        Column("Time", lambda s: local(s.at, event), 2.5),
        Column("Recorded At", lambda s: local(s.recorded_at, event)),
        Column("Kind", lambda s: s.kind, 1),
        Column("Station", lambda s: s.station.station_name, 2),
        Column("Station Type", lambda s: s.station.station_type, 1.5),
        Column("Room", lambda s: s.microlocation and s.microlocation.name, 2),
        Column("Session", lambda s: s.session and s.session.title, 3),
        Column("Attendee ID", lambda s: s.attendee_id, 1),
        Column("First Name", lambda s: s.attendee.firstname, 2),
        Column("Last Name", lambda s: s.attendee.lastname, 2),
        Column("Email", lambda s: s.attendee.email, 3),
        Column("Company", lambda s: s.attendee.company),
        Column("Ticket Name", lambda s: s.attendee.ticket.name, 2),
        Column("Device", lambda s: s.device, 2),
        Column("Scanned By", lambda s: s.by and s.by.full_name, 2),
    ]


def listed_scans(event: Event, station_ids: list[int]) -> QuerySet[CheckIn]:
    """The scans that let somebody pass a station and were not taken back; of all stations where none is named."""
    rows = CheckIn.objects.at_stations().filter(event=event)
    return rows.filter(station__in=station_ids) if station_ids else rows


@job_kind("scans")
def write_scans(run: Run) -> Document:
    """All scans of the stations that were asked for, in the order in which they happened."""
    event = event_of_run(run)
    rows = listed_scans(event, run.params["stations"])
    listed = rows.select_related("station", "microlocation", "session", "attendee__ticket", "by")
    name = f"check-ins-{event.identifier}"
    return write(run, event.name, name, scan_columns(event), rows, listed.order_by("happened_at", "scan_id"))
