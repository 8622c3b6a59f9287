"""Media types: reading and writing JSON:API bodies."""

from typing import Any

import orjson
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

MEDIA_TYPE = "application/vnd.api+json"


def dumps(data: Any) -> bytes:
    """JSON bytes; money that is still a Decimal becomes a number."""
    return orjson.dumps(data, default=_fallback, option=orjson.OPT_NON_STR_KEYS)


def _fallback(value: Any) -> Any:
    from decimal import Decimal

    if isinstance(value, Decimal):
        return float(value)
    return str(value)


class PlainParser(BaseParser):
    """JSON as it is."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The decoded body; 400 where it is no JSON."""
        body = stream.read()
        if not body:
            return {}
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError("The body is not valid JSON.") from error
        if has_nul(body):
            raise ParseError("The body holds a NUL character.")
        return data


def has_nul(body: bytes) -> bool:
    """Whether a text in it holds U+0000, which PostgreSQL does not store."""
    return b"\x00" in body or b"\\u0000" in body


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
