"""The programme for calendars and schedule apps."""

from accounts.jobs import Document, Run, job_kind

from ..calendars import as_xcal, programme_calendar
from ..pentabarf import schedule_xml
from .tables import event_of_run


@job_kind("ical")
def write_ical(run: Run) -> Document:
    """iCalendar."""
    event = event_of_run(run)
    run.file.write(programme_calendar(event).to_ical())
    return Document(f"{event.identifier}.ics", "text/calendar; charset=utf-8")


@job_kind("xcal")
def write_xcal(run: Run) -> Document:
    """The same as XML."""
    event = event_of_run(run)
    run.file.write(as_xcal(programme_calendar(event)))
    return Document(f"{event.identifier}.xcal", "application/calendar+xml")


@job_kind("pentabarf")
def write_pentabarf(run: Run) -> Document:
    """Pentabarf's XML."""
    event = event_of_run(run)
    run.file.write(schedule_xml(event))
    return Document(f"{event.identifier}-pentabarf.xml", "application/xml")
