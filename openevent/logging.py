"""Log lines for machines (JSON) and people (plain), each with the id of its request, none with a secret.

The id comes from the ``X-Request-Id`` header when a proxy sent a sane one, else it is made here.
It goes back in the answer's header, into every log line, and along with each queued task.
"""

import json
import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{8,128}")
PLAIN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "request",
    "server_time",
}
SECRET_NAMES = r"[\w-]*(?:password|passwd|secret|token|authorization|api[_-]?key|cookie|signature)[\w-]*"
SECRETS = (
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(?=@)", re.I), r"\1***"),  # url://user:PASSWORD@
    (re.compile(r"\b(bearer|jwt|basic)\s+[\w.~+/=-]{8,}", re.I), r"\1 ***"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+"), "***"),  # a JSON web token, wherever it stands
    (
        re.compile(rf"""(["']?\b{SECRET_NAMES}["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&}})]+)""", re.I),
        r"\1***",
    ),
)

_request_id: ContextVar[str] = ContextVar("request_id", default="")
access_log = logging.getLogger("openevent.access")


def request_id() -> str:
    """The id of the request or task that is being worked on; empty outside of both."""
    return _request_id.get()


def set_request_id(value: str) -> None:
    """Go on under this id: tasks do it with the one of the request that queued them."""
    _request_id.set(value)


def new_request_id() -> str:
    return secrets.token_hex(16)


def without_secrets(text: str) -> str:
    """``text`` with passwords, tokens and keys replaced by ``***``."""
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RequestIdMiddleware:
    """Give each request its id, and write one access line for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-Id", "")
        set_request_id(sent if SANE_REQUEST_ID.fullmatch(sent) else new_request_id())
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id()
            self.log(request, response, milliseconds=(time.perf_counter() - started) * 1000)
            return response
        finally:
            set_request_id("")

    @staticmethod
    def log(request: HttpRequest, response: HttpResponse, *, milliseconds: float) -> None:
        if request.path.startswith("/health/") or request.path == "/metrics":
            return  # every few seconds, for ever
        access_log.info(
            "%s %s %s",
            request.method,
            request.path,  # without the query: tokens of mail links stand there
            response.status_code,
            extra={
                "status": response.status_code,
                "milliseconds": round(milliseconds, 1),
                "user": getattr(getattr(request, "user", None), "pk", None)
                if hasattr(request, "_cached_user")
                else None,
            },
        )


class PlainFormatter(logging.Formatter):
    """One readable line: time, level, logger, message, request id."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", datefmt="%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        line = super().formatMessage(record)
        took = getattr(record, "milliseconds", None)
        marks = ([f"{took} ms"] if took is not None else []) + ([request_id()[:8]] if request_id() else [])
        return f"{line} [{' '.join(marks)}]" if marks else line

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line; what a caller passed as ``extra`` becomes members of it."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if request_id():
            entry["request_id"] = request_id()
        entry |= {
            name: self.cleaned(name, value)
            for name, value in vars(record).items()
            if name not in PLAIN_FIELDS and value is not None
        }
        if record.exc_info:
            entry["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(entry, default=str, ensure_ascii=False)

    @staticmethod
    def cleaned(name: str, value: object) -> object:
        if re.fullmatch(SECRET_NAMES, name, re.I):
            return "***"
        return value if isinstance(value, int | float | bool) else without_secrets(str(value))
