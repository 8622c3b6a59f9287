"""Copyright, questions, exhibitors, tags and form fields of an event."""

from collections.abc import Callable

import pytest

from events.models import CustomForm, Event, EventCopyright, Exhibitor, Faq, FaqType, Tag
from tests.factories import make_event

from .conftest import Caller

Call = Callable[[str], Caller]


def test_copyright_exists_once_per_event(call: Call, event: Event) -> None:
    olga = call("olga")
    first = olga.create("/v1/event-copyrights", "event-copyright", {"event": ("event", event)}, licence="CC BY")
    assert first.status_code == 201
    again = olga.create("/v1/event-copyrights", "event-copyright", {"event": ("event", event)}, licence="MIT")
    assert again.status_code == 409
    assert (
        call("").get(f"/v1/events/{event.identifier}/event-copyright").json()["data"]["id"]
        == first.json()["data"]["id"]
    )


def test_copyright_of_a_trashed_one_can_be_made_again(call: Call, event: Event) -> None:
    EventCopyright.objects.create(event=event, licence="MIT").trash()
    answer = call("olga").create("/v1/event-copyrights", "event-copyright", {"event": ("event", event)}, licence="MIT")
    assert answer.status_code == 201


@pytest.mark.parametrize("year", [1899, 3000])
def test_copyright_year_lies_between_1900_and_now(call: Call, event: Event, year: int) -> None:
    relations = {"event": ("event", event)}
    answer = call("olga").create("/v1/event-copyrights", "event-copyright", relations, licence="MIT", year=year)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == "/data/attributes/year"


def test_faq_is_written_by_the_team_only(call: Call, event: Event) -> None:
    for name, status in [("", 401), ("eve", 403), ("rita", 403), ("cora", 201), ("adam", 201)]:
        relations = {"event": ("event", event)}
        answer = call(name).create("/v1/faqs", "faq", relations, question="Where?", answer="Here.")
        assert answer.status_code == status, name


def test_faq_takes_no_heading_of_another_event(call: Call, event: Event) -> None:
    foreign = FaqType.objects.create(event=make_event(), name="Travel")
    relations = {"event": ("event", event), "faq-type": ("faq-type", foreign)}
    assert call("olga").create("/v1/faqs", "faq", relations, question="Q", answer="A").status_code == 422


def test_faq_type_lists_its_faqs(call: Call, event: Event) -> None:
    heading = FaqType.objects.create(event=event, name="Travel")
    Faq.objects.create(event=event, faq_type=heading, question="Q", answer="A")
    Faq.objects.create(event=event, question="Other", answer="A")
    body = call("").get(f"/v1/faq-types/{heading.pk}/faqs").json()
    assert [row["attributes"]["question"] for row in body["data"]] == ["Q"]


def test_exhibitor_is_public_once_it_is_accepted(call: Call, event: Event) -> None:
    Exhibitor.objects.create(event=event, name="Waiting")
    Exhibitor.objects.create(event=event, name="Coming", status="accepted")
    url = f"/v1/events/{event.pk}/exhibitors"
    assert [row["attributes"]["name"] for row in call("").get(url).json()["data"]] == ["Coming"]
    assert call("cora").get(url).json()["meta"]["count"] == 2


def test_tag_that_is_read_only_stays(call: Call, event: Event) -> None:
    tag = Tag.objects.create(event=event, name="Speaker", is_read_only=True)
    olga = call("olga")
    assert olga.delete(f"/v1/tags/{tag.pk}").status_code == 409
    assert olga.change(f"/v1/tags/{tag.pk}", "tag", tag.pk, name="Other").status_code == 409
    assert olga.change(f"/v1/tags/{tag.pk}", "tag", tag.pk, name="Speaker", color="#ff0000").status_code == 200


def test_form_field_exists_once_per_form(call: Call, event: Event) -> None:
    relations = {"event": ("event", event)}
    olga = call("olga")
    field = {"form": "session", "field_identifier": "title", "type": "text"}
    assert olga.create("/v1/custom-forms", "custom-form", relations, **field).status_code == 201
    assert olga.create("/v1/custom-forms", "custom-form", relations, **field).status_code == 409
    assert olga.create("/v1/custom-forms", "custom-form", relations, **field, form_id="b").status_code == 201


def test_form_field_is_complex_unless_the_row_has_an_attribute_for_it(event: Event) -> None:
    assert not CustomForm(form="session", field_identifier="shortAbstract").is_complex
    assert not CustomForm(form="attendee", field_identifier="firstname").is_complex
    assert CustomForm(form="speaker", field_identifier="favouriteDinosaur").is_complex


def test_form_fields_of_one_form_are_listed_by_its_id(call: Call, event: Event) -> None:
    CustomForm.objects.create(event=event, form="attendee", field_identifier="a", form_id="x")
    CustomForm.objects.create(event=event, form="attendee", field_identifier="b", form_id="y")
    body = call("ada").get(f"/v1/events/{event.identifier}/custom-forms/x").json()
    assert [row["attributes"]["field-identifier"] for row in body["data"]] == ["a"]
    assert call("").get(f"/v1/events/{event.pk}/custom-forms").status_code == 401


def test_form_field_takes_translations_as_a_whole(call: Call, event: Event) -> None:
    olga = call("olga")
    made = olga.create(
        "/v1/custom-forms",
        "custom-form",
        {"event": ("event", event)},
        form="speaker",
        field_identifier="hobby",
        translations=[{"language_code": "de", "name": "Steckenpferd"}, {"language_code": "fr", "name": "Loisir"}],
    )
    assert made.status_code == 201
    pk = made.json()["data"]["id"]
    changed = olga.change(
        f"/v1/custom-forms/{pk}",
        "custom-form",
        pk,
        translations=[{"language_code": "fr", "isDeleted": True}, {"language_code": "de", "name": "Hobby"}],
    )
    names = [(t["language_code"], t["name"]) for t in changed.json()["data"]["attributes"]["translations"]]
    assert names == [("de", "Hobby")]


def test_options_are_made_below_their_field(call: Call, event: Event) -> None:
    field = CustomForm.objects.create(event=event, form="speaker", field_identifier="size", type="select")
    url = f"/v1/custom-forms/{field.pk}/custom-form-options"
    assert call("eve").create(url, "custom-form-option", value="XL").status_code == 403
    assert call("olga").create(url, "custom-form-option", value="XL").status_code == 201
    assert [row["attributes"]["value"] for row in call("").get(url).json()["data"]] == ["XL"]
