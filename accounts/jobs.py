"""Doing what somebody asked for, in a worker.

Apps above say how a kind of job is done:

    @job_kind("event_zip")
    def write_event_zip(run: Run) -> Document: ...

A worker takes a row by a conditional UPDATE and a lease, which ``run.progress`` renews. A worker that dies lets the
lease end; the sweeper queues the job again, and after the third death it has failed. So a job may run twice: what
it changes must bear that. A worker that lost its lease to another one is told by ``Superseded``.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from openevent.exceptions import DomainError

from .models import ImportJob, Job
from .signals import job_finished

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # without a sign of life the job is somebody else's
RENEWED_EVERY = 0.25  # seconds between two signs of life; who waits sees how far it is
GRACE = timedelta(seconds=30)  # the message of a new job gets this time before the sweeper sends another
MOST_ATTEMPTS = 3
UNEXPECTED = _("Something went wrong that should not have. The site's administrators can find it in the log.")
TOO_LONG = _("It took longer than a job may.")
DIED = _("The worker that did it stopped in the middle, again and again.")


@dataclass(frozen=True)
class Document:
    """The file that a job has written: its name for people and its media type."""

    name: str
    type: str


class Superseded(Exception):
    """Another worker has the job by now, or it is gone."""


class Run:
    """One attempt at a job: what is asked for, where the answer goes, and how far it is."""

    def __init__(self, job: Job, file: IO[bytes]) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.user = job.user
        self.file = file  # where a Document is written
        self._told_at = 0.0

    def progress(self, done: int, total: int, what: str = "") -> None:
        """Say that ``done`` of ``total`` is done, which also keeps the lease. May be called for each row."""
        if time.monotonic() - self._told_at >= RENEWED_EVERY:
            self.tell(done, total)

    def tell(self, done: int, total: int) -> None:
        """The same at once: for the first and the last word."""
        self._told_at = time.monotonic()
        if not own(self.job).update(done=done, total=total, due_at=timezone.now() + LEASE):
            raise Superseded


Kind = Callable[[Run], Document | dict[str, Any]]
KINDS: dict[str, Kind] = {}


def job_kind(name: str) -> Callable[[Kind], Kind]:
    """Decorator of the function that does jobs of this name: it writes ``run.file`` and returns a Document, or it
    returns the result itself, or it raises a DomainError that says why it cannot."""

    def register(kind: Kind) -> Kind:
        if name in KINDS:
            raise ValueError(f"the kind of job {name} is registered twice")
        KINDS[name] = kind
        return kind

    return register


def run_job(*, job_id: str) -> None:
    """Take the job, if it is free, and do it. May be called twice."""
    job = _claim(job_id)
    if job is None:
        return
    with NamedTemporaryFile(prefix="openevent-job-") as file:
        try:
            _succeed(job, KINDS[job.kind](Run(job, file)), file)  # type: ignore[arg-type]
        except Superseded:
            logger.info("job %s is somebody else's by now", job.pk)
        except DomainError as error:
            _fail(job, error.message)
        except SoftTimeLimitExceeded:
            _fail(job, TOO_LONG)
        except (OperationalError, OSError) as error:  # database or storage are away: another try
            logger.warning("job %s is put back: %s", job.pk, error)
            own(job).update(state=Job.State.WAITING, due_at=timezone.now() + GRACE)
        except Exception:  # whatever it was, who waits for the job must hear of it
            logger.exception("job %s (%s) failed", job.pk, job.kind)
            _fail(job, UNEXPECTED)


def take_overdue_jobs() -> list[Any]:
    """The ids of jobs that nobody does though somebody should; they count as queued from now on."""
    now = timezone.now()
    overdue = Job.objects.due().filter(queued_at__lte=now - GRACE)
    ids = list(overdue.values_list("pk", flat=True)[:100])
    Job.objects.filter(pk__in=ids).update(queued_at=now)
    return ids


def remove_expired_jobs() -> None:
    """Remove results that are past their time, files first: a row without its file would lie, not the reverse."""
    for job in Job.objects.expired()[:500]:
        for file in (job.output, job.input):
            if file:
                default_storage.delete(file.name)
        job.delete()


def own(job: Job) -> Any:
    """The row, as long as this attempt is the one that does it."""
    return Job.objects.filter(pk=job.pk, attempts=job.attempts, state=Job.State.STARTED)


def _claim(job_id: str) -> Job | None:
    free = Job.objects.due().filter(pk=job_id)
    taken = free.update(state=Job.State.STARTED, due_at=timezone.now() + LEASE, attempts=F("attempts") + 1)
    if not taken:
        return None
    job = Job.objects.select_related("user").get(pk=job_id)
    if job.attempts > MOST_ATTEMPTS:
        _fail(job, DIED)
        return None
    return job


def _succeed(job: Job, made: Document | dict[str, Any], file: IO[bytes]) -> None:
    if not isinstance(made, Document):
        _finish(job, Job.State.SUCCESS, result=made)
        return
    file.flush()
    name = f"exports/{job.token}/{made.name}"
    default_storage.delete(name)  # what an attempt left that died here
    with Path(file.name).open("rb") as written:
        name = default_storage.save(name, File(written))
    if not _finish(job, Job.State.SUCCESS, output=name, output_name=made.name, output_type=made.type):
        default_storage.delete(name)


def _fail(job: Job, why: str) -> None:
    _finish(job, Job.State.FAILURE, error=why)


def _finish(job: Job, state: str, **columns: Any) -> bool:
    """Write the end of the job, unless somebody else has it; what was sent in with it is not needed any more."""
    now = timezone.now()
    if state == Job.State.SUCCESS:
        columns["done"] = F("total")
    expiry = now + timedelta(hours=settings.EXPORT_HOURS)
    with transaction.atomic():
        is_ours = own(job).update(state=state, finished_at=now, expires_at=expiry, **columns)
        if not is_ours:
            return False
        result = columns.get("error") or (columns.get("result") or {}).get("id", "")
        ImportJob.objects.filter(task=str(job.pk), user=job.user).update(result=str(result), result_status=state)
        job.refresh_from_db()
        job_finished.send(sender=Job, job=job)
    if job.input:
        default_storage.delete(job.input.name)
    return True
