"""Long lists are written by a worker: as the person who asked sees them, and for that person alone."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from accounts.admin import exporting
from accounts.models import Job
from accounts.services import block_user
from events.models import EventMember
from orders.models import Attendee, Order
from tests.factories import client_of, give_role, make_cast, make_event, make_ticket, order_of, switch_modules

from .conftest import client_for, url

WorkOff = Callable[[], list[str]]
ALL = {"action": "export", "select_across": "1", "_selected_action": ["0"]}


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The cast around an event with five attendees, which is more than what is written at once."""
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    switch_modules()
    event = make_event(name="Fair")
    cast = make_cast(event)
    ticket = make_ticket(event, name="Entry")
    for _ in range(5):
        order_of(ticket, cast.ada)
    Attendee.objects.update(firstname="=1+1\x0b", email="a@example.org")
    return SimpleNamespace(event=event, ticket=ticket, **vars(cast))


@pytest.fixture
def ask(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Ask for a list with all its rows; the answer."""

    def post(client: Client, query: str = "", model: Any = Attendee, **given: Any) -> Any:
        chosen = {**ALL, "format": "csv", "columns": ["firstname", "ticket"], **given}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(url("changelist", model) + query, chosen)

    return post


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_long_list_is_written_by_a_worker_and_handed_to_who_asked(
    people: SimpleNamespace, ask: Any, work_off_queue: WorkOff
) -> None:
    otto = client_for(people.otto)

    asked = ask(otto, f"?event={people.event.pk}")

    assert asked.status_code == 303
    page, job = asked["Location"], Job.objects.get()
    assert "waits for its turn" in otto.get(page).content.decode()
    assert otto.get(f"{page}file/").status_code == 404
    assert work_off_queue() == ["accounts.tasks.run_job_task"]
    shown = otto.get(f"{page}state/").json()
    assert (shown["is_good"], shown["done"], shown["total"]) == (True, 5, 5)
    assert shown["file"] in otto.get(page).content.decode()
    file = otto.get(shown["file"])
    assert rows_of(file) == [["First name", "Ticket"], *[["'=1+1\x0b", "Entry"]] * 5]
    assert "no-store" in file["Cache-Control"]
    assert "attachment" in file["Content-Disposition"]
    job.refresh_from_db()
    assert job.token in job.output.name

    for other in (people.olga, people.sue):  # neither colleagues nor administrators
        for address in (page, f"{page}state/", shown["file"]):
            assert client_for(other).get(address).status_code == 404
    assert "/login/" in Client().get(shown["file"])["Location"]
    assert client_of().get(f"/v1/downloads/{job.token}/{job.output_name}").status_code == 404
    assert client_of(people.otto).get(f"/v1/tasks/{job.pk}").json() == {"state": "SUCCESS", "result": {}}
    listed = otto.post(url("changelist", Attendee), {**ALL}).content.decode()
    assert page in listed
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for address in (page, shown["file"]):
        assert otto.get(address).status_code == 404


def test_worker_takes_the_filters_along_and_asks_the_policy_again(
    people: SimpleNamespace, ask: Any, work_off_queue: WorkOff
) -> None:
    give_role(people.otto, make_event(name="Other"), "organizer")
    Attendee.objects.filter(pk__in=Attendee.objects.order_by("pk")[:3].values("pk")).update(lastname="Lovelace")
    otto = client_for(people.otto)
    page = ask(otto, "?q=lovelace", columns=["firstname", "lastname"], format="xlsx")["Location"]
    work_off_queue()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(otto.get(f"{page}file/").streaming_content)))
    shown = [[cell.value for cell in row] for row in book.active.rows]
    assert shown == [["First name", "Last name"], *[["'=1+1", "Lovelace"]] * 3]  # what XLSX cannot hold is left out

    page = ask(otto, columns=["firstname"])["Location"]
    EventMember.objects.filter(user=people.otto, event=people.event).delete()
    work_off_queue()
    assert rows_of(otto.get(f"{page}file/")) == [["First name"]]

    client_of_cora = client_for(people.cora)
    ask(client_of_cora)
    EventMember.objects.filter(user=people.cora).delete()
    work_off_queue()
    job = Job.objects.get(user=people.cora)
    assert (job.state, job.error) == ("FAILURE", "This list is not open to you any more.")


def test_what_went_wrong_is_shown(people: SimpleNamespace, ask: Any, work_off_queue: WorkOff) -> None:
    olga = client_for(people.olga)
    page = ask(olga)["Location"]
    Job.objects.update(state="FAILURE", error="It took longer than a job may.", total=9)

    assert "It failed: It took longer than a job may." in olga.get(page).content.decode()
    assert olga.get(f"{page}state/").json()["is_finished"]
    ask(client_for(people.cora))
    block_user(user=people.cora, by=people.sue)
    work_off_queue()
    assert Job.objects.get(user=people.cora).state == "FAILURE"


def test_registrars_take_nothing_along_though_they_run_another_event(people: SimpleNamespace, ask: Any) -> None:
    """Rita sees the attendees of this event, and may export those of her own."""
    other = make_event(name="Hers")
    give_role(people.rita, other, "owner")
    order_of(make_ticket(other, name="Hers"), people.ada)
    rita = client_for(people.rita)
    assert rita.get(url("changelist", Attendee)).context["cl"].result_count == 6

    answer = ask(rita)

    assert rows_of(answer) == [["First name", "Ticket"], ["", "Hers"]]


def test_more_than_a_few_exports_at_once_are_refused_at_the_form(people: SimpleNamespace, ask: Any) -> None:
    Job.objects.bulk_create(Job(user=people.otto, kind="test") for _ in range(20))

    answer = ask(client_for(people.otto), model=Order, columns=["identifier"])

    assert "not done yet" in answer.content.decode()
