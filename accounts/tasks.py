"""What the workers do for accounts; each task fetches and delegates."""

from celery import shared_task

from openevent.tasks import Task

from . import delivery, housekeeping, jobs, resizing


@shared_task(base=Task)
def deliver_mail_task(mail_id: int) -> None:
    """Send one mail of the outbox."""
    delivery.deliver_mail(mail_id=mail_id)


@shared_task(base=Task)
def deliver_overdue_mails_task() -> None:
    """Queue the mails that were never queued, put back after an error, or left by a dead worker."""
    for mail_id in delivery.take_overdue_mails():
        deliver_mail_task.publish(mail_id)


@shared_task(base=Task)
def clear_expired_tokens_task() -> None:
    """Remove what nobody can use any more: expired tokens and decoys."""
    housekeeping.clear_expired()


@shared_task(base=Task)
def run_job_task(job_id: str) -> None:
    """Do what somebody asked for: an export, an import."""
    jobs.run_job(job_id=job_id)


@shared_task(base=Task)
def sweep_jobs_task() -> None:
    """Queue the jobs that were never queued or that a dead worker left; remove results that are past their time."""
    for job_id in jobs.take_overdue_jobs():
        run_job_task.publish(str(job_id))
    jobs.remove_expired_jobs()


@shared_task(base=Task)
def resize_picture_task(label: str, pk: int) -> None:
    """Make the sizes of the picture of a row."""
    resizing.resize_picture(label=label, pk=pk)


@shared_task(base=Task)
def resize_missed_pictures_task() -> None:
    """Queue the rows whose picture lacks a size: written in bulk, or while the broker was away."""
    for label, pk in resizing.rows_without_sizes():
        resize_picture_task.publish(label, pk)
