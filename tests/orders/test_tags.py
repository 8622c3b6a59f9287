"""Tags, by which a team sorts attendees; and what else an order or event says for older clients."""

from typing import Any

import pytest

from events.models import Event, Tag
from orders.models import Attendee
from payments.models import StripeAuthorization
from tests.factories import client_of, make_event, make_paid_ticket, make_ticket, order_of
from tests.jsonapi import body, ref, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def attendee(event: Event, cast: Any) -> Attendee:
    return order_of(make_ticket(event), cast.ada).attendees.get()


def test_team_tags_attendees_by_relationship_or_by_number(event: Event, cast: Any, attendee: Attendee) -> None:
    vip, crew = Tag.objects.create(event=event, name="VIP"), Tag.objects.create(event=event, name="Crew")
    rita, url = client_of(cast.rita), f"/v1/attendees/{attendee.pk}"

    answer = send(rita, "patch", url, body("attendee", attendee.pk, {"tag": ref("tag", vip)}))
    assert answer.json()["data"]["attributes"]["tag-id"] == vip.pk
    assert rita.get(f"{url}/tags").json()["data"]["attributes"]["name"] == "VIP"
    assert rita.get(f"{url}?include=tag").json()["included"][0]["id"] in (vip.pk, str(vip.pk))

    assert send(rita, "patch", url, body("attendee", attendee.pk, tag_id=crew.pk)).status_code == 200
    assert rita.get(f"{url}/relationships/tag").json()["data"] == ref("tag", crew) | {
        "id": rita.get(f"/v1/tags/{crew.pk}").json()["data"]["id"]
    }
    listed = rita.get(f"/v1/events/{event.pk}/attendees?filter[tag]={crew.pk}")
    assert listed.json()["meta"]["count"] == 1
    assert send(rita, "patch", f"{url}/relationships/tag", {"data": None}).status_code == 200
    attendee.refresh_from_db()
    assert attendee.tag is None


def test_tag_of_another_event_or_by_the_buyer_is_not_taken(event: Event, cast: Any, attendee: Attendee) -> None:
    foreign = Tag.objects.create(event=make_event(), name="VIP")
    own = Tag.objects.create(event=event, name="VIP")
    url = f"/v1/attendees/{attendee.pk}"
    assert (
        send(client_of(cast.olga), "patch", url, body("attendee", attendee.pk, tag_id=foreign.pk)).status_code == 422
    )
    assert send(client_of(cast.olga), "patch", url, body("attendee", attendee.pk, tag_id=10**9)).status_code == 404
    assert send(client_of(cast.ada), "patch", url, body("attendee", attendee.pk, tag_id=own.pk)).status_code == 200
    attendee.refresh_from_db()
    assert attendee.tag is None, "what a buyer sends along is left out"


def test_team_sees_whether_stripe_is_linked(event: Event, cast: Any) -> None:
    def linked(user: Any) -> Any:
        return client_of(user).get(f"/v1/events/{event.pk}").json()["data"]["attributes"]["is-stripe-linked"]

    assert (linked(cast.olga), linked(cast.eve), linked(None)) == (False, None, None)
    StripeAuthorization.objects.create(event=event, stripe_publishable_key="pk_1")
    assert linked(cast.olga) is True


def test_on_site_tickets_sent_back_change_nothing(event: Event, cast: Any) -> None:
    order = order_of(make_paid_ticket(event), cast.ada)
    document = body("order", order.identifier, on_site_tickets=[{"id": "1", "quantity": "9"}], company="ACME")
    answer = send(client_of(cast.ada), "patch", f"/v1/orders/{order.identifier}", document)
    assert answer.status_code == 200, answer.content
    assert answer.json()["data"]["attributes"]["company"] == "ACME"
    assert "on-site-tickets" not in answer.json()["data"]["attributes"]
    for name in ("attendee", "ticket"):
        linkage = client_of(cast.ada).get(f"/v1/orders/{order.identifier}/relationships/{name}").json()
        assert [row["type"] for row in linkage["data"]] == [name]
