"""Exports of an event with very many attendees by a worker like that of a server: how long, and what it takes of
memory."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from openevent.local import process

PATIENCE = 600  # seconds
KINDS = ["attendees", "orders", "sessions", "speakers"]
HEAD = f"{'export':22}{'rows':>9}{'seconds':>9}{'CPU s':>8}{'peak MB':>9}{'file MB':>9}{'progress':>10}"
TARGETS = "targets: CSV below 10 s, PDF below 60 s, below 200 MB; progress: how many different numbers were seen"


def bench(stand: Any, *, seats: int) -> None:
    """Print the table as it grows."""
    from accounts.services.jobs import request_job

    from .library import fill

    library = fill(seats)
    print(f"exports, {seats:,} attendees; a worker of one process\n{HEAD}", flush=True)
    with worker_of(stand) as worker:
        for kind in KINDS:
            event = library.crowded if kind in ("attendees", "orders") else library.programme
            for form in ("csv", "pdf"):
                params = {"event": event.pk, "format": form, "status": "all"}
                before = begin(worker)
                job = request_job(kind=kind, by=library.team, params=params)
                seen = follow(job)
                cpu = sum(worker.cpu_times()[:2]) - before
                seconds = (job.finished_at - job.created_at).total_seconds()
                print(
                    f"{f'{kind} {form}':22}{job.total:>9,}{seconds:>9.1f}{cpu:>8.1f}{peak(worker) / 2**20:>9.0f}"
                    f"{job.output.size / 2**20:>9.1f}{len(seen):>10}",
                    flush=True,
                )
    print(TARGETS)


@contextmanager
def worker_of(stand: Any) -> Iterator[psutil.Process]:
    """The process that does the jobs."""
    command = "-m celery -A openevent.celery worker -Q jobs --concurrency 1 --without-gossip --without-mingle"
    with (stand.places.var / "worker.log").open("ab") as log:
        program = process.start([sys.executable, *command.split()], output=log, environment=dict(os.environ))
    try:
        deadline = time.monotonic() + PATIENCE
        while not (children := psutil.Process(program.pid).children()):
            if time.monotonic() > deadline or program.poll() is not None:
                raise SystemExit(f"the worker does not start, see {stand.places.var / 'worker.log'}")
            time.sleep(0.1)
        yield children[0]
    finally:
        process.stop(program)


def begin(worker: psutil.Process) -> float:
    """Forget the worker's highest memory; the seconds of CPU that it used so far."""
    Path(f"/proc/{worker.pid}/clear_refs").write_text("5")
    return float(sum(worker.cpu_times()[:2]))


def peak(worker: psutil.Process) -> int:
    """The most memory that the worker had, in bytes."""
    status = Path(f"/proc/{worker.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def follow(job: Any) -> set[int]:
    """Wait for the job; the numbers of rows that it said were done."""
    seen = set()
    deadline = time.monotonic() + PATIENCE
    while not job.is_finished:
        if time.monotonic() > deadline:
            raise SystemExit(f"{job} is not done after {PATIENCE} s")
        time.sleep(0.1)
        job.refresh_from_db()
        seen.add(job.done)
    if job.state != job.State.SUCCESS:
        raise SystemExit(f"{job}: {job.error}")
    return seen
