"""The test stand: PostgreSQL, Valkey and the web server in a folder of their own, and what they cost."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import psutil
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from openevent.local import postgres, process, valkey

WORKERS = 2
THREADS = 4
PATIENCE = 60  # seconds for the web server to answer
SERVERS = {
    "gunicorn": ["-m", "gunicorn", "-c", "python:openevent.webserver", "openevent.wsgi"],
    "granian": [
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}", "--no-ws"),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), "openevent.wsgi:application"),
    ],
}


class Stand:
    """Everything that runs; ``web`` is None between two servers."""

    def __init__(self) -> None:
        self.places = settings.PLACES
        self.port = int(settings.PORT)
        self.programs: list[subprocess.Popen[bytes]] = []
        self.web: subprocess.Popen[bytes] | None = None

    def start_services(self) -> None:
        """A fresh database and an empty queue."""
        shutil.rmtree(self.places.var, ignore_errors=True)
        self.programs = [postgres.start(self.places), valkey.start(self.places, is_careless=True)]
        settings.STATIC_ROOT.mkdir()  # whitenoise wants to see it
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()

    def stop(self) -> None:
        """End what was started, in reverse."""
        self.stop_web()
        connection.close()
        for program in reversed(self.programs):
            process.stop(program, stop_signal=signal.SIGQUIT)

    @contextmanager
    def serve(self, server: str) -> Iterator[None]:
        """Run the application under a web server."""
        self.start_web(server)
        try:
            yield
        finally:
            self.stop_web()

    def start_web(self, server: str) -> None:
        """Come back when it answers."""
        log = self.places.var / "web.log"
        with log.open("ab") as output:
            self.web = self._start(server, output)

        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > deadline or self.web.poll() is not None:
                raise SystemExit(f"the web server does not start, see {log}")
            time.sleep(0.1)

    def _start(self, server: str, output: IO[bytes]) -> subprocess.Popen[bytes]:
        sizes = {"WEB_WORKERS": str(WORKERS), "WEB_THREADS": str(THREADS)}
        return process.start(
            [sys.executable, *(part.format(port=self.port) for part in SERVERS[server])],
            output=output,
            environment={**os.environ, **sizes, "DJANGO_SETTINGS_MODULE": "openevent.settings"},
        )

    def answers(self) -> bool:
        """Whether the web server does."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=1).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def stop_web(self) -> None:
        """Ask it to end."""
        if self.web is not None:
            process.stop(self.web, stop_signal=signal.SIGTERM)
            self.web = None

    def cpu_seconds(self) -> tuple[float, float]:
        """What web and database have used so far."""
        return _cpu(self.web.pid if self.web else None), _cpu(self.programs[0].pid)


def _cpu(pid: int | None) -> float:
    if pid is None:
        return 0.0
    used = 0.0
    root = psutil.Process(pid)
    for member in [root, *root.children(recursive=True)]:
        try:
            times = member.cpu_times()
        except psutil.Error:
            continue
        used += times.user + times.system
    return used
