"""Files in the bodies of requests."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from openevent.exceptions import MalformedInput

from .wire import PlainParser, TooLarge

ENVELOPE = 64 * 1024  # bytes that a form may have around its files


class FileParser(MultiPartParser):
    """A form with files. ``view.max_bytes``: the most that the body may have; it is refused before it is read."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Data and files; 413 for what is too large."""
        if _length(parser_context) > parser_context["view"].max_bytes + ENVELOPE:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


class LargeJSONParser(PlainParser):
    """JSON that carries a file: as large as ``view.max_bytes``."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The decoded body; 413 for what is too large."""
        self.limit = parser_context["view"].max_bytes + ENVELOPE
        if _length(parser_context) > self.limit:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


def files_of(request: Request, *names: str) -> list[UploadedFile]:
    """The files under the first of ``names`` that the form has; MalformedInput where it has none, or a text instead."""
    for name in names:
        if name in request.POST:
            raise MalformedInput(f"{name} is a text and no file.", "invalid", f"/{name}")
    for name in names:
        if found := request.FILES.getlist(name):
            return list(found)
    raise MalformedInput(f"The form has no file under the name {names[0]}.", "required", f"/{names[0]}")


def _length(context: Any) -> int:
    try:
        return int(context["request"].META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
