"""Asking for an event, its programme, or a group's followers as a file."""

from collections.abc import Sequence
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.jobs import TASK_URL, JobView, download, task_response
from accounts.models import Job
from accounts.services import request_job
from openevent.api.inputs import plain_body
from openevent.api.permissions import demand
from openevent.api.schema.plain import documents, members, or_null
from openevent.exceptions import InvalidInput, NotFound

from ..exports.archive import MEDIA
from ..exports.tables import ALL, SESSION_STATES, SPEAKER_STATES
from ..models import Group
from .finding import visible_event

ERRORS = [401, 403, 404, 409, 422, 429]
STATUS = members({}, {"status": or_null(str)})


def status_of(request: Request, states: Sequence[str]) -> str:
    """Which rows are asked for, by body or query: all where nothing is said, or where there are no ``states``."""
    status = plain_body(request).get("status", request.query_params.get("status"))
    if status in (None, ""):
        status = ALL
    if not isinstance(status, str):
        raise InvalidInput("status is a text.", "invalid", "/status")
    if states and status not in states:
        raise InvalidInput(f"status is one of {', '.join(states)}.", "invalid_choice", "/status")
    return status


class ExportView(JobView):
    """``/v1/events/<id|identifier>/export/…`` by the event's team; GET and POST are the same."""

    kind = ""
    form = ""
    states: Sequence[str] = ()

    @documents(answer=TASK_URL, errors=ERRORS, parameters={"status": str})
    def get(self, request: Request, pk: str) -> Response:
        """Where to ask how far the export is."""
        return self.ask(request, pk)

    @documents(body=STATUS, answer=TASK_URL, errors=ERRORS)
    def post(self, request: Request, pk: str) -> Response:
        """The same."""
        return self.ask(request, pk)

    def ask(self, request: Request, pk: str) -> Response:
        """Make the job."""
        event = visible_event(request, pk)
        demand(request, "events.export_event", event)
        params = {"event": event.pk, **self.params(request)}
        return task_response(request_job(kind=self.kind, by=request.user, params=params))

    def params(self, request: Request) -> dict[str, Any]:
        """What else the job needs to know."""
        form, status = {"format": self.form} if self.form else {}, status_of(request, self.states)
        return {**form, **({"status": status} if self.states else {})}


class ArchiveExportView(ExportView):
    """``/v1/events/<id|identifier>/export/json``: the Open Event zip. The body says which files go into it."""

    kind = "event_zip"

    @documents(body=members({}, dict.fromkeys(MEDIA, bool)), answer=TASK_URL, errors=ERRORS)
    def post(self, request: Request, pk: str) -> Response:
        """Where to ask how far the export is."""
        return self.ask(request, pk)

    def params(self, request: Request) -> dict[str, Any]:
        """The kinds of files to take along; all of them where nothing is said."""
        body = plain_body(request)
        wanted = {kind: body.get(kind, True) for kind in MEDIA}
        for kind, value in wanted.items():
            if not isinstance(value, bool):
                raise InvalidInput(f"{kind} is true or false.", "invalid", f"/{kind}")
        return {"media": [kind for kind in MEDIA if wanted[kind]]}


class ExportedFileView(JobView):
    """``GET /v1/events/<id|identifier>/exports/<token>/<name>``: a file that was exported, for the event's team."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file, whatever the client says it accepts."""
        return self.get_renderers()[0], "application/octet-stream"

    @documents(answer="application/octet-stream", errors=[401, 403, 404])
    def get(self, request: Request, pk: str, file: str) -> HttpResponseBase:
        """The file, until it expires."""
        event = visible_event(request, pk)
        demand(request, "events.export_event", event)
        token, _, name = file.rpartition("/")
        job = Job.objects.visible_to(request.user).with_token(token).filter(params__event=event.pk).first()
        if job is None:
            raise NotFound("Object not found.")
        return download(job, name)


class FollowersExportView(JobView):
    """``/v1/group/<id>/export/followers/csv`` by who runs the group."""

    @documents(answer=TASK_URL, errors=ERRORS)
    def get(self, request: Request, pk: int) -> Response:
        """Where to ask how far the export is."""
        return self.post(request, pk)

    @documents(answer=TASK_URL, errors=ERRORS)
    def post(self, request: Request, pk: int) -> Response:
        """The same."""
        group = Group.objects.visible_to(request.user).get(pk=pk)
        demand(request, "events.change_group", group)
        params = {"group": group.pk, "format": "csv"}
        return task_response(request_job(kind="group_followers", by=request.user, params=params))


def urlpatterns() -> list[URLPattern]:
    """The routes below ``/v1/events/``."""
    reports = [("sessions", SESSION_STATES), ("speakers", SPEAKER_STATES)]
    return [
        path("<str:pk>/export/json", ArchiveExportView.as_view(), name="event-export-json"),
        path("<str:pk>/exports/<path:file>", ExportedFileView.as_view(), name="event-exported-file"),
        *[
            path(f"<str:pk>/export/{kind}", ExportView.as_view(kind=kind), name=f"event-export-{kind}")
            for kind in ("ical", "xcal", "pentabarf")
        ],
        *[
            path(
                f"<str:pk>/export/{kind}/{form}",
                ExportView.as_view(kind=kind, form=form, states=states),
                name=f"event-export-{kind}-{form}",
            )
            for kind, states in reports
            for form in ("csv", "pdf")
        ],
    ]
