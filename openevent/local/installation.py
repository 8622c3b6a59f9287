"""`make run`: everything that one folder needs, started in the right order and kept running."""

import fcntl
import io
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection

from openevent import env, health

from . import postgres, supervisor, valkey
from .places import Places, local_webhook_secret
from .process import LocalError
from .supervisor import Program, Supervisor

HOST = env.text("OPENEVENT_HOST", "127.0.0.1")
START_SECONDS = 60  # for the web server to answer
WORKER_SECONDS = 10  # for the first heartbeat


class Installation:
    """The installation in OPENEVENT_VAR, on PORT."""

    def __init__(self, *, is_parent_waiting: Callable[[], bool] | None = None) -> None:
        self.places: Places = settings.PLACES
        self.supervisor = Supervisor(is_parent_waiting=is_parent_waiting)
        self.environment = {
            **os.environ,
            supervisor.MARK: str(self.places.var),
            "OPENEVENT_VAR": str(self.places.var),
            "PYTHONUNBUFFERED": "1",
        }
        self.began = time.monotonic()

    def run(self) -> None:
        """Start everything, say where it is, and stay until the end. Raises LocalError with one sentence."""
        self.supervisor.listen()
        with self.lock():
            try:
                self.start()
                self.supervisor.watch()
            finally:
                self.supervisor.stop_all()

    def start(self) -> None:
        """The steps in order; a stop signal between two of them ends it."""
        supervisor.stop_leftovers(self.places.var)
        check_port(HOST, settings.PORT)
        make_secret_key(self.places)
        steps: list[Callable[[], object]] = [
            self.start_services,
            self.prepare,
            self.start_programs,
            self.wait_for_web,
            self.tell,
        ]
        for step in steps:
            if self.supervisor.is_stopping:
                return
            step()

    def lock(self) -> IO[str]:
        """Hold the folder: the kernel lets go of it when we end, however we end."""
        try:
            self.places.run.mkdir(parents=True, exist_ok=True)
            file = (self.places.run / "lock").open("a+")
        except OSError as error:
            raise LocalError(f"{self.places.var} cannot be written to ({error.strerror}).") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LocalError(
                f"openevent runs from {self.places.var} already (process {file.read().strip() or 'unknown'}): stop it, "
                "or set PORT and OPENEVENT_VAR to run a second one."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    # --- the steps ---

    def start_services(self) -> None:
        """PostgreSQL, Valkey and the mail server, each unless another one is named in the environment."""
        add = self.supervisor.add
        if not settings.DATABASE_URL:
            add(
                Program(
                    "database",
                    start=lambda output: postgres.start(self.places),
                    stop_signal=signal.SIGINT,  # "fast": does not wait for sessions
                    stage=0,
                )
            )
        if not env.text("REDIS_URL"):
            add(Program("valkey", start=lambda output: valkey.start(self.places), stage=0))
        if not (settings.EMAIL_URL or settings.EMAIL_PROVIDER):
            mailbox: list[str | Path] = ["-m", "openevent.local.mailbox", self.places.mail, self.places.mail_port_file]
            add(Program("mail", start=self.python(*mailbox), stage=0))
        self.start_payment_servers()

    def start_payment_servers(self) -> None:
        """Servers that play Stripe and PayPal, each unless another one is named in the environment."""
        hooks = f"http://127.0.0.1:{settings.PORT}/v1/webhooks"
        places = self.places
        waited_for = []
        if not env.text("STRIPE_URL"):
            secret = local_webhook_secret(places.secret_key_file.read_text())
            stripe: list[str | Path] = [places.var / "stripe", places.stripe_port_file, f"{hooks}/stripe", secret]
            self.supervisor.add(
                Program("stripe", start=self.python("-m", "openevent.local.stripe_server", *stripe), stage=0)
            )
            waited_for.append(places.stripe_port_file)
        if not env.text("PAYPAL_URL"):
            paypal: list[str | Path] = [places.paypal_port_file, f"{hooks}/paypal"]
            self.supervisor.add(
                Program("paypal", start=self.python("-m", "openevent.local.paypal_server", *paypal), stage=0)
            )
            waited_for.append(places.paypal_port_file)
        # the programs read the ports when they start
        self.wait_for(lambda: all(path.exists() for path in waited_for), START_SECONDS)

    def prepare(self) -> None:
        """Tables, first super admin, demo event, static files."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise LocalError(f"The database does not answer ({str(error).strip()}): check DATABASE_URL.") from error
        call_command("migrate", verbosity=0, interactive=False)
        self.credentials = call_command("init", stdout=io.StringIO())
        if self.credentials:
            self.supervisor.say("init", self.credentials)  # at once: whatever fails later, it is not made again
        if "load_demo" in get_commands():
            call_command("load_demo", verbosity=0)
        if "load_demo_invoice" in get_commands():
            call_command("load_demo_invoice", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        connection.close()

    def start_programs(self) -> None:
        """Web server, worker and beat."""
        celery = ["-m", "celery", "--quiet", "-A", "openevent.celery"]
        worker = ["worker", "--concurrency", str(env.integer("WORKER_PROCESSES", 2))]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        as_root = ["-W", "ignore:You're running the worker with superuser"]  # on one's own machine, one knows
        self.web = self.supervisor.add(
            Program("web", start=self.python("-m", "gunicorn", "-c", "python:openevent.webserver", "openevent.wsgi"))
        )
        self.supervisor.add(Program("worker", start=self.python(*as_root, *celery, *worker, *quiet)))
        self.supervisor.add(Program("beat", start=self.python(*celery, "beat", "--pidfile=")))

    def wait_for_web(self) -> None:
        """Come back when the web server answers and, if it does not take too long, a worker does its work."""
        if not self.wait_for(is_live, START_SECONDS) and not self.supervisor.is_stopping:
            raise LocalError("The web server does not answer; its lines above say why.")
        self.wait_for(self.has_heartbeat, WORKER_SECONDS)

    def wait_for(self, is_there: Callable[[], bool], seconds: float) -> bool:
        """Whether it came in time; meanwhile the programs are shown and looked after."""
        end = time.monotonic() + seconds
        while not self.supervisor.is_stopping and time.monotonic() < end:
            if is_there():
                return True
            self.supervisor.step(0.1)
        return False

    def has_heartbeat(self) -> bool:
        """Whether a worker of this run (not of the last one) has been seen."""
        silence = health.worker_silence()
        return silence is not None and silence < time.monotonic() - self.began

    def tell(self) -> None:
        """Where everything is."""
        site = f"http://{'localhost' if HOST in ('127.0.0.1', '0.0.0.0', '::') else HOST}:{settings.PORT}"  # noqa: S104
        known = "password as shown at the first start (manage.py changepassword sets a new one)"
        lines = [
            f"openevent is ready after {time.monotonic() - self.began:.1f} s",
            f"  API         {site}/v1",
            f"  API docs    {site}/api/docs",
            f"  admin       {site}/admin/",
            f"  log in      {self.credentials or known}",
            f"  mails       {self.places.mail} and in the admin",
            f"  data, logs  {self.places.var}",
            "  Ctrl-C stops everything.",
        ]
        self.supervisor.say("ready", "\n".join(lines))

    def python(self, *arguments: str | Path) -> Callable[[int | None], subprocess.Popen[bytes]]:
        return supervisor.command([sys.executable, *arguments], environment=self.environment, folder=settings.BASE_DIR)


def is_live() -> bool:
    """Whether our web server answers."""
    address = "127.0.0.1" if HOST in ("0.0.0.0", "::") else HOST  # noqa: S104
    url = f"http://{f'[{address}]' if ':' in address else address}:{settings.PORT}/health/live"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def check_port(host: str, port: int) -> None:
    """Raise LocalError when nobody can listen there."""
    if not 0 < port < 65536:
        raise LocalError(f"PORT={port} is not a port: choose a number from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LocalError(
                f"Port {port} of {host} cannot be used ({error.strerror}): stop the program that has it, "
                f"or choose another, as in `make run PORT={port + 1}`."
            ) from error


def make_secret_key(places: Places) -> None:
    """A key of this installation's own, unless one was given."""
    if places.secret_key_file.exists():
        return
    half = places.secret_key_file.with_suffix(".part")
    with open(half, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(secrets.token_urlsafe(48))
    half.rename(places.secret_key_file)
