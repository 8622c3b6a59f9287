"""How a plain route says what it takes and answers."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from ..errors import TITLES
from ..wire import MEDIA_TYPE
from .resources import Schema

ALWAYS = (406, 414)  # what happens before a view looks at the request
WITH_BODY = (400, 413, 415)
KINDS: dict[type, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
}


def members(required: dict[str, Any], optional: dict[str, Any] | None = None) -> Schema:
    """An object whose members are of these kinds: a type, a list of one kind, or the schema of something else."""
    kinds = {**required, **(optional or {})}
    schema: Schema = {"type": "object", "properties": {name: schema_of(kind) for name, kind in kinds.items()}}
    return {**schema, "required": list(required)} if required else schema


def schema_of(kind: Any) -> Schema:
    """The schema that a kind is short for."""
    if isinstance(kind, list):
        return {"type": "array", "items": schema_of(kind[0])}
    return kind if isinstance(kind, dict) else KINDS[kind]


def or_null(kind: Any) -> Schema:
    """The kind, or null."""
    return {**schema_of(kind), "nullable": True}


def documents(
    *,
    answer: Any,
    errors: list[int],
    body: Schema | None = None,
    form: Schema | None = None,
    parameters: dict[str, type] | None = None,
    plain_errors: bool = False,
    success: int = 200,
) -> Callable[[Any], Any]:
    """Decorator of a view's method: its body, its query parameters, its answer, the statuses of its errors.

    ``success``: the status of the answer. ``answer``: a kind as in ``members``, a media type such as
    ``application/pdf`` of a download, or the name of a component. ``form``: a body with files. ``plain_errors``:
    they are ``{"error": …}`` instead of JSON:API's.
    """
    failures = {
        status: OpenApiResponse(members({"error": str}), TITLES[status]) if plain_errors and status != 414 else status
        for status in sorted({*errors, *ALWAYS, *(WITH_BODY if body or form else ())})
    }
    if isinstance(answer, str):
        answers: dict[Any, Any] = {(success, answer): OpenApiResponse(OpenApiTypes.BINARY, "OK")}
    else:
        answers = {success: OpenApiResponse(schema_of(answer), "OK")}
    return extend_schema(  # type: ignore[no-any-return]
        request={"multipart/form-data": form}
        if form
        else {"application/json": body, MEDIA_TYPE: body}
        if body
        else None,
        responses={**answers, **failures},
        parameters=[OpenApiParameter(name, kind) for name, kind in (parameters or {}).items()],
    )


def document_of(type_: str) -> Schema:
    """The document of one resource, where a plain route answers it."""
    return {"$ref": f"#/components/schemas/{type_}Document"}
