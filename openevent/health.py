"""Is the installation alive, and can it work? For load balancers and container platforms.

``/health/live``: this process answers; no I/O, so that a slow database restarts nothing.
``/health/ready``: database, broker, migrations and a worker are there; 503 names what is not.

They are answered by a middleware at the front: probes come by address, without TLS and without a host name
that is in ALLOWED_HOSTS.
"""

import logging
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from openevent import metrics
from openevent.tasks import HEARTBEAT_KEY, HEARTBEAT_SECONDS

logger = logging.getLogger(__name__)

HEARTBEAT_LIMIT = HEARTBEAT_SECONDS * 4  # seconds without a sign of a worker


class NotReadyError(Exception):
    """A part of the installation does not work; the message says why (for logs, not for visitors)."""


def check_database() -> None:
    """The database answers a query."""
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        raise NotReadyError(str(error)) from error


def check_broker() -> None:
    """The broker (which is the cache's server, too) answers a ping."""
    client = redis.Redis.from_url(settings.CACHE_URL, socket_connect_timeout=0.5, socket_timeout=1.0)
    try:
        client.ping()
    except redis.RedisError as error:
        raise NotReadyError(str(error)) from error
    finally:
        client.close()


def pending_migrations() -> list[str]:
    """The migrations that the code has and the database lacks."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


class Migrations:
    """Reading the plan takes a while and a process never gets new code: once complete, always complete."""

    are_applied = False


def check_migrations() -> None:
    """The database has all migrations of this code."""
    if Migrations.are_applied:
        return
    try:
        pending = pending_migrations()
    except Error as error:
        raise NotReadyError(str(error)) from error
    if pending:
        raise NotReadyError(f"{len(pending)} migrations are not applied, first {pending[0]}")
    Migrations.are_applied = True


def worker_silence() -> float | None:
    """Seconds since a worker ran the heartbeat task; None when none is remembered."""
    seen = cache.get(HEARTBEAT_KEY)
    return None if seen is None else max(0.0, time.time() - float(seen))


def check_worker() -> None:
    """Beat queued a heartbeat and a worker ran it, lately."""
    silence = worker_silence()
    if silence is None:
        raise NotReadyError("no sign of a worker")
    if silence > HEARTBEAT_LIMIT:
        raise NotReadyError(f"no sign of a worker for {silence:.0f} seconds")


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "broker": check_broker,
    "migrations": check_migrations,
    "worker": check_worker,
}


def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when all parts work, else 503; each part by name, without details."""
    problems = {name: problem for name, check in CHECKS.items() if (problem := failure(check))}
    log_change(problems)
    response = JsonResponse(
        {
            "status": "down" if problems else "ok",
            "parts": {name: "down" if name in problems else "ok" for name in CHECKS},
        },
        status=503 if problems else 200,
        headers={"Cache-Control": "no-store"},
    )
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log each 503 as an error
    return response


def failure(check: Callable[[], None]) -> str:
    """Why the check fails; empty when it does not."""
    try:
        check()
    except NotReadyError as problem:
        return str(problem) or "unknown"
    return ""


class LastSeen:
    """The parts that were down when somebody last asked, so that only news are logged."""

    down: frozenset[str] = frozenset()


def log_change(problems: dict[str, str]) -> None:
    if LastSeen.down != problems.keys():
        LastSeen.down = frozenset(problems)
        logger.warning("not ready: %s" if problems else "ready again%s", problems or "")


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": metrics.expose,
}


class ProbeMiddleware:
    """Answer the probes, pass everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        return probe(request) if probe and request.method in ("GET", "HEAD") else self.get_response(request)
