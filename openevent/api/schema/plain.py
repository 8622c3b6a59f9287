"""How a plain route says what it takes and answers."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema

from ..errors import TITLES
from ..wire import MEDIA_TYPE
from .resources import Schema

KINDS: dict[type, Schema] = {str: {"type": "string"}, bool: {"type": "boolean"}, int: {"type": "integer"}}


def members(required: dict[str, Any], optional: dict[str, Any] | None = None) -> Schema:
    """An object whose members are of these kinds: a type, or the schema of a nested object."""
    kinds = {**required, **(optional or {})}
    schema: Schema = {"type": "object", "properties": {name: _schema(kind) for name, kind in kinds.items()}}
    return {**schema, "required": list(required)} if required else schema


def _schema(kind: Any) -> Schema:
    return kind if isinstance(kind, dict) else KINDS[kind]


def documents(
    *, answer: Schema, errors: list[int], body: Schema | None = None, plain_errors: bool = False
) -> Callable[[Any], Any]:
    """Decorator of a view's method: its body, its 200 answer, and the statuses of its errors.

    ``plain_errors``: they are ``{"error": …}`` instead of JSON:API's.
    """
    failures = {
        status: OpenApiResponse(members({"error": str}), TITLES[status]) if plain_errors else status
        for status in errors
    }
    request = {"application/json": body, MEDIA_TYPE: body} if body else None
    return extend_schema(request=request, responses={200: OpenApiResponse(answer, "OK"), **failures})  # type: ignore[no-any-return]
