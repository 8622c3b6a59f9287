"""The door under load: how fast scans, packs and batches are (make bench); what a killed server loses (make rush)."""

import asyncio
import contextlib
import http.client
import itertools
import json
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import psutil

from .client import Connection

HEAD = f"{'server':9}{'scan':>10}{'people':>10}{'conn.':>7}{'scans/s':>10}{'p50 ms':>8}{'p99 ms':>8}"
HEAD += f"{'web ms':>8}{'db ms':>7}{'CPU ms':>8}  failed"
TARGETS = "targets: 6 SQL or fewer, 3 ms of CPU (web + database) or less, 12 times 33 / 54 / 55 scans/s at 1 / 8 / 32"
PEOPLE = 100_000
SCANS = 2_000  # of the killed server: two gates for each ticket
PATIENCE = 300  # seconds for the scans of the killed server


class Door:
    """An event with sold tickets, the token of a registrar and of a device, and codes that nobody scanned yet."""

    def __init__(self, name: str, people: int) -> None:
        from accounts.auth.jwt import AccessToken
        from accounts.models import User
        from events.models import EventMember, Role
        from orders.checkins.devices import issue_device
        from orders.models import Attendee, Station

        from . import goods

        stall = goods.lay_out(name)
        goods.sell_before(stall, people)
        self.event = stall.ticket.event
        self.station = Station.objects.create(event=self.event, station_name="Gate A", station_type="check in").pk
        role, _ = Role.objects.get_or_create(name="registrar", defaults={"title_name": "Registrar"})
        rita = User.objects.get(pk=stall.buyers[0].pk)
        EventMember.objects.create(event=self.event, user=rita, role=role)
        self.token = str(AccessToken.for_user(rita))
        self.device_token = issue_device(event=self.event, name="Phone", by=rita)[1]
        rows = Attendee.objects.filter(event=self.event).values_list("order__identifier", "pk")
        self.codes = [f"{order}-{pk}" for order, pk in rows]
        random.shuffle(self.codes)

    def take(self, count: int) -> list[str]:
        """Codes that nobody has scanned."""
        taken, self.codes = self.codes[:count], self.codes[count:]
        return taken


def measure(stand: Any, door: Door, *, connections: int, seconds: float, station: int | None = None) -> dict[str, Any]:
    """One run of the client; CPU milliseconds by scan."""
    plan = {
        "port": stand.port,
        "event": door.event.pk,
        "token": door.token,
        "device": "Gate A",
        "station": station,
        "codes": door.take(int(seconds * 1500) + 200),
        "connections": connections,
        "seconds": seconds,
        "run": f"{connections}",
    }
    web, database = stand.cpu_seconds()
    client = subprocess.run(
        [sys.executable, "-m", "benchmarks.scanner"], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(client.stdout)
    web_after, database_after = stand.cpu_seconds()
    found["web"] = (web_after - web) * 1000 / max(1, found["scans"])
    found["database"] = (database_after - database) * 1000 / max(1, found["scans"])
    return found


def bench(options: Any, stand: Any) -> None:
    """Print the table as it grows."""
    door = Door("Door", PEOPLE)
    print(HEAD, flush=True)
    for server in options.servers:
        with stand.serve(server):
            measure(stand, door, connections=8, seconds=2)  # warm
            for connections in options.connections:
                found = measure(stand, door, connections=connections, seconds=options.seconds)
                print(row(server, "by code", connections, found), flush=True)
            found = measure(stand, door, connections=8, seconds=options.seconds, station=door.station)
            print(row(server, "at gate", 8, found), flush=True)
            print(pack_and_batch(stand, door), flush=True)
    print(f"SQL statements of a scan: {statements(door)} (and BEGIN, COMMIT)")
    print(TARGETS)


def row(server: str, what: str, connections: int, found: dict[str, Any]) -> str:
    """A line of the table."""
    failed = {status: n for status, n in found["statuses"].items() if status != "200"}
    if found["accepted"] != found["scans"]:
        failed["not accepted"] = found["scans"] - found["accepted"]
    return (
        f"{server:9}{what:>10}{PEOPLE:>10,}{connections:>7}{found['rate']:>10.0f}{found['p50']:>8.1f}{found['p99']:>8.1f}"
        f"{found['web']:>8.2f}{found['database']:>7.2f}{found['web'] + found['database']:>8.2f}  {failed or '-'}"
    )


def pack_and_batch(stand: Any, door: Door) -> str:
    """How long a whole pack, an increment and a batch of 5,000 take, and what the pack does to the web's memory."""
    before = _memory(stand)
    seconds, pack = _ask(stand, door, "GET", f"/v1/events/{door.event.pk}/door-pack")
    cursor = json.loads(pack.splitlines()[-1])["cursor"]
    grown = (_memory(stand) - before) / 2**20
    again, _ = _ask(stand, door, "GET", f"/v1/events/{door.event.pk}/door-pack?after={cursor}")
    now = datetime.now(UTC).isoformat()
    scans = [{"scan-id": f"late-{n}", "code": code, "at": now} for n, code in enumerate(door.take(5_000))]
    batch, _ = _ask(stand, door, "POST", f"/v1/events/{door.event.pk}/scan-batches", {"scans": scans})
    return (
        f"door pack of {PEOPLE:,}: {seconds:.1f} s, {len(pack) / 2**20:.1f} MB, web grew by {grown:.0f} MB; "
        f"increment {again:.2f} s; batch of {len(scans):,} scans: {batch:.2f} s"
    )


def _ask(stand: Any, door: Door, method: str, path: str, body: Any = None) -> tuple[float, bytes]:
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=120)
    headers = {"Authorization": f"Device {door.device_token}", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{method} {path}: {answer.status} {content[:300]!r}")
    return time.perf_counter() - begun, content


def _memory(stand: Any) -> int:
    return sum(child.memory_info().rss for child in psutil.Process(stand.web.pid).children(recursive=True))


def statements(door: Door) -> int:
    """How many a scan by a person at a station takes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"Authorization": f"JWT {door.token}", "Host": "localhost"})
    for _ in range(2):  # the first one compiles
        wish = {"code": door.take(1)[0], "station": door.station}
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(f"/v1/events/{door.event.pk}/scans", wish, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return sum(query["sql"] not in ("BEGIN", "COMMIT") for query in queries.captured_queries)


# -- make rush -----------------------------------------------------------------------------------


async def insist(port: int, door: Door, scan: dict[str, Any], deadline: float) -> bytes:
    """Send it until there is an answer."""
    while time.monotonic() < deadline:
        connection = Connection(port)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            path = f"/v1/events/{door.event.pk}/scans"
            status, body = await connection.send("POST", path, door.token, scan, "application/json")
            if status == 200:
                if connection.writer is not None:
                    connection.writer.close()
                return body
            if status not in (502, 503):
                raise SystemExit(f"FAILED: a scan was answered {status}: {body[:300]!r}")
        await asyncio.sleep(random.uniform(0.02, 0.2))
    raise SystemExit(f"FAILED: no answer for {scan}")


async def scan_while_killing(stand: Any, door: Door, scans: list[dict[str, Any]]) -> tuple[list[bytes], int]:
    """The answers in the order of ``scans``, and how often the server was killed."""
    deadline = time.monotonic() + PATIENCE
    room = asyncio.Semaphore(16)

    async def send(scan: dict[str, Any]) -> bytes:
        async with room:
            return await insist(stand.port, door, scan, deadline)

    answers = asyncio.gather(*(send(scan) for scan in scans))
    for kills in itertools.count():
        await asyncio.sleep(random.uniform(0.3, 1.5))
        if answers.done():
            return await answers, kills
        for worker in psutil.Process(stand.web.pid).children():  # the master forks new ones
            with contextlib.suppress(psutil.Error):
                worker.send_signal(signal.SIGKILL)
    raise AssertionError


def killed(stand: Any) -> str:
    """2,000 scans of 1,000 tickets at two gates, kills, retries, and the log."""
    from orders.models import Attendee, CheckIn

    from .rush import demand

    door = Door("Killed door", SCANS // 2)
    scans = [
        {"scan-id": f"{gate}-{n}", "code": code, "device": f"Gate {gate}"}
        for n, code in enumerate(door.take(SCANS // 2))
        for gate in "AB"
    ]
    random.shuffle(scans)
    answers, kills = asyncio.run(scan_while_killing(stand, door, scans))
    rows = CheckIn.objects.filter(event=door.event)
    found = dict(rows.values_list("scan_id", "result"))
    demand(rows.count() == len(found) == SCANS, f"{rows.count()} rows in the log for {SCANS} scans")
    told = {answer["scan-id"]: answer["result"] for answer in map(json.loads, answers)}
    demand(told == found, "somebody was told what is not in the log")
    inside = Attendee.objects.filter(event=door.event, is_checked_in=True)
    demand(inside.count() == rows.filter(result="accepted").count() == SCANS // 2, "not each ticket let in once")
    demand(not inside.filter(checkin_times__contains=",").exists(), "somebody came in twice")
    demand(kills > 0, "the server was never killed")
    return f"{SCANS} scans, each once in the log, each ticket let in once; {kills} kills"
