"""Badges: what they look like, and how they are printed."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader

from events.models import Event
from orders.models import Attendee, BadgeForm, BadgePrint
from tests.factories import client_of, make_ticket, order_of

JSONAPI = "application/vnd.api+json"
NAME = {"field-identifier": "firstname", "sample-text": "Sample", "font-size": 30, "font-weight": ["bold"]}
CODE = {"field-identifier": "qr"}


def write(client: Any, method: str, url: str, attributes: dict, **more: Any) -> Any:
    data = {"type": "badge-form", "attributes": attributes, **more}
    return client.generic(method, url, json.dumps({"data": data}), JSONAPI)


@pytest.fixture
def attendee(event: Event, cast: SimpleNamespace) -> Attendee:
    ticket = make_ticket(event, badge_id="crew")
    attendee = order_of(ticket, cast.olga, status="completed").attendees.get()
    Attendee.objects.filter(pk=attendee.pk).update(firstname="Ada", company="Analytical Engines")
    return attendee


@pytest.fixture
def form(event: Event, cast: SimpleNamespace) -> dict[str, Any]:
    linked = {"event": {"data": {"type": "event", "id": str(event.pk)}}}
    attributes = {
        "badge-id": "crew",
        "badge-size": "A7",
        "badge-fields": [NAME, {"field-identifier": "company"}, CODE],
    }
    made = write(client_of(cast.olga), "POST", "/v1/badge-forms", attributes, relationships=linked)
    assert made.status_code == 201, made.content
    return made.json()["data"]


def test_form_has_fields_that_a_new_list_replaces(event: Event, cast: SimpleNamespace, form: dict[str, Any]) -> None:
    olga, address = client_of(cast.olga), f"/v1/badge-forms/{form['id']}"
    assert isinstance(form["id"], int)
    fields = form["attributes"]["badge-fields"]
    assert [(f["field-identifier"], f["font-size"], f["badge-id"]) for f in fields] == [
        ("firstname", 30, "crew"),
        ("company", None, "crew"),
        ("qr", None, "crew"),
    ]
    for listed in (f"/v1/events/{event.identifier}/badge-forms", f"/v1/events/{event.pk}/badge-forms/crew"):
        assert [row["id"] for row in olga.get(listed).json()["data"]] == [form["id"]]
    assert olga.get(f"/v1/events/{event.pk}/badge-forms/other").json()["data"] == []
    found = olga.get(f"{address}/badge-field-forms/crew").json()["data"]
    assert [row["attributes"]["badge-field-id"] for row in found] == [f["badge-field-id"] for f in fields]
    changed = write(olga, "PATCH", address, {"badge-fields": [CODE]}, id=form["id"])
    assert len(changed.json()["data"]["attributes"]["badge-fields"]) == 1
    for wrong, pointer in (
        ([{"font-size": 10**6}], "/data/attributes/badge-fields/0/font-size"),
        ([{"font-weight": "bold"}], "/data/attributes/badge-fields/0/font-weight"),
        (["x"], "/data/attributes/badge-fields"),
    ):
        refused = write(olga, "PATCH", address, {"badge-fields": wrong}, id=form["id"])
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["source"]["pointer"].startswith(pointer), refused.json()
    assert write(client_of(cast.rita), "PATCH", address, {"badge-size": "A6"}, id=form["id"]).status_code == 403
    assert client_of(cast.ada).get(address).status_code == 404


def test_badge_is_drawn_by_the_worker_and_remembered(
    event: Event, cast: SimpleNamespace, form: dict[str, Any], attendee: Attendee, work_off_queue: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    rita = client_of(cast.rita)
    ask = f"/v1/badge-forms/print-badge-pdf?attendee_id={attendee.pk}&list_field_show=firstname,qr"
    with django_capture_on_commit_callbacks(execute=True):
        task = rita.get(ask).json()["task_url"]
    assert rita.get(task).json() == {"state": "PENDING"}
    assert "orders.tasks.print_badge_task" in work_off_queue()
    done = rita.get(task).json()
    assert done["state"] == "SUCCESS"
    pdf = rita.get(done["result"]["download_url"])
    (page,) = PdfReader(io.BytesIO(pdf.content)).pages
    assert "Ada" in page.extract_text()
    assert "Analytical" not in page.extract_text()  # not among the fields to show
    assert round(float(page.mediabox.width) / 72 * 25.4) == 74
    shown = rita.get(f"/v1/attendees/{attendee.pk}").json()["data"]["attributes"]
    assert shown["is-badge-printed"]
    assert shown["badge-printed-at"]
    assert client_of(cast.eve).get(task).status_code == 403
    assert client_of(cast.ada).get(ask).status_code == 404
    assert rita.get(ask.replace(f"={attendee.pk}&", "=x&")).status_code == 422
    BadgeForm.objects.all().delete()
    assert rita.get(ask).status_code == 404


def test_preview_shows_sample_texts(cast: SimpleNamespace, db: None) -> None:
    address, ada = "/v1/badge-forms/preview-badge-pdf", client_of(cast.ada)
    body = {"badgeForms": {"badge-size": "A6", "badge-orientation": "Landscape", "badge-fields": [NAME]}}
    answer = ada.post(address, body, format="json")
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert "Sample" in page.extract_text()
    assert page.mediabox.width > page.mediabox.height
    assert ada.post(address, {}, format="json").status_code == 400
    assert not BadgePrint.objects.exists()


def test_ticket_says_its_badge(cast: SimpleNamespace, form: dict[str, Any], attendee: Attendee) -> None:
    found = client_of(cast.rita).get(f"/v1/tickets/{attendee.ticket_id}/badge-forms").json()
    assert found["badge-id"] == "crew"
    assert len(found["badge-fields"]) == 3


def test_field_is_added_below_its_form_and_linked_under_the_name_that_clients_have(
    cast: SimpleNamespace, form: dict[str, Any]
) -> None:
    olga, address = client_of(cast.olga), f"/v1/badge-forms/{form['id']}/badge-field-forms/crew"

    def add(user: Any, attributes: dict) -> Any:
        body = {"data": {"type": "badge-field-form", "attributes": attributes}}
        return client_of(user).generic("POST", address, json.dumps(body), JSONAPI)

    made = add(cast.olga, {"field-identifier": "email"})
    assert made.status_code == 201, made.content
    assert made.json()["data"]["attributes"]["badge-id"] == "crew"
    assert len(olga.get(address).json()["data"]) == 4
    assert add(cast.olga, {"badge-id": "other"}).status_code == 409
    assert add(cast.rita, {}).status_code == 403
    field = f"/v1/badge-field-forms/{made.json()['data']['id']}/relationships"
    linkage = olga.get(f"{field}/badge_form").json()
    assert linkage == olga.get(f"{field}/badge-form").json()
    assert linkage["data"]["id"] == form["id"]
    same = olga.generic("PATCH", f"{field}/badge_form", json.dumps({"data": linkage["data"]}), JSONAPI)
    assert (
        same.status_code
        == olga.generic("PATCH", f"{field}/badge-form", json.dumps({"data": linkage["data"]}), JSONAPI).status_code
    )
    assert client_of(cast.ada).get(f"{field}/badge_form").status_code == 404
