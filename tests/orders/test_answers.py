"""The form for attendees: required answers are there when an order is handed in."""

from typing import Any

import pytest

from accounts.models import User
from events.models import CustomForm, Event
from orders.models import Attendee, Order
from tests.factories import client_of, make_ticket, order_of
from tests.jsonapi import body, pointers, ref, send


def ask(event: Event, identifier: str, **attributes: Any) -> CustomForm:
    """A field that must be filled in."""
    return CustomForm.objects.create(
        **{
            "event": event,
            "form": "attendee",
            "field_identifier": identifier,
            "is_required": True,
            "is_included": True,
            **attributes,
        }
    )


def hand_in(order: Order, by: User, status: str = "completed") -> Any:
    return send(client_of(by), "patch", f"/v1/orders/{order.pk}", body("order", order.pk, status=status))


def test_order_is_handed_in_with_every_required_answer(event: Event, ada: User) -> None:
    ask(event, "firstname", name="First Name")
    ask(event, "taxBusinessInfo")
    ask(event, "tshirtSize")
    ask(event, "lastname", is_required=False)
    ask(event, "company", is_included=False)
    ask(event, "title", form="session")
    order = order_of(make_ticket(event), ada, 2)
    refused = hand_in(order, ada)
    assert (refused.status_code, set(pointers(refused))) == (422, {"/data/relationships/attendees"})
    first, second = order.attendees.order_by("pk")
    assert [error["detail"] for error in refused.json()["errors"]] == [
        f"Attendee {attendee.pk}: {field} is required"
        for attendee in (first, second)
        for field in ("First Name", "taxBusinessInfo", "tshirtSize")
    ]
    order.refresh_from_db()
    assert order.status == "initializing"
    answers = {"firstname": "Ada", "tax_business_info": "none", "complex_field_values": {"tshirtSize": "M"}}
    for attendee in (first, second):
        document = body("attendee", attendee.pk, **answers)
        answer = send(client_of(ada), "patch", f"/v1/attendees/{attendee.pk}", document)
        assert answer.json()["data"]["attributes"]["complex-field-values"] == {"tshirtSize": "M"}
    assert hand_in(order, ada).status_code == 200


@pytest.mark.parametrize(
    ("identifier", "answers"),
    [
        ("firstname", {"firstname": "  "}),
        ("isConsentOfRefundPolicy", {"is_consent_of_refund_policy": False}),
        ("tshirtSize", {"complex_field_values": {"tshirtSize": ""}}),
        ("tshirtSize", {"complex_field_values": ["tshirtSize"]}),
    ],
)
def test_empty_answer_is_none(event: Event, ada: User, identifier: str, answers: dict[str, Any]) -> None:
    ask(event, identifier)
    order = order_of(make_ticket(event), ada)
    order.attendees.update(**answers)
    assert hand_in(order, ada).status_code == 422
    assert hand_in(order, ada, "cancelled").status_code == 200


def test_form_of_a_ticket_is_asked_of_its_holders(event: Event, ada: User) -> None:
    ask(event, "firstname", form_id="vip")
    assert hand_in(order_of(make_ticket(event), ada), ada).status_code == 200
    assert hand_in(order_of(make_ticket(event, form_id="vip"), ada), ada).status_code == 422


def test_attendees_that_are_ordered_at_once_have_answered(event: Event, ada: User, olga: User) -> None:
    ask(event, "firstname")
    ticket = make_ticket(event)
    for person, status in [(ada, 422), (olga, 201)]:  # the team knows what it does
        attendee = Attendee.objects.create(event=event, ticket=ticket, created_by=person)
        links = {"event": ref("event", event), "attendees": [ref("attendee", attendee)]}
        answer = send(client_of(person), "post", "/v1/orders", body("order", relationships=links))
        assert answer.status_code == status
    attendee = Attendee.objects.create(event=event, ticket=ticket, created_by=ada, firstname="Ada")
    links = {"event": ref("event", event), "attendees": [ref("attendee", attendee)]}
    assert send(client_of(ada), "post", "/v1/orders", body("order", relationships=links)).status_code == 201


def test_team_completes_an_order_without_answers(event: Event, ada: User, olga: User) -> None:
    ask(event, "firstname")
    assert hand_in(order_of(make_ticket(event), ada), olga).status_code == 200
