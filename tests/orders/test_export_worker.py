"""Long exports in a worker as it is on a server: a process of its own, what it takes of memory, and what is seen
meanwhile by who waits."""

import csv
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.db import connection
from pypdf import PdfReader
from rest_framework.test import APIClient

from events.models import Event
from openevent.local import process
from orders.models import Attendee, Order
from tests.factories import client_of, make_ticket, order_of

ROWS = 20_000
PATIENCE = 180  # seconds, on a machine that has much to do
MOST = 200 * 2**20  # bytes that a worker may have
GROWTH = 24 * 2**20  # of a worker between a short table and a long one: a part of the pages, and the file

pytestmark = [pytest.mark.walk, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker() -> Iterator[psutil.Process]:
    """The process of a worker that does the jobs; its database is the test's."""
    place = connection.settings_dict
    address = f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}"
    known = {"OPENEVENT_VAR": settings.PLACES.var, "DATABASE_URL": address, "REDIS_URL": os.environ["REDIS_URL"]}
    command = "-m celery -A openevent.celery worker -Q jobs --concurrency 1 --without-gossip --without-mingle"
    program = process.start(
        [sys.executable, *command.split(), "--loglevel", "warning"],
        output=subprocess.DEVNULL,
        environment={
            **os.environ,
            **{name: str(value) for name, value in known.items()},
            "DJANGO_SETTINGS_MODULE": "openevent.settings",
        },
    )
    end = time.monotonic() + PATIENCE
    parent = psutil.Process(program.pid)
    while not (children := parent.children()):
        assert program.poll() is None, "the worker does not start"
        assert time.monotonic() < end, "the worker does not come up"
        time.sleep(0.1)
    yield children[0]
    process.stop(program)


@pytest.fixture
def order(event: Event, cast: SimpleNamespace) -> Order:
    """An order of one, with a name that takes several fonts."""
    order = order_of(make_ticket(event, name="Free", quantity=10), cast.ada)
    order.attendees.update(**person(0))
    return order


def person(number: int) -> dict[str, str]:
    return {"firstname": f"Zoë {number}", "lastname": "Łukasz 李", "email": f"{number}@example.org"}


def multiply(attendee: Attendee) -> None:
    """The same person again and again, under other names."""
    found = Attendee.objects.filter(pk=attendee.pk).values("event_id", "ticket_id", "order_id").get()
    rows = [Attendee(**found, **person(number)) for number in range(1, ROWS)]
    Attendee.objects.bulk_create(rows, batch_size=5000)


def wait_for(client: APIClient, url: str) -> tuple[list[dict[str, Any]], bytes]:
    """All that who asks is told, and the file."""
    task, seen = client.get(url).json()["task_url"], []
    end = time.monotonic() + PATIENCE
    while not seen or seen[-1]["state"] == "WAITING":
        assert time.monotonic() < end, seen[-1]
        time.sleep(0.05)
        seen.append(client.get(task).json())
    assert seen[-1]["state"] == "SUCCESS", seen[-1]
    return seen, b"".join(client.get(seen[-1]["result"]["download_url"]).streaming_content)


def most_memory(of: psutil.Process) -> int:
    """The most that it ever had, in bytes."""
    status = Path(f"/proc/{of.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_long_tables_take_little_memory_and_show_how_far_they_are(
    order: Order, event: Event, cast: SimpleNamespace, worker: psutil.Process
) -> None:
    client, address = client_of(cast.cora), f"/v1/events/{event.pk}/export/attendees"
    for form in ("csv", "pdf"):  # of one row: libraries and fonts are loaded
        wait_for(client, f"{address}/{form}")
    before = most_memory(worker)
    multiply(order.attendees.get())

    for form in ("csv", "pdf"):
        seen, raw = wait_for(client, f"{address}/{form}")
        progress = [answer["progress"] for answer in seen[:-1] if answer["progress"]["total"]]
        assert {entry["total"] for entry in progress} == {ROWS}
        done = [entry["done"] for entry in progress]
        assert done == sorted(done)
        assert all(0 <= number < ROWS for number in done)
        if form == "csv":
            rows = list(csv.DictReader(io.StringIO(raw.decode())))
            assert len(rows) == ROWS
            assert rows[-1]["First Name"] == f"Zoë {ROWS - 1}"
        else:
            assert len({number for number in done if number}) >= 1, "nothing was seen between begin and end"
            last = PdfReader(io.BytesIO(raw)).pages[-1].extract_text()
            assert f"Zoë {ROWS - 1}" in last
            assert "Łukasz 李" in last

    assert most_memory(worker) < MOST
    assert most_memory(worker) - before < GROWTH
