"""What the web server refuses by itself is said as the API says it."""

import json
import logging
import socket
from http.client import HTTPResponse

import pytest
from django.test import Client
from gunicorn.http.errors import InvalidHeader, LimitRequestHeaders, LimitRequestLine

from openevent.webworker import Worker


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LimitRequestLine(9000, 8190), 414),
        (LimitRequestHeaders("limit request headers"), 431),
        (InvalidHeader("AUTHORIZATION"), 400),
    ],
)
def test_requests_that_cannot_be_taken_get_an_error_that_clients_can_read(error: Exception, status: int) -> None:
    worker = Worker.__new__(Worker)
    worker.log = logging.getLogger("gunicorn.error")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.handle_error(None, ours, ("127.0.0.1", 1), error)
        ours.close()
        answer = HTTPResponse(theirs)
        answer.begin()
        body = json.loads(answer.read())

    assert (answer.status, answer.getheader("Content-Type")) == (status, "application/vnd.api+json")
    assert (body["errors"][0]["status"], body["errors"][0]["code"]) == (status, "refused")


def test_a_host_that_is_none_gets_one_too(client: Client) -> None:
    answer = client.get("/v1/events", headers={"host": "no host"})

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/vnd.api+json")
    assert answer.json()["errors"][0]["code"] == "bad_request"
