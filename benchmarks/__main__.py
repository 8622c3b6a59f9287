"""`make bench`: how fast orders, scans, reading, exports and the back office are. ARGS="--sold 0" etc. change it."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TARGETS = "targets: 12 SQL or fewer, 4 ms of CPU (web + database) or less, p99 below 100 ms at 32, flat within 10 %"
HEAD = f"{'server':9}{'order':>10}{'sold':>10}{'conn.':>7}{'orders/s':>10}{'p50 ms':>8}{'p99 ms':>8}"
HEAD += f"{'web ms':>8}{'db ms':>7}{'CPU ms':>8}  failed"


EXPORTED = 100_000  # attendees
WHAT = ["orders", "scans", "reading", "exports", "backoffice"]


def arguments() -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--seconds", type=int, default=8, help="of each measurement")
    parser.add_argument("--sold", type=int, nargs="*", default=[0, 20_000, 1_000_000], help="sold before")
    parser.add_argument("--connections", type=int, nargs="*", default=[1, 8, 32])
    parser.add_argument("--servers", nargs="*", default=["gunicorn"])
    parser.add_argument("--what", nargs="*", default=WHAT, choices=WHAT)
    parser.add_argument("--seats", type=int, default=20_000, help="in the event whose attendees are read")
    parser.add_argument("--profile", help="where the time of the readings with this in their name goes")
    parser.add_argument("--pages", default="", help="of the back office: those with this in their line")
    parser.add_argument("--port", type=int, default=8590)
    return parser.parse_args()


def prepare(port: int) -> None:
    """Django, in a folder of its own and with nothing from the environment."""
    for name in ("DATABASE_URL", "REDIS_URL", "OPENEVENT_ENV"):
        os.environ.pop(name, None)
    folder = os.environ.get("OPENEVENT_BENCH_VAR") or str(Path(tempfile.gettempdir(), "openevent-bench"))
    os.environ.update(
        OPENEVENT_VAR=folder, PORT=str(port), LOG_LEVEL="WARNING", DJANGO_SETTINGS_MODULE="openevent.settings"
    )
    import django

    django.setup()


def measure(stand: Any, goods: Any, *, connections: int, seconds: float, is_completed: bool) -> dict[str, Any]:
    """One run of the client; CPU milliseconds by order."""
    plan = {
        "port": stand.port,
        "ticket": goods.ticket.pk,
        "tokens": goods.tokens,
        "quantity": 1,
        "connections": connections,
        "seconds": seconds,
        "is_completed": is_completed,
    }
    web, database = stand.cpu_seconds()
    client = subprocess.run(
        [sys.executable, "-m", "benchmarks.client"], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(client.stdout)
    web_after, database_after = stand.cpu_seconds()
    found["web"] = (web_after - web) * 1000 / max(1, found["orders"])
    found["database"] = (database_after - database) * 1000 / max(1, found["orders"])
    return found


def row(server: str, order: str, sold: int, connections: int, found: dict[str, Any]) -> str:
    """A line of the table."""
    failed = {status: n for status, n in found["statuses"].items() if status != "200"}
    return (
        f"{server:9}{order:>10}{sold:>10,}{connections:>7}{found['rate']:>10.0f}{found['p50']:>8.1f}{found['p99']:>8.1f}"
        f"{found['web']:>8.2f}{found['database']:>7.2f}{found['web'] + found['database']:>8.2f}  {failed or '-'}"
    )


def bench(options: argparse.Namespace, stand: Any) -> None:
    """Print the table as it grows."""
    from . import floor, goods

    print(HEAD, flush=True)
    statements: list[str] = []
    for sold in options.sold:
        stall = goods.lay_out(f"Hot {sold}")
        goods.sell_before(stall, sold)
        statements = floor.record(stall)
        for server in options.servers:
            with stand.serve(server):
                measure(stand, stall, connections=8, seconds=2, is_completed=True)  # warm
                for connections in options.connections:
                    found = measure(stand, stall, connections=connections, seconds=options.seconds, is_completed=False)
                    print(row(server, "held", sold, connections, found), flush=True)
                found = measure(stand, stall, connections=8, seconds=options.seconds, is_completed=True)
                print(row(server, "completed", sold, 8, found), flush=True)
        for connections in options.connections:
            played = floor.play(stall, statements, connections=connections, seconds=max(2, options.seconds // 2))
            print(f"{'pgbench':9}{'held':>10}{sold:>10,}{connections:>7}{played['rate']:>10.0f}{played['mean']:>8.1f}")
    print(f"SQL statements of an order that is held: {floor.count(statements)} (and BEGIN, COMMIT)")
    print(TARGETS)


def main() -> None:
    """Set up, measure, clean up."""
    options = arguments()
    prepare(options.port)
    from . import door
    from .stand import Stand

    stand = Stand()
    stand.start_services()
    try:
        if options.profile:
            from . import library, reading

            reading.profile(library.fill(options.seats), options.profile)
            return
        if "orders" in options.what:
            bench(options, stand)
        if "reading" in options.what:
            from . import reading

            reading.bench(stand, seats=options.seats, connections=options.connections, seconds=options.seconds)
        if "scans" in options.what:
            door.bench(options, stand)
        if "exports" in options.what:
            from . import exports

            exports.bench(stand, seats=EXPORTED)
        if "backoffice" in options.what:
            from . import backoffice

            backoffice.bench(options.pages)
    finally:
        stand.stop()


if __name__ == "__main__":
    main()
