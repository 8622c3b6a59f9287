"""Set up, play, clean up; the operations are shared out among processes, each with servers of its own."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.__main__ import prepare
from openevent.local import process

from .report import Report

ROLES = ("eve", "olga", "adam")


def arguments() -> argparse.Namespace:
    """What to play."""
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--requests", type=int, default=20_000, help="as each role")
    parser.add_argument("--roles", nargs="*", default=list(ROLES), choices=ROLES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="operations that have this in “METHOD /path”")
    parser.add_argument("--shards", type=int, default=os.cpu_count() or 1, help="processes that share the operations")
    parser.add_argument("--port", type=int, default=8595, help="of the first process; the others have the next ones")
    parser.add_argument("--trace", help="a file (and one for each process) that gets a line for each request")
    parser.add_argument("--shard", type=int, help=argparse.SUPPRESS)  # the number of a process that was started by this
    parser.add_argument("--result", help=argparse.SUPPRESS)  # where it leaves its report
    return parser.parse_args()


def open_gates() -> None:
    """No throttle refuses what is played here."""
    from django.conf import settings

    for scope in settings.THROTTLES:
        os.environ[f"THROTTLE_{scope.upper()}"] = "10000000/m"


def play_shard(options: argparse.Namespace) -> None:
    """Play one share of the operations in this process and leave the report."""
    folder = Path(os.environ.get("OPENEVENT_FUZZ_VAR") or tempfile.gettempdir(), f"openevent-fuzz-{options.shard}")
    os.environ["OPENEVENT_BENCH_VAR"] = str(folder)
    prepare(options.port + options.shard)
    open_gates()
    from benchmarks.stand import Stand

    from . import services

    stand = Stand()
    services.start(stand)
    report = Report(f"shard {options.shard}", options.trace)
    try:
        play(stand, report, options)
    finally:
        stand.stop()
        Path(options.result).write_text(json.dumps(report.saved()))  # what there is, should it end early


def play(stand: Any, report: Report, options: argparse.Namespace) -> None:
    """The same, on services that run."""
    from .player import Player
    from .world import Ground

    ground = Ground.laid()
    with stand.serve("gunicorn"), report:
        Player(stand, ground, report, options).play()


def main() -> None:
    """Start the processes, wait, and print what all of them found."""
    options = arguments()
    if options.shard is not None:
        play_shard(options)
        return
    print(f"{options.requests} requests as each of {', '.join(options.roles)}: --seed {options.seed}", flush=True)
    report = Report("all")
    with tempfile.TemporaryDirectory() as folder:
        results = [Path(folder, str(number)) for number in range(options.shards)]
        processes = [start(number, result, options) for number, result in enumerate(results)]
        failed = [started.wait() for started in processes]
        for result in results:
            if result.exists():
                report.add(json.loads(result.read_text()))
    sys.exit(1 if report.conclude() or any(failed) else 0)


def start(number: int, result: Path, options: argparse.Namespace) -> "subprocess.Popen[bytes]":
    """A process for one share."""
    trace = [f"--trace={options.trace}.{number}"] if options.trace else []
    own = [f"--shard={number}", f"--result={result}", *trace]
    return process.start([sys.executable, "-m", "tests.fuzz", *sys.argv[1:], *own])  # ends with this one


if __name__ == "__main__":
    main()
