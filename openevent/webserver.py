"""gunicorn's configuration: ``gunicorn -c python:openevent.webserver openevent.wsgi``.

The application is loaded once, before the workers are forked, and what it consists of is taken out of
the garbage collector's sight: a full collection then looks at a request's objects only, and
the workers share the memory.
"""

import gc
import logging.config
import os
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from gunicorn.glogging import Logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openevent.settings")
os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "20")  # whatever is asked, the answer comes in bounded time

from django.conf import settings

from openevent import env

try:
    LOGGING = settings.LOGGING
except ImproperlyConfigured as error:
    sys.exit(str(error))

if settings.METRICS:
    for old in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db"):  # numbers of processes that are gone
        old.unlink(missing_ok=True)


class PlainLogger(Logger):
    """gunicorn's lines go where ours go."""

    def setup(self, cfg: Any) -> None:
        logging.config.dictConfig(LOGGING)
        self.error_log.propagate = True


host = env.text("OPENEVENT_HOST", "0.0.0.0" if settings.IS_PRODUCTION else "127.0.0.1")  # noqa: S104  (behind a proxy)
bind = [f"[{host}]:{settings.PORT}" if ":" in host else f"{host}:{settings.PORT}"]
worker_class = "openevent.webworker.Worker"
workers = env.integer("WEB_WORKERS", 2)
threads = env.integer("WEB_THREADS", 4)
preload_app = True
timeout = 60  # seconds without a sign of a worker
graceful_timeout = 25 if settings.IS_PRODUCTION else 5
keepalive = 5
limit_request_line = 8190  # filters are JSON in the query
limit_request_fields = 100
limit_request_field_size = 8190
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (gunicorn's own unnamed file)
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1")
logger_class = PlainLogger
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Load the rest now, and share it with the workers that are forked next."""
    from django.db import connections
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    connections.close_all()
    gc.collect()
    gc.freeze()
    # A request makes thousands of objects, nearly none in cycles: to look after every 700 is a tenth of its time.
    gc.set_threshold(20_000, 20, 50)


def child_exit(server: Any, worker: Any) -> None:
    """Numbers of the moment that a worker reported end with it."""
    if settings.METRICS:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)
