"""What goes wrong, as JSON:API says it. The one place that gives errors their HTTP status."""

import logging
from typing import Any

from django.core import exceptions as django_errors
from django.db import DatabaseError, DataError, IntegrityError
from django.db.models import CheckConstraint, F, ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from psycopg2.errors import QueryCanceled
from rest_framework import exceptions as rest_errors
from rest_framework.response import Response
from rest_framework.views import set_rollback

from openevent.exceptions import (
    Conflict,
    DomainError,
    InvalidInput,
    MalformedInput,
    NotAllowed,
    NotFound,
    Several,
    Unavailable,
)
from openevent.logging import request_id

from .registry import dashed, registry
from .wire import MEDIA_TYPE, dumps

log = logging.getLogger(__name__)

STATUS: list[tuple[type[DomainError], int]] = [
    (MalformedInput, 400),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (InvalidInput, 422),
    (Unavailable, 503),
]
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Content too large",
    414: "URI too long",
    415: "Unsupported media type",
    422: "Unprocessable entity",
    429: "Too many requests",
    431: "Request header fields too large",
    500: "Internal server error",
    503: "Service unavailable",
}
JSONAPI_VERSION = {"version": "1.0"}
CONFLICTS = {"duplicate", "oversold"}  # codes of constraints and model rules that other rows are the reason of


class BadParameter(MalformedInput):
    """A query parameter cannot be read."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message, code="invalid_parameter")
        self.parameter = parameter


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error; a plain one is the input's fault."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 422)


def error_object(status: int, detail: str, code: str, source: dict[str, str]) -> dict[str, Any]:
    """One entry of ``errors``. Clients compare the status of validation errors as text, others as numbers."""
    entry = {
        "status": "422" if status == 422 else status,
        "title": TITLES.get(status, "Error"),
        "detail": detail,
        "source": source,
        "code": code,
    }
    return {**entry, "id": request_id()} if request_id() else entry


def document(status: int, errors: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of an error answer."""
    return {"errors": errors, "jsonapi": JSONAPI_VERSION}


def respond(errors: list[DomainError]) -> Response:
    """The answer for domain errors: their common status, or that of the first."""
    status = status_of(errors[0])
    entries = []
    for error in errors:
        source = {"pointer": error.pointer}
        if isinstance(error, BadParameter):
            source = {"parameter": error.parameter}
        entries.append(error_object(status_of(error), error.message, error.code, source))
    return Response(document(status, entries), status=status)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every error that leaves a view becomes a JSON:API answer here."""
    set_rollback()
    if isinstance(error, Several):
        return respond(error.errors)
    if isinstance(error, DomainError):
        return respond([error])
    if isinstance(error, django_errors.ValidationError):
        return respond(from_validation(error, context.get("view")))
    if isinstance(error, DatabaseError):
        found = from_database(error, context.get("request"))
        return respond([found]) if found else None
    if isinstance(error, (Http404, django_errors.ObjectDoesNotExist)):
        return respond([NotFound("Object not found.")])
    if isinstance(error, django_errors.PermissionDenied):
        return respond([NotAllowed("You are not allowed to do this.")])
    if isinstance(error, rest_errors.ValidationError):
        return respond(from_fields(error.detail, context.get("view")))
    if isinstance(error, rest_errors.APIException):
        return _from_rest(error)
    return None


def from_database(error: DatabaseError, request: Any) -> DomainError | None:
    """What the database refused; None where that is nobody's fault but ours or the machine's."""
    if isinstance(error, (ProtectedError, RestrictedError)):
        return still_needed(error)
    if isinstance(error, IntegrityError):
        return from_integrity(error)
    if isinstance(error, DataError):
        return MalformedInput("A value is out of range.", "out_of_range")
    return took_too_long(request) if isinstance(error.__cause__, QueryCanceled) else None


def still_needed(error: ProtectedError | RestrictedError) -> DomainError:
    """Other rows need the one that is to go for good; they are named by their kind, whoever may see them."""
    rows = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
    kinds = sorted({str(row._meta.verbose_name_plural) for row in rows})
    return Conflict(f"There are {', '.join(kinds)} that need it.", "still_needed")


def took_too_long(request: Any) -> DomainError:
    """The database gave a statement up (``DATABASE_STATEMENT_SECONDS``): the query's fault where it asks for much."""
    query = getattr(request, "query_params", {})
    for parameter in query:
        if parameter.startswith("filter") or parameter in ("sort", "include"):
            return BadParameter(parameter, "This takes too long to find: ask for less.")
    log.error("a statement took too long")
    return Unavailable("This takes too long at the moment.", "too_slow")


def _from_rest(error: rest_errors.APIException) -> Response:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    detail = error.detail if isinstance(error.detail, str) else str(getattr(error, "default_detail", error))
    entry = error_object(error.status_code, str(detail), str(error.get_codes()), {"pointer": ""})
    if not isinstance(error.get_codes(), str):
        entry["code"] = error.default_code
    return Response(document(error.status_code, [entry]), status=error.status_code, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's hook for what it finds suspicious (a host that is none): JSON:API below /v1, a page elsewhere."""
    if not request.path.startswith("/v1"):
        return defaults.bad_request(request, exception)
    return _bare(400, "The request cannot be read.", "bad_request")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's hook for addresses that do not exist: JSON:API below /v1, a page elsewhere."""
    if not request.path.startswith("/v1"):
        return defaults.page_not_found(request, exception)
    return _bare(404, "There is no such route.", "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's hook for errors of ours: no details, but the request's id to find them by."""
    if not request.path.startswith("/v1"):
        return defaults.server_error(request)
    return _bare(500, "Something went wrong on the server. It has been logged.", "server_error")


def _bare(status: int, detail: str, code: str) -> HttpResponse:
    body = dumps(document(status, [error_object(status, detail, code, {"pointer": ""})]))
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE)


def pointer_to(name: str, view: Any) -> str:
    """Where the input of that name stands in the request."""
    if not name or name == "non_field_errors" or name == "__all__":
        return "/data"
    resource = getattr(view, "resource", None)
    part = "relationships" if resource and name in resource.relationships else "attributes"
    return f"/data/{part}/{dashed(name)}"


def from_validation(error: django_errors.ValidationError, view: Any = None) -> list[DomainError]:
    """A model's complaints. Those with the code ``duplicate`` are conflicts, the others invalid input."""
    if not hasattr(error, "error_dict"):
        by_field: dict[str, Any] = {"": error.error_list}
    else:
        by_field = error.error_dict
    found: list[DomainError] = []
    for name, complaints in by_field.items():
        for complaint in complaints:
            code = complaint.code or "invalid"
            if code in ("unique", "unique_together"):
                code = "duplicate"
            kind = Conflict if code in CONFLICTS else InvalidInput
            found.append(kind("; ".join(complaint.messages), code, pointer_to(name, view)))
    return found


def from_fields(detail: Any, view: Any = None) -> list[DomainError]:
    """A serializer's complaints, by field."""
    if not isinstance(detail, dict):
        detail = {"": detail}
    found: list[DomainError] = []
    for name, complaints in detail.items():
        for complaint in _flatten(complaints):
            code = getattr(complaint, "code", None) or "invalid"
            kind = NotFound if code == "does_not_exist" else InvalidInput
            found.append(kind(str(complaint), code, pointer_to(str(name), view)))
    return found


def _flatten(complaints: Any) -> list[Any]:
    if isinstance(complaints, dict):
        return [leaf for value in complaints.values() for leaf in _flatten(value)]
    if isinstance(complaints, (list, tuple)):
        return [leaf for value in complaints for leaf in _flatten(value)]
    return [complaints]


def from_integrity(error: IntegrityError) -> DomainError:
    """What a constraint of the database refused, in the words that its model gives it."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    for entry in registry:
        for constraint in entry.model._meta.constraints:
            if constraint.name == name:
                kind, code = _kind_and_code(constraint)
                message = str(constraint.get_violation_error_message())
                return kind(message, code, pointer_to(_blamed_field(constraint), entry.viewset))
    log.warning("integrity error without a known constraint: %s", name)
    return Conflict("This contradicts what is stored already.")


def _kind_and_code(constraint: Any) -> tuple[type[DomainError], str]:
    """A CHECK complains about the row itself, unless its code says that it is about what happened meanwhile."""
    code = constraint.violation_error_code
    if isinstance(constraint, CheckConstraint) and code not in CONFLICTS:
        return InvalidInput, code or "invalid"
    return Conflict, code or "conflict"


def _blamed_field(constraint: Any) -> str:
    if getattr(constraint, "fields", ()):
        return str(constraint.fields[-1])
    for expression in getattr(constraint, "expressions", ()):
        for part in [expression] if isinstance(expression, F) else expression.flatten():
            if isinstance(part, F):
                return part.name
    return ""
