"""Sending an event in a file."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.jobs import TASK_URL, JobView, task_response
from openevent.api.files import FileParser, files_of
from openevent.api.permissions import demand
from openevent.api.schema.plain import documents, members
from openevent.exceptions import NotFound

from ..imports.archive import MAX_FILE
from ..services.jobs import request_import

FORMATS = ("json",)  # a zip of JSON


class ImportView(JobView):
    """``POST /v1/events/import/json``: a form with an Open Event zip as ``file``, of which a draft is made."""

    parser_classes = [FileParser]
    max_bytes = MAX_FILE

    @documents(
        form=members({"file": {"type": "string", "format": "binary"}}),
        answer=TASK_URL,
        errors=[400, 401, 403, 404, 409, 413, 415, 429],
    )
    def post(self, request: Request, source: str) -> Response:
        """Where to ask how far the import is; its result has the ``id`` of the event."""
        demand(request, "events.import_event")
        if source not in FORMATS:
            raise NotFound("Only Open Event zips can be imported (json).")
        return task_response(request_import(file=files_of(request, "file")[0], by=request.user))
