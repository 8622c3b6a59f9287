"""What the team of an event is told of orders."""

import pytest

from accounts.models import Mail, MessageSetting, Notification
from events.models import EmailNotification
from orders.models import Order
from orders.services import complete_order, issue_tickets
from tests.factories import client_of, make_cast, make_event, make_ticket, order_of, switch_modules
from tests.jsonapi import body, send

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(content__type=kind).values_list("user__first_name", flat=True))


def test_team_hears_of_a_completed_order_once_as_it_wishes() -> None:
    switch_modules()
    event = make_event()
    cast = make_cast(event)
    EmailNotification.objects.update_or_create(event=event, user=cast.otto, defaults={"after_ticket_purchase": False})
    order = complete_order(order_of(make_ticket(event), cast.ada))
    for _ in range(2):
        assert issue_tickets(order=order)
        Order.objects.filter(pk=order.pk).update(tickets_sent_at=None)

    kind = "ticket_purchased_organizer"
    assert told(kind) == ["Cora", "Olga", "Otto"]
    mailed = sorted(Mail.objects.filter(action=kind).values_list("recipient", flat=True))
    assert mailed == ["cora@example.org", "olga@example.org"]
    rows = client_of(cast.olga).get(f"/v1/users/{cast.olga.pk}/notifications").json()["data"]
    assert {row["attributes"]["content"]["type"] for row in rows} == {kind}

    cancelled = body("order", order.pk, status="cancelled")
    assert send(client_of(cast.adam), "patch", f"/v1/orders/{order.identifier}", cancelled).status_code == 200
    assert told("ticket_cancelled_organizer") == ["Cora", "Olga", "Otto"]


def test_ticket_mails_can_be_switched_off() -> None:
    switch_modules()
    event = make_event()
    order = complete_order(order_of(make_ticket(event), make_cast(event).ada))
    order.attendees.update(email="ada@example.org")
    MessageSetting.objects.update_or_create(action="ticket_purchased_attendee", defaults={"enabled": False})
    assert issue_tickets(order=order)
    assert not Mail.objects.filter(action="ticket_issued").exists()
