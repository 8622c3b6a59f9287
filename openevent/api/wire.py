"""Media types: reading and writing JSON:API bodies."""

from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, NotAcceptable, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

MEDIA_TYPE = "application/vnd.api+json"
MAX_NESTING = 64  # levels of lists and objects in a body; beyond it other libraries give up in their own ways


class TooLarge(APIException):
    """The body has more bytes than the site takes."""

    status_code = 413
    default_code = "too_large"
    default_detail = "The body is too large."


def dumps(data: Any) -> bytes:
    """JSON bytes; money that is still a Decimal becomes a number."""
    return orjson.dumps(data, default=_fallback, option=orjson.OPT_NON_STR_KEYS)


def _fallback(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


class PlainParser(BaseParser):
    """JSON as it is."""

    media_type = "application/json"
    limit: int | None = None  # bytes; the site's, unless a view takes more

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The decoded body; 400 where it is no JSON that can be worked with."""
        limit = self.limit or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        if not body:
            return {}
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError("The body is not valid JSON.") from error
        if body.count(b"[") + body.count(b"{") > MAX_NESTING or b"\\u0000" in body:
            _refuse(data)
        return data


def _refuse(data: Any, level: int = 0) -> None:
    """ParseError where a text holds U+0000, which PostgreSQL does not store, or lists lie in lists without end."""
    if level > MAX_NESTING:
        raise ParseError(f"The body is nested deeper than {MAX_NESTING} levels.")
    if isinstance(data, str):
        if "\x00" in data:
            raise ParseError("The body holds a NUL character.")
    elif isinstance(data, dict):
        for key, value in data.items():
            _refuse(key)
            _refuse(value, level + 1)
    elif isinstance(data, list):
        for value in data:
            _refuse(value, level + 1)


class JSONAPIParser(PlainParser):
    """The same, under JSON:API's own media type (a charset parameter is tolerated)."""

    media_type = MEDIA_TYPE


class Negotiation(DefaultContentNegotiation):
    """A client that takes either of the two media types takes what a route answers; 406 for others alone."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        """The renderer that Accept names, else the route's first."""
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            accepted = {a.split(";")[0].strip() for a in self.get_accept_list(request)}
            if accepted & {MEDIA_TYPE, PlainParser.media_type}:
                return renderers[0], renderers[0].media_type
            raise


class JSONAPIRenderer(BaseRenderer):
    """A document that is built already, as bytes."""

    media_type = MEDIA_TYPE
    format = "jsonapi"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The bytes of ``data``; nothing for nothing."""
        return b"" if data is None else dumps(data)


class PlainRenderer(JSONAPIRenderer):
    """The same, for clients that ask for plain JSON."""

    media_type = "application/json"
    format = "json"
