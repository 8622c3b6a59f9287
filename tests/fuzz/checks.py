"""What is wrong with an answer: schemathesis' own checks, and why some of them are not asked.

Always asked: no 5xx except the documented 503 of a service that is not set up here; status, media type, headers and
body as documented; bad data refused; 405 with ``Allow`` for a method that a path has not. ``ignored_auth`` is asked of
the first success of each GET: it sends the request twice again, without a token and with a wrong one.

Not asked: ``positive_data_acceptance`` (a document cannot say that a session begins before it ends: what fits the
schema may well be a 422), ``missing_required_header`` (no header is required), ``object_level_authorization``
(tests/test_policy.py asks it of every route and everybody), ``use_after_free`` and ``ensure_resource_availability``
(they need schemathesis' own state machine; ``Player.follow`` does the same on every resource that was made).
``negative_data_rejection`` leaves alone what is read leniently on purpose (``leniency.py``).
"""

from typing import Any

from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from .leniency import Reader

ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
    allow_header_conformance,
]
MADE_TO_BE_REFUSED = {"negative", "edge"}  # some of the edges; the case knows


def configure(config: Any) -> None:
    """Set what the checks look up in schemathesis' configuration."""
    config.output.sanitization.update(enabled=False)  # curl lines say where the token stands, not which
    refusals = config.checks.negative_data_rejection
    refusals.expected_statuses = [*refusals.expected_statuses, "413", "414"]


class Judge:
    """Judges answers; remembers of which operations the lock was tried."""

    def __init__(self, base: str, reader: Reader) -> None:
        self.base, self.reader = base, reader
        self._tried: set[str] = set()

    def failures(self, kind: str, case: Any, response: Any, headers: dict[str, str]) -> list[Failure]:
        """What is wrong with the answer to a case of one of the kinds (``cases.SHARES``, and ``follow``)."""
        checks = list(ALWAYS)
        if kind in MADE_TO_BE_REFUSED:
            checks.append(negative_data_rejection)
        if response.status_code == 503:
            checks.remove(not_a_server_error)  # in the document with a reason; status_code_conformance sees to it
        label = case.operation.label
        if 200 <= response.status_code < 300 and label not in self._tried and case.method.upper() == "GET":
            self._tried.add(label)
            checks.append(ignored_auth)
        try:
            case.validate_response(
                response, checks=checks, headers=headers, transport_kwargs={"base_url": self.base, "headers": headers}
            )
        except FailureGroup as group:
            return [
                f
                for f in group.exceptions
                if not (isinstance(f, AcceptedNegativeData) and self._is_lenient(case, response))
            ]
        return []

    def _is_lenient(self, case: Any, response: Any) -> bool:
        """Whether what is bad is so by its letter alone, or was not sent; a header that is made up is never sent."""
        negative = {place for place in case.meta.components if case.meta.is_negative_at(place)}
        reads = {
            ParameterLocation.HEADER: lambda: True,
            ParameterLocation.BODY: lambda: self.reader.takes(case),
            ParameterLocation.QUERY: lambda: self.reader.takes_query(case, response.request.url),
        }
        return all(place in reads and reads[place]() for place in negative)
