"""The base of every task, and the heartbeat.

State in the database is the truth, and the queue is a hint: a task takes ids, may run twice, and what was
never queued is found by a beat task. Therefore ``publish`` does not raise when the broker is away.

    @shared_task(base=Task)
    def send_mail_task(mail_id: int) -> None: ...

    send_mail_task.publish_on_commit(mail.id)
"""

import functools
import logging
import time
from typing import Any

import celery
from celery import shared_task
from celery.signals import beat_init, before_task_publish, task_failure, task_postrun, task_prerun
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError

from openevent.logging import new_request_id, request_id, set_request_id

logger = logging.getLogger(__name__)

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 15  # as scheduled in settings
# After a failure the broker is left alone for this time (seconds): an order that queues five tasks
# must not wait five times for a server that does not answer.
BROKER_PAUSE = 2.0


class Broker:
    """What this process knows about the broker: until when (monotonic seconds) it counts as away."""

    away_until = 0.0


class Task(celery.Task):
    """Base of all tasks: ids in, nothing out, published without ever failing the caller."""

    abstract = True

    def publish(self, *args: Any, **kwargs: Any) -> bool:
        """Queue the task now. False when the broker is away: the rows keep the work, a beat task finds it."""
        if time.monotonic() < Broker.away_until:
            return False
        try:
            self.apply_async(args, kwargs)
        except (OperationalError, OSError) as error:
            Broker.away_until = time.monotonic() + BROKER_PAUSE
            logger.warning("broker is away, %s waits for the sweeper: %s", self.name, error)
            return False
        return True

    def publish_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Queue the task when the transaction around the caller has been committed."""
        transaction.on_commit(functools.partial(self.publish, *args, **kwargs))


@shared_task(base=Task)
def heartbeat() -> None:
    """Leave the time in the cache: beat, broker and a worker are alive (read by health.py and doctor)."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=3600)


@beat_init.connect
def beat_heart_at_once(**kwargs: Any) -> None:
    """Do not wait for the first interval: a site that has just started is ready as soon as it works."""
    heartbeat.publish()


@before_task_publish.connect
def send_request_id_along(headers: dict[str, Any], **kwargs: Any) -> None:
    headers.setdefault("request_id", request_id() or new_request_id())


@task_prerun.connect
def take_request_id(task: celery.Task, **kwargs: Any) -> None:
    sent = getattr(task.request, "request_id", None) or (task.request.headers or {}).get("request_id")
    set_request_id(sent or new_request_id())
    task.request.update(openevent_started=time.perf_counter())


@task_postrun.connect
def log_task(task: celery.Task, state: str = "", **kwargs: Any) -> None:
    started = getattr(task.request, "openevent_started", time.perf_counter())
    level = logging.DEBUG if task.name == heartbeat.name else logging.INFO
    took = round((time.perf_counter() - started) * 1000, 1)
    logger.log(level, "task %s %s %s", task.name, list(task.request.args or ()), state, extra={"milliseconds": took})
    set_request_id("")


@task_failure.connect
def log_failure(sender: celery.Task, exception: BaseException, einfo: Any, **kwargs: Any) -> None:
    logger.error("task %s failed: %r\n%s", sender.name, exception, einfo)
