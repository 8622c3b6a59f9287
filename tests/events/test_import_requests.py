"""Importing an event over HTTP: send a zip, wait, have an event."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import jobs
from accounts.models import ImportJob, Job, Mail, Module, Notification, User
from events.models import Event, EventMember
from tests.factories import make_user

from .conftest import Caller
from .zips import export, zipped

Call = Callable[[str], Caller]
URL = "/v1/events/import/json"


def form(raw: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("event.zip", raw, content_type="application/zip")}


@pytest.fixture
def send(call: Call, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Send a zip as somebody; the answer."""

    def post(raw: bytes, who: str = "eve") -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return call(who).post(URL, form(raw), format="multipart")

    return post


def test_sent_zip_becomes_an_event_of_who_sent_it(
    send: Any, call: Call, cast: SimpleNamespace, work_off_queue: Any
) -> None:
    answer = send(zipped(export()).read())
    assert answer.status_code == 200
    url = answer.json()["task_url"]
    (job,) = call("eve").get("/v1/import-jobs").json()["data"]
    assert url == f"/v1/tasks/{job['attributes']['task']}"
    assert job["attributes"]["result-status"] == "WAITING"
    assert call("eve").get(url).json()["state"] == "WAITING"

    work_off_queue()
    task = call("eve").get(url).json()
    event = Event.objects.get(name="Bridge Builders' Day")
    assert task["state"] == "SUCCESS"
    assert task["result"]["id"] == event.pk
    assert task["result"]["identifier"] == event.identifier
    assert task["result"]["counts"]["sessions"] == {"found": 1, "made": 1}
    assert event.state == "draft"
    assert EventMember.objects.get(event=event).user == cast.eve
    assert call("eve").get(f"/v1/events/{event.pk}").status_code == 200
    assert call("ada").get(url).status_code == 404
    row = ImportJob.objects.get()
    assert (row.result, row.result_status) == (str(event.pk), "SUCCESS")
    assert not default_storage.exists(Job.objects.get().input.name)
    mail = Mail.objects.get(action="event_imported")
    assert f"/events/{event.identifier}" in mail.text
    assert Notification.objects.filter(user=cast.eve, title="Bridge Builders' Day is imported").exists()


def test_import_that_ran_twice_made_one_event(send: Any, call: Call, work_off_queue: Any) -> None:
    url = send(zipped(export()).read()).json()["task_url"]
    kind = jobs.KINDS["event_import"]
    job = Job.objects.get()

    def die_at_the_end(run: Any) -> Any:
        kind(run)
        raise KeyboardInterrupt

    jobs.KINDS["event_import"] = die_at_the_end
    try:
        with pytest.raises(KeyboardInterrupt):
            jobs.run_job(job_id=str(job.pk))
    finally:
        jobs.KINDS["event_import"] = kind
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
    work_off_queue()
    event = Event.objects.get(name="Bridge Builders' Day")
    assert call("eve").get(url).json()["result"]["id"] == event.pk


def test_bad_zip_is_refused_at_once_or_says_why_later(send: Any, call: Call, work_off_queue: Any) -> None:
    refused = send(b"no zip")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "bad_zip"
    assert not Job.objects.exists()
    url = send(zipped({"event": b"{broken"}).read()).json()["task_url"]
    work_off_queue()
    task = call("eve").get(url).json()
    assert task["state"] == "FAILURE"
    assert "not valid JSON" in task["result"]["message"]
    assert "not valid JSON" in Mail.objects.get(action="event_import_fail").text


def test_who_may_not_create_events_imports_none(call: Call, cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.eve.pk).update(is_verified=False)
    raw = zipped(export()).read()
    assert call("eve").post(URL, form(raw), format="multipart").status_code == 403
    assert call("").post(URL, form(raw), format="multipart").status_code == 401
    assert call("ada").post("/v1/events/import/ical", form(raw), format="multipart").status_code == 404
    assert call("ada").post(URL, {"data": "x"}, format="json").status_code == 415
    missing = call("ada").post(URL, {"other": "x"}, format="multipart")
    assert (missing.status_code, missing.json()["errors"][0]["source"]) == (400, {"pointer": "/file"})


def test_large_form_is_refused_before_it_is_read(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.api.imports.ImportView.max_bytes", 10)
    answer = call("ada").post(URL, form(b"x" * 100_000), format="multipart")
    assert answer.status_code == 413


def test_switched_off_modules_are_off_in_imported_events(db: None) -> None:
    from events.imports import import_event

    Module.objects.update_or_create(pk=1, defaults={"payment_include": False, "donation_include": False})
    data = export()
    data["event"] |= {"can-pay-by-bank": True, "is-donation-enabled": True}
    summary = import_event(file=ContentFile(zipped(data).read()), owner=make_user("Olga"))
    event = Event.objects.get(pk=summary.event_id)
    assert (event.can_pay_by_bank, event.is_donation_enabled) == (False, False)
    assert sum("switched off" in sentence for sentence in summary.sentences()) == 2
