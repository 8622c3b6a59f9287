"""Exports and imports: asked for, done by a worker, fetched by who asked, and gone after a day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import jobs
from accounts.jobs import Document, Run
from accounts.models import ImportJob, Job, User
from accounts.services import request_job
from accounts.tasks import sweep_jobs_task
from openevent.exceptions import Conflict, MalformedInput

ClientOf = Callable[[User], APIClient]
WorkOff = Callable[[], list[str]]


def write_greeting(run: Run) -> Document:
    run.file.write(f"Hello {run.params['whom']}".encode())
    return Document("greeting.txt", "text/plain")


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Make a kind of job that does ``what``."""

    def make(what: Callable[[Run], Any] = write_greeting) -> str:
        monkeypatch.setitem(jobs.KINDS, "test", what)
        return "test"

    return make


@pytest.fixture
def ask(ada: User, kind: Any, django_capture_on_commit_callbacks: Any) -> Callable[..., Job]:
    """Ada asks for a job that does ``what``."""

    def make(what: Callable[[Run], Any] = write_greeting, **options: Any) -> Job:
        with django_capture_on_commit_callbacks(execute=True):
            return request_job(kind=kind(what), by=ada, params={"whom": "Ada"}, **options)

    return make


def raising(error: BaseException) -> Callable[[Run], Any]:
    def fail(run: Run) -> Any:
        raise error

    return fail


def test_result_is_for_who_asked_until_it_expires(
    ask: Any, ada: User, eve: User, adam: User, client_of: ClientOf, work_off_queue: WorkOff, anonymous: APIClient
) -> None:
    job = ask()
    url = f"/v1/tasks/{job.pk}"
    assert client_of(ada).get(url).json() == {"state": "WAITING", "progress": {"done": 0, "total": 0}}
    assert work_off_queue() == ["accounts.tasks.run_job_task"]
    answer = client_of(ada).get(url).json()
    assert answer["state"] == "SUCCESS"
    assert anonymous.get(url).status_code == 401
    for other in (eve, adam):
        assert client_of(other).get(url).status_code == 404
    assert client_of(ada).get("/v1/tasks/nonsense").status_code == 404

    file = anonymous.get(answer["result"]["download_url"])  # browsers follow it without a token
    assert b"".join(file.streaming_content) == b"Hello Ada"
    assert file["Content-Type"] == "text/plain"
    assert file["Content-Disposition"] == 'attachment; filename="greeting.txt"'
    assert "no-store" in file["Cache-Control"]
    job.refresh_from_db()
    assert len(job.token) >= 40
    assert job.token in job.output.name
    assert anonymous.get(f"/v1/downloads/{job.token}/other.txt").status_code == 404
    assert anonymous.get("/v1/downloads/%00/greeting.txt").status_code == 404
    assert anonymous.get(f"/media/{job.output.name}").status_code == 404

    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now())
    assert anonymous.get(answer["result"]["download_url"]).status_code == 404
    assert client_of(ada).get(url).status_code == 404
    sweep_jobs_task()
    assert not Job.objects.exists()
    assert not default_storage.exists(job.output.name)


def test_same_question_has_one_job_and_many_are_too_many(ask: Any, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask().pk == ask().pk
    monkeypatch.setattr("accounts.services.jobs.MOST_UNFINISHED", 1)
    with pytest.raises(Conflict):
        request_job(kind="test", by=ada, params={"whom": "somebody else"})


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MalformedInput("The zip is cut off."), "The zip is cut off."),
        (SoftTimeLimitExceeded(), jobs.TOO_LONG),
        (ZeroDivisionError("secret"), jobs.UNEXPECTED),
    ],
)
def test_failed_job_says_why(
    error: BaseException, said: str, ask: Any, ada: User, client_of: ClientOf, work_off_queue: WorkOff
) -> None:
    job = ask(raising(error), file=ContentFile(b"zip"))
    ImportJob.objects.create(user=ada, task=str(job.pk), starts_at=timezone.now())
    work_off_queue()
    answer = client_of(ada).get(f"/v1/tasks/{job.pk}").json()
    assert answer == {"state": "FAILURE", "result": {"message": said}}
    row = ImportJob.objects.get()
    assert (row.result_status, row.result) == ("FAILURE", said)
    assert not default_storage.exists(job.input.name)


def test_result_without_a_file_is_the_result(ask: Any, ada: User, client_of: ClientOf, work_off_queue: WorkOff) -> None:
    job = ask(lambda run: {"id": 7})
    ImportJob.objects.create(user=ada, task=str(job.pk), starts_at=timezone.now())
    work_off_queue()
    assert client_of(ada).get(f"/v1/tasks/{job.pk}").json() == {"state": "SUCCESS", "result": {"id": 7}}
    assert ImportJob.objects.get().result == "7"


def test_progress_is_seen_and_keeps_the_lease(
    ask: Any, ada: User, client_of: ClientOf, work_off_queue: WorkOff
) -> None:
    seen: list[Any] = []

    def count(run: Run) -> dict[str, Any]:
        run.progress(1, 4)
        run.progress(2, 4)  # at once after the other: not written
        seen.append(client_of(ada).get(f"/v1/tasks/{run.job.pk}").json())
        seen.append(Job.objects.get(pk=run.job.pk).due_at - timezone.now())
        return {}

    ask(count)
    work_off_queue()
    assert seen[0] == {"state": "WAITING", "progress": {"done": 1, "total": 4}}
    assert timedelta(minutes=1) < seen[1] <= jobs.LEASE
    job = Job.objects.get()
    assert (job.done, job.total) == (4, 4)


def test_job_of_a_dead_worker_is_done_by_another_and_at_last_fails(ask: Any, work_off_queue: WorkOff) -> None:
    died = 0

    def die(run: Run) -> Any:
        nonlocal died
        died += 1
        raise KeyboardInterrupt

    job = ask(die)
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        with pytest.raises(KeyboardInterrupt):
            jobs.run_job(job_id=str(job.pk))
        jobs.run_job(job_id=str(job.pk))  # the broker gives it to another one while the lease still runs
        assert died == attempt
        past = timezone.now() - jobs.GRACE
        Job.objects.filter(pk=job.pk).update(due_at=past, queued_at=past)
        assert jobs.take_overdue_jobs() == [job.pk]
        assert jobs.take_overdue_jobs() == []
    work_off_queue()
    job.refresh_from_db()
    assert (job.state, job.error, died) == (Job.State.FAILURE, jobs.DIED, jobs.MOST_ATTEMPTS)


def test_broken_database_or_storage_is_another_try(ask: Any, work_off_queue: WorkOff) -> None:
    job = ask(raising(OperationalError("the server is restarting")))
    work_off_queue()
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    assert job.due_at > timezone.now()


def test_worker_that_was_given_up_leaves_the_job_to_its_heir(ask: Any, work_off_queue: WorkOff) -> None:
    def lose_lease(run: Run) -> Document:
        Job.objects.filter(pk=run.job.pk).update(attempts=2)  # another worker took it
        return write_greeting(run)

    def notice(run: Run) -> Any:
        Job.objects.filter(pk=run.job.pk).delete()
        run.progress(1, 2)
        raise AssertionError("went on")

    job = ask(lose_lease)
    work_off_queue()
    job.refresh_from_db()
    assert job.state == Job.State.STARTED
    assert not default_storage.exists(f"exports/{job.token}/greeting.txt")
    job.delete()
    ask(notice)
    work_off_queue()
    assert not Job.objects.exists()


def test_job_that_was_never_queued_is_swept_up(ada: User, kind: Any, work_off_queue: WorkOff) -> None:
    past = timezone.now() - jobs.GRACE
    Job.objects.create(user=ada, kind=kind(), params={"whom": "you"}, queued_at=past)
    sweep_jobs_task()
    work_off_queue()
    assert Job.objects.get().state == Job.State.SUCCESS
