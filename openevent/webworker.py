"""gunicorn's worker, with words of our own for what it refuses before the application sees it."""

from typing import Any

from gunicorn import util
from gunicorn.http.errors import InvalidHeader, InvalidHeaderName, LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

# by what gunicorn finds: the status, its title, and what to do about it
REFUSALS = {
    LimitRequestLine: (414, "URI Too Long", "The address is too long: ask for less in one request."),
    LimitRequestHeaders: (431, "Request Header Fields Too Large", "The headers are too long."),
    InvalidHeader: (400, "Bad Request", "A header cannot be read."),
    InvalidHeaderName: (400, "Bad Request", "The name of a header cannot be read."),
}


class Worker(ThreadWorker):
    """Threads. An address or headers that cannot be taken get the errors that the API's clients read, and no page."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """gunicorn's hook for requests that it cannot take."""
        refusal = REFUSALS.get(type(exc))
        if refusal is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Refused a request from %s: %s", (addr or ("",))[0], exc)
        try:
            util.write(client, answer(*refusal))
        except OSError:
            self.log.debug("The client was gone before it was answered.")


def answer(status: int, title: str, detail: str) -> bytes:
    """The whole answer, after which the connection ends."""
    from openevent.api.errors import document, error_object
    from openevent.api.wire import MEDIA_TYPE, dumps

    body = dumps(document(status, [error_object(status, detail, "refused", {"pointer": ""})]))
    head = [
        f"HTTP/1.1 {status} {title}",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body
