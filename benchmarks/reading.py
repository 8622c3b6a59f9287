"""How fast the API is read, as a table: single events, lists with what they include, the programme of an event."""

import cProfile
import json
import pstats
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .library import Library, fill

HEAD = f"{'read':34}{'rows':>5}{'SQL':>5}{'floor ms':>10}{'conn.':>7}{'reads/s':>9}{'p50 ms':>8}{'p99 ms':>8}"
HEAD += f"{'web ms':>8}{'db ms':>7}{'CPU ms':>8}  failed"
TARGETS = "targets: 6 SQL or fewer, 4 ms of CPU (web + database) or less for 50 rows, the same in an event of any size"
ROUNDS = 40  # of what is measured within this process


@dataclass(frozen=True)
class Reading:
    """A request, and the SQL that the same rows are read by for the floor."""

    name: str
    path: str
    token: str
    rows: int
    sql: list[tuple[str, list[Any]]]


def readings(library: Library) -> list[Reading]:
    """What is measured."""
    event, crowded, programme = library.listed, library.crowded, library.programme
    team, anybody = library.token, ""
    by_key = "SELECT * FROM events_event WHERE identifier = %s"
    listed = "SELECT * FROM events_event WHERE state = 'published' AND deleted_at IS NULL ORDER BY id LIMIT 50"
    holders = "SELECT * FROM orders_attendee WHERE event_id = %s AND deleted_at IS NULL ORDER BY id LIMIT 50"
    orders = f"SELECT * FROM orders_order WHERE id IN (SELECT order_id FROM ({holders}) AS page)"
    talks = "SELECT * FROM events_session WHERE event_id = %s AND deleted_at IS NULL ORDER BY id"
    speakers = "SELECT * FROM events_speaker WHERE event_id = %s AND deleted_at IS NULL"
    tickets = "SELECT * FROM ticketing_ticket WHERE event_id = %s"
    page = "page[size]=50"
    return [
        Reading("event", f"/v1/events/{event.identifier}", anybody, 1, [(by_key, [event.identifier])]),
        Reading("event, with a token", f"/v1/events/{event.identifier}", team, 1, [(by_key, [event.identifier])]),
        Reading("events", f"/v1/events?{page}", anybody, 50, [(listed, [])]),
        Reading(
            "events with type and topic",
            f"/v1/events?{page}&include=event-type,event-topic",
            anybody,
            50,
            [(listed, [])],
        ),
        Reading("attendees", f"/v1/events/{crowded.pk}/attendees?{page}", team, 50, [(holders, [crowded.pk])]),
        Reading(
            "attendees with order and ticket",
            f"/v1/events/{crowded.pk}/attendees?{page}&include=order,ticket",
            team,
            50,
            [(holders, [crowded.pk]), (orders, [crowded.pk]), (tickets, [crowded.pk])],
        ),
        Reading(
            "sessions with speakers",
            f"/v1/events/{programme.identifier}/sessions?page[size]=0&include=speakers",
            anybody,
            214,
            [(talks, [programme.pk]), (speakers, [programme.pk])],
        ),
    ]


def milliseconds(work: Callable[[], Any]) -> float:
    """CPU time of this process for one turn, the best of many."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best * 1000


def floor(reading: Reading) -> float:
    """The same rows by SQL and orjson alone: no rule, no links, no request."""

    def read() -> bytes:
        found = []
        with connection.cursor() as cursor:
            for sql, values in reading.sql:
                cursor.execute(sql, values)
                names = [column[0] for column in cursor.description]
                found.append([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
        return orjson.dumps(found, default=str)

    return milliseconds(read)


def client_of(reading: Reading) -> Callable[[], Any]:
    """A client within this process."""
    headers = {"Authorization": f"JWT {reading.token}"} if reading.token else {}
    client = Client(headers={**headers, "Host": "localhost"})

    def ask() -> Any:
        answer = client.get(reading.path)
        assert answer.status_code == 200, answer.content[:500]
        return answer

    return ask


def statements(reading: Reading) -> int:
    """How many the request takes."""
    ask = client_of(reading)
    ask()
    with CaptureQueriesContext(connection) as captured:
        body = ask().json()
    assert len(body["data"]) == reading.rows or reading.rows == 1
    return len(captured)


def profile(library: Library, wanted: str, lines: int = 45) -> None:
    """Where the time of a request goes, within this process."""
    for reading in readings(library):
        if wanted not in reading.name:
            continue
        ask = client_of(reading)
        ask()
        print(f"{reading.name}: {milliseconds(ask):.2f} ms of CPU, {statements(reading)} SQL")
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(ROUNDS):
            ask()
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(lines)


def measure(stand: Any, reading: Reading, *, connections: int, seconds: float) -> dict[str, Any]:
    """One run of the client; CPU milliseconds by answer."""
    plan = {
        "port": stand.port,
        "path": reading.path,
        "token": reading.token,
        "connections": connections,
        "seconds": seconds,
    }
    before = stand.cpu_seconds()
    client = subprocess.run(
        [sys.executable, "-m", "benchmarks.reader"], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(client.stdout)
    after = stand.cpu_seconds()
    found["web"], found["database"] = (
        (b - a) * 1000 / max(1, found["reads"]) for a, b in zip(before, after, strict=True)
    )
    return found


def bench(stand: Any, *, seats: int, connections: list[int], seconds: float) -> None:
    """Print the table as it grows."""
    library = fill(seats)
    print(f"reading, with {seats:,} attendees in the crowded event\n{HEAD}", flush=True)
    with stand.serve("gunicorn"):
        for reading in readings(library):
            sql, least = statements(reading), floor(reading)
            measure(stand, reading, connections=4, seconds=1)  # warm
            for number in connections:
                found = measure(stand, reading, connections=number, seconds=seconds)
                failed = {status: n for status, n in found["statuses"].items() if status != "200"}
                print(
                    f"{reading.name:34}{reading.rows:>5}{sql:>5}{least:>10.2f}{number:>7}{found['rate']:>9.0f}"
                    f"{found['p50']:>8.1f}{found['p99']:>8.1f}{found['web']:>8.2f}{found['database']:>7.2f}"
                    f"{found['web'] + found['database']:>8.2f}  {failed or '-'}",
                    flush=True,
                )
    print(TARGETS)
