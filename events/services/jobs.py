"""Exports and imports of whole events: asked for, and told of."""

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.jobs import Run, job_kind
from accounts.mail import frontend_url, send_mail
from accounts.models import ImportJob, Job, User
from accounts.services import log_activity, notify, request_job

from ..models import Event
from ..models.event import new_identifier
from . import check_may_create

# kind of job → the messages of its good and of its bad end
MESSAGES = {
    "event_zip": ("event_exported", "event_export_fail"),
    "event_import": ("event_imported", "event_import_fail"),
}


@transaction.atomic
def request_import(*, file: BinaryIO, by: User) -> Job:
    """An import of the zip, queued. NotAllowed for who may not create events, MalformedInput for what is no zip."""
    from ..imports.archive import open_archive

    check_may_create(by)
    open_archive(file)
    file.seek(0)
    # the identifier is drawn now: a worker that does it a second time knows what the first one made
    job = request_job(kind="event_import", by=by, params={"identifier": new_identifier()}, file=file)
    ImportJob.objects.create(user=by, task=str(job.pk), starts_at=timezone.now(), result_status=job.state)
    return job


@job_kind("event_import")
def import_requested(run: Run) -> dict[str, Any]:
    """Make the event of the zip that was sent; what the summary has to say goes along."""
    from ..imports import import_event

    identifier = run.params["identifier"]
    made = Event.with_trashed.filter(identifier=identifier).first()
    if made is None:
        with run.job.input.open("rb") as file:
            summary = import_event(
                file=cast(BinaryIO, file), owner=run.user, identifier=identifier, progress=run.progress
            )
        log_activity(actor=run.user, action=f"Event {summary.name} ({summary.event_id}) imported")
        return {**summary.as_dict(), "id": summary.event_id, "event_name": summary.name}
    return {"id": made.pk, "identifier": identifier, "name": made.name, "event_name": made.name}


def tell_of_job(*, job: Job) -> None:
    """Notification and mail for who asked, where the job was about a whole event."""
    if job.kind not in MESSAGES:
        return
    is_good = job.state == Job.State.SUCCESS
    kind = MESSAGES[job.kind][0 if is_good else 1]
    event = _event_of(job)
    name = event.name if event else "your event"
    title = {
        "event_exported": f"The export of {name} is ready",
        "event_export_fail": f"The export of {name} failed: {job.error}",
        "event_imported": f"{name} is imported",
        "event_import_fail": f"Your import failed: {job.error}",
    }[kind]
    notify(users=[job.user], kind=kind, title=title, about=event)
    context = {"name": name, "error": job.error, "hours": settings.EXPORT_HOURS, "link": _link(job, event)}
    send_mail(action=kind, to=job.user.email, context=context, key=f"{kind}:{job.pk}")


def _event_of(job: Job) -> Event | None:
    if job.kind == "event_zip":
        return Event.with_trashed.filter(pk=job.params["event"]).first()
    return Event.with_trashed.filter(identifier=job.params["identifier"]).first()


def _link(job: Job, event: Event | None) -> str:
    if job.output:
        return f"{settings.SITE_URL}/v1/downloads/{job.token}/{job.output_name}"
    return f"{frontend_url()}/events/{event.identifier}" if event else ""
