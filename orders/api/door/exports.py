"""``POST /v1/export/user-check-in/csv``: the scans at the stations of an event as a file."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.jobs import TASK_URL, JobView, task_response
from accounts.services import request_job
from events.models import Event
from openevent.api.permissions import demand, demand_login
from openevent.api.schema.plain import documents, members
from openevent.exceptions import InvalidInput, NotFound

from ...models import Station
from .reading import Members, ids_of
from .scans import ID
from .searching import event_at_door

MOST = 500  # stations of one request
GIVEN = members({}, {"event": ID, "stations": [ID]})


class ScansExportView(JobView):
    """For the people at the door of an event, which the body names, or whose stations it names."""

    @documents(body=GIVEN, answer=TASK_URL, errors=[400, 401, 403, 404, 409, 422, 429])
    def post(self, request: Request) -> Response:
        """Where to ask how far the export is."""
        demand_login(request)
        given = Members(request.data)
        stations = ids_of(given, "stations", "station_ids", "station_id", "station", most=MOST)
        event = named_event(request, given, stations)
        unknown = set(stations) - set(Station.objects.filter(event=event).values_list("pk", flat=True))
        if unknown:
            raise InvalidInput(f"The event has no station {min(unknown)}.", "unknown_station", "/stations")
        params = {"event": event.pk, "stations": sorted(stations), "format": "csv"}
        return task_response(request_job(kind="scans", by=request.user, params=params))


def named_event(request: Request, given: Members, stations: list[int]) -> Event:
    """The event by its id or identifier, else that of the first station; for who works at its door."""
    key = given.text("event", 64) or given.text("event_id", 64) or given.text("event_identifier", 64)
    if key:
        return event_at_door(request, key)
    if not stations:
        raise given.refuse("event", "the id of an event, or ids of its stations, are needed.")
    station = Station.objects.visible_to(request.user).filter(pk=stations[0]).first()
    if station is None:
        raise NotFound(f"There is no station {stations[0]}.", "does_not_exist", "/stations")
    demand(request, "orders.view_door", station)
    return station.event
