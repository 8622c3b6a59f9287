"""How far an export or import is, and where its result is."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.permissions import demand_login
from openevent.api.schema.plain import documents, members
from openevent.api.throttling import ScopedThrottle
from openevent.api.wire import JSONAPIRenderer, PlainRenderer
from openevent.exceptions import NotFound
from openevent.media import file_response

from ..models import Job

# While it waits or runs. Clients know three words, and give up at any other.
NOT_YET = Job.State.WAITING
PROGRESS = members({"done": int, "total": int})


class JobView(APIView):
    """A plain route by which an export or import is asked for."""

    permission_classes: list[Any] = []
    renderer_classes = [PlainRenderer, JSONAPIRenderer]
    throttle_classes = [ScopedThrottle]
    throttle_scope = "job"


TASK_URL = members({"task_url": str})


def task_response(job: Job) -> Response:
    """Where to ask how far a job is."""
    return Response({"task_url": f"/v1/tasks/{job.pk}"})


class TaskView(APIView):
    """``GET /v1/tasks/<id>``, for who asked for it."""

    permission_classes: list[Any] = []
    renderer_classes = [PlainRenderer, JSONAPIRenderer]

    @documents(
        answer=members({"state": str}, {"progress": PROGRESS, "result": {"type": "object"}}),
        errors=[401, 404],
    )
    def get(self, request: Request, task: str) -> Response:
        """``state``: WAITING, SUCCESS or FAILURE; then ``result`` has the ``download_url``, or the reason."""
        demand_login(request)
        job = visible_job(request, task)
        if job.state == Job.State.SUCCESS:
            return Response({"state": job.state, "result": {**(job.result or {}), **download_of(request, job)}})
        if job.state == Job.State.FAILURE:
            return Response({"state": job.state, "result": {"message": job.error}})
        return Response({"state": NOT_YET, "progress": {"done": job.done, "total": job.total}})


def visible_job(request: Request, key: str) -> Job:
    """The caller's own job of that id; NotFound for others."""
    try:
        job = Job.objects.visible_to(request.user).filter(pk=UUID(key)).first()
    except ValueError:
        job = None
    if job is None or is_over(job):
        raise NotFound("Object not found.")
    return job


def is_over(job: Job) -> bool:
    """Whether the result has had its time, even if it was not removed yet."""
    return job.expires_at is not None and job.expires_at <= timezone.now()


def download_of(request: Request, job: Job) -> dict[str, str]:
    """The address of the job's file, if it has made one that goes by its address."""
    if not job.output or job.is_personal:
        return {}
    path = f"/v1/downloads/{job.token}/{quote(job.output_name or '', safe='')}"
    return {"download_url": request.build_absolute_uri(path)}


class DownloadView(APIView):
    """``GET /v1/downloads/<token>/<name>``: the result of a job. The token is the key: browsers follow a link
    without saying who they are."""

    permission_classes: list[Any] = []
    authentication_classes: list[Any] = []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file, whatever the client says it accepts."""
        return PlainRenderer(), "application/octet-stream"

    @documents(answer="application/octet-stream", errors=[404])
    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        """The file, until it expires."""
        return download(Job.objects.with_token(token).first(), name)


def download(job: Job | None, name: str) -> HttpResponseBase:
    """The job's file as an answer; NotFound where there is none under that name."""
    if job is None or is_over(job) or not job.output or name != job.output_name:
        raise NotFound("Object not found.")
    try:
        answer = file_response(job.output.name, job.output_type or "application/octet-stream", name)
    except FileNotFoundError:
        raise NotFound("Object not found.") from None
    answer["Cache-Control"] = "private, no-store"
    return answer
