"""What the plain JSON views have in common: reading texts from the body, and errors as ``{"error": …}``."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.errors import exception_handler
from openevent.api.throttling import ScopedThrottle
from openevent.exceptions import MalformedInput

from .authentication import JWTAuthentication

LONGEST_TEXT = 4096  # characters; no address, password or token comes near it


def text_of(body: Any, *names: str, pointer: str = "") -> str:
    """The text under the first of ``names`` that the body has; MalformedInput (400) where none is a text."""
    found = [body.get(name) for name in names] if isinstance(body, dict) else []
    for value in found:
        if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT:
            return value
    raise MalformedInput(f"{names[0]} is missing or no text", "required", f"{pointer}/{names[0]}")


def data_of(request: Request) -> Any:
    """What the body holds under ``data``, or under ``data.attributes``, whichever way a client wraps it."""
    body = request.data
    data = body.get("data", body) if isinstance(body, dict) else None
    attributes = data.get("attributes") if isinstance(data, dict) else None
    return attributes if isinstance(attributes, dict) else data


def plain_errors(error: Exception, context: dict[str, Any]) -> Response | None:
    """The usual handler's status and headers, with the body that logins and tokens have."""
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": response.data["errors"][0]["detail"]}
    return response


class PublicView(APIView):
    """For everybody: a token that came along, however stale, is not looked at."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes = [ScopedThrottle]

    def get_authenticate_header(self, request: Request) -> str:
        """What a 401 says; DRF would make it a 403 without authentication classes."""
        return JWTAuthentication().authenticate_header(request)


class PlainErrors:
    """A view of logins and tokens."""

    def get_exception_handler(self) -> Any:
        """Instead of the JSON:API errors."""
        return plain_errors
