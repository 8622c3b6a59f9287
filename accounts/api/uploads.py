"""Sending pictures and files."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from openevent.api.files import FileParser, LargeJSONParser, files_of
from openevent.api.permissions import demand
from openevent.api.schema.plain import documents, members
from openevent.exceptions import MalformedInput

from .. import uploads
from .jobs import JobView

MOST_FILES = 20  # of one form
BINARY = {"type": "string", "format": "binary"}


class UploadView(JobView):
    """A file comes, an address goes back."""

    throttle_scope = "upload"


class ImageUploadView(UploadView):
    """``POST /v1/upload/image`` ``{"data": "data:image/png;base64,…"}`` by people with an account."""

    parser_classes = [LargeJSONParser]

    @property
    def max_bytes(self) -> int:
        """The picture, in base64."""
        return settings.MAX_IMAGE_BYTES * 4 // 3 + 100

    @documents(body=members({"data": str}), answer=members({"url": str}), errors=[400, 401, 403, 413, 415, 422, 429])
    def post(self, request: Request) -> Response:
        """Where the picture is."""
        demand(request, "accounts.upload_files")
        body = request.data
        if not isinstance(body, dict) or "data" not in body:
            raise MalformedInput("data is missing.", "required", "/data")
        return Response({"url": uploads.store_image(data_url=body["data"])})


class FileUploadView(UploadView):
    """``POST /v1/upload/files``: a form with one ``file``, or with several ``files[]``, by people with an account."""

    parser_classes = [FileParser]

    @property
    def max_bytes(self) -> int:
        """Of all files together."""
        return 2 * settings.MAX_UPLOAD_BYTES

    @documents(
        form=members({}, {"file": BINARY, "files[]": [BINARY]}),
        answer=members({"url": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}}),
        errors=[400, 401, 403, 413, 415, 422, 429],
    )
    def post(self, request: Request) -> Response:
        """Where the file is; of several, where each is."""
        demand(request, "accounts.upload_files")
        files = files_of(request, "file", "files[]", "files")
        if len(files) > MOST_FILES:
            raise MalformedInput(f"At most {MOST_FILES} files at once.", "too_many", "/files[]")
        urls = [uploads.store_file(file=file) for file in files]
        return Response({"url": urls[0] if "file" in request.FILES else urls})
