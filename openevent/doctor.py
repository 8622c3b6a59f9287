"""The examinations behind ``manage.py doctor``: each finds nothing, or a problem and its remedy."""

import secrets
import shutil
import smtplib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import Error, connection

from openevent import health

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 140000
OLDEST_REDIS = (6, 2)
LARGEST_SKEW = 5.0  # seconds
LEAST_FREE = 1024**3  # bytes
LOCAL_HINT = "`make run` starts one; on a server check {} and that it can be reached from here."


@dataclass(frozen=True)
class Problem:
    """What is wrong, and what to do about it."""

    what: str
    mend: str


Examination = Callable[[], Problem | None]


def examine() -> Iterator[tuple[str, Problem | None]]:
    """Run all examinations, in the order in which one failure explains the next."""
    for name, examination in EXAMINATIONS.items():
        try:
            yield name, examination()
        except Exception as error:  # noqa: BLE001  (the doctor reports whatever happens and goes on)
            yield name, Problem(f"{type(error).__name__}: {error}", "This is unexpected: please report it.")


def python() -> Problem | None:
    if sys.version_info >= OLDEST_PYTHON:
        return None
    return Problem(f"Python {sys.version.split()[0]} is too old.", "Install Python 3.11 or newer.")


def secret_key() -> Problem | None:
    key = settings.SECRET_KEY
    if key == settings.DEVELOPMENT_KEY:
        return Problem(
            "SECRET_KEY is the one from the source code: anybody can forge log-ins.",
            "Set SECRET_KEY (python -c 'import secrets; print(secrets.token_urlsafe(48))'); `make run` makes one.",
        )
    if len(key) < 50 or len(set(key)) < 10:
        return Problem("SECRET_KEY is short or simple.", "Use 50 random characters or more.")
    return None


def settings_fit() -> Problem | None:
    if settings.DEBUG:
        return Problem("DEBUG is on: errors show the inside of the site.", "Unset DEBUG.")
    if settings.IS_PRODUCTION and "localhost" in settings.SITE_URL:
        return Problem("SITE_URL names localhost: links in mails lead nowhere.", "Set SITE_URL to the public address.")
    if "*" in settings.ALLOWED_HOSTS:
        return Problem("ALLOWED_HOSTS admits every name.", "List the names of the site in ALLOWED_HOSTS.")
    return None


def database() -> Problem | None:
    try:
        health.check_database()
    except health.NotReadyError as error:
        return Problem(f"The database does not answer: {error}".strip(), LOCAL_HINT.format("DATABASE_URL"))
    version = connection.cursor().connection.server_version
    if version < OLDEST_POSTGRESQL:
        return Problem(f"PostgreSQL {version // 10000} is too old.", "Use PostgreSQL 14 or newer.")
    return None


def migrations() -> Problem | None:
    try:
        pending = health.pending_migrations()
    except Error:
        return Problem("Unknown without a database.", "Mend the database first.")
    if pending:
        return Problem(f"{len(pending)} migrations are not applied, first {pending[0]}.", "Run manage.py migrate.")
    return None


def clock() -> Problem | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            skew = float(cursor.fetchone()[0]) - time.time()
    except Error:
        return Problem("Unknown without a database.", "Mend the database first.")
    if abs(skew) > LARGEST_SKEW:
        return Problem(
            f"The database's clock is {skew:+.0f} s off ours: orders and tokens expire at the wrong time.",
            "Let NTP set the clocks of both machines.",
        )
    return None


def broker() -> Problem | None:
    try:
        health.check_broker()
    except (health.NotReadyError, ValueError) as error:
        return Problem(f"Valkey (or Redis) does not answer: {error}", LOCAL_HINT.format("REDIS_URL"))
    with redis.Redis.from_url(settings.CACHE_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        server = client.info("server")
        policy = client.info("memory").get("maxmemory_policy", "noeviction")
    version = tuple(int(part) for part in server["redis_version"].split(".")[:2])
    if version < OLDEST_REDIS:
        return Problem(f"Redis {server['redis_version']} is too old.", "Use Valkey, or Redis 6.2 or newer.")
    if policy.startswith("allkeys"):
        return Problem(
            f"maxmemory-policy is {policy}: the server drops waiting tasks when it is full.",
            "Set maxmemory-policy to volatile-lru.",
        )
    return None


def cache() -> Problem | None:
    from django.core.cache import cache as site_cache

    token = secrets.token_hex(8)
    site_cache.set("doctor", token, 10)
    if site_cache.get("doctor") != token:
        return Problem("The cache forgets at once.", "Mend the broker; if it is well, look at its maxmemory.")
    return None


def worker() -> Problem | None:
    try:
        health.check_worker()
    except health.NotReadyError as error:
        return Problem(
            f"There is {error}: mails and PDFs wait.",
            "Start `celery -A openevent.celery worker` and `celery -A openevent.celery beat`; `make run` starts both.",
        )
    return None


def storage() -> Problem | None:
    try:
        name = default_storage.save(f"doctor-{secrets.token_hex(4)}.txt", ContentFile(b"openevent"))
        with default_storage.open(name) as file:
            is_same = file.read() == b"openevent"
        default_storage.delete(name)
    except Exception as error:  # noqa: BLE001  (each storage has errors of its own)
        where = settings.MEDIA_ROOT if settings.STORAGE == "local" else "S3_BUCKET, S3_ENDPOINT_URL and the keys"
        return Problem(f"Files cannot be stored: {error}", f"Check {where}.")
    return None if is_same else Problem("A file came back changed.", "Check the storage.")


def disk() -> Problem | None:
    settings.VAR.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.VAR).free
    if free < LEAST_FREE:
        return Problem(f"Only {free // 1024**2} MB are free in {settings.VAR}.", "Make room on that disk.")
    return None


def mail() -> Problem | None:
    if settings.EMAIL_PROVIDER:
        if settings.ANYMAIL:
            return None
        return Problem(
            f"EMAIL_PROVIDER is {settings.EMAIL_PROVIDER}, but no ANYMAIL_… variable gives its key.",
            "Set the variables that django-anymail's page for the provider names, with ANYMAIL_ in front.",
        )
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        sender = get_connection()
        sender.open()
        sender.close()
    except (OSError, smtplib.SMTPException) as error:
        return Problem(f"The mail server {server} does not take our mails: {error}", LOCAL_HINT.format("EMAIL_URL"))
    return None


EXAMINATIONS: dict[str, Examination] = {
    "Python": python,
    "secret key": secret_key,
    "settings": settings_fit,
    "database": database,
    "migrations": migrations,
    "clock": clock,
    "broker": broker,
    "cache": cache,
    "worker and beat": worker,
    "storage": storage,
    "disk": disk,
    "mail server": mail,
}
