"""Asking for an export or an import."""

from typing import Any

from django.db import transaction

from openevent.exceptions import Conflict

from ..models import Job, User
from ..tasks import run_job_task

MOST_UNFINISHED = 20  # of one person


@transaction.atomic
def request_job(*, kind: str, by: User, params: dict[str, Any], file: Any = None, is_personal: bool = False) -> Job:
    """A job of this kind, queued after commit. Who asks for the same again while it is not done gets the same one.

    ``file`` is an open file that the job needs; it is kept until the job is done. What comes of a job that
    ``is_personal`` is not handed to everybody who knows its address. Conflict (``too_many_jobs``)
    where somebody has asked for very much already.
    """
    unfinished = Job.objects.unfinished().filter(user=by)
    same = unfinished.filter(kind=kind, params=params).first() if file is None else None
    if same is not None:
        return same
    if unfinished.count() >= MOST_UNFINISHED:
        raise Conflict("You have asked for many exports or imports that are not done yet.", "too_many_jobs")
    job = Job(kind=kind, user=by, params=params, is_personal=is_personal)
    if file is not None:
        job.input.save(f"imports/{job.token}.upload", file, save=False)
    job.save(force_insert=True)
    run_job_task.publish_on_commit(str(job.pk))
    return job
