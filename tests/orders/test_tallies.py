"""How many orders and attendees an event has is known without counting, whatever happens to the rows."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from events.models import Event
from orders.bookkeeping import differences
from orders.models import Attendee, Order, Tally
from orders.tallies import fold_tallies
from tests.factories import client_of, make_cast, make_event, make_ticket

pytestmark = pytest.mark.django_db


def make_order(event: Event, **attributes: Any) -> Order:
    return Order.objects.create(event=event, **attributes)


def make_attendee(order: Order, ticket: Any) -> Attendee:
    return Attendee.objects.create(event=order.event, order=order, ticket=ticket)


def counts(client: Any, event: Event) -> tuple[int, int]:
    """What the lists of orders and attendees say, of which every page says the same."""
    found = []
    for name in ("orders", "attendees"):
        url = f"/v1/events/{event.pk}/{name}"
        said = {client.get(f"{url}?page[size]=1&page[number]={n}").json()["meta"]["count"] for n in (1, 2, 99)}
        assert len(said) == 1
        found += said
    return found[0], found[1]


def test_lists_say_how_many_rows_there_are_through_all_that_happens() -> None:
    event, other = make_event(), make_event()
    olga, ticket = client_of(make_cast(event).olga), make_ticket(event)
    assert counts(olga, event) == (0, 0)

    orders = [make_order(event) for _ in range(3)]
    attendees = [make_attendee(order, ticket) for order in orders for _ in range(2)]
    assert counts(olga, event) == (3, 6)
    attendees[0].trash()
    orders[0].trash()
    assert counts(olga, event) == (2, 5)
    assert fold_tallies() == 2
    attendees[0].restore()
    attendees[0].trash()
    attendees[0].restore()
    attendees[0].save()
    assert counts(olga, event) == (2, 6)
    Attendee.objects.filter(pk__in=[a.pk for a in attendees[1:4]]).delete()
    assert counts(olga, event) == (2, 3)
    Attendee.objects.filter(event=event).update(event=other)
    Attendee.with_trashed.bulk_create([Attendee(event=event, ticket=ticket) for _ in range(4)])
    assert counts(olga, event) == (2, 4)
    Attendee.objects.filter(event=event).update(event=event, firstname="Ada")
    assert (fold_tallies(), fold_tallies()) == (2, 0)
    assert counts(olga, event) == (2, 4)
    assert list(differences()) == []

    Tally.objects.filter(event_id=event.pk, kind="orders").update(number=7)
    assert [str(found) for found in differences()] == [f"event {event.pk}: orders is 7, the orders say 2"]


def test_rows_that_were_rolled_back_do_not_count() -> None:
    event = make_event()
    olga = client_of(make_cast(event).olga)
    make_order(event)
    with transaction.atomic():
        make_order(event)
        transaction.set_rollback(True)
    assert counts(olga, event) == (1, 0)


def test_event_that_is_removed_with_all_its_rows_leaves_nothing_to_count() -> None:
    event = make_event()
    order = make_order(event)
    make_attendee(order, make_ticket(event))
    Attendee.with_trashed.all().delete()
    Order.with_trashed.all().delete()
    assert list(differences()) == []


def test_team_with_another_condition_is_told_what_it_sees() -> None:
    event = make_event()
    olga = client_of(make_cast(event).olga)
    make_order(event, status="completed")
    make_order(event, status="cancelled")
    assert olga.get(f"/v1/events/{event.pk}/orders?filter[status]=completed").json()["meta"]["count"] == 1


def test_page_of_many_takes_six_statements_with_two_includes() -> None:
    event = make_event()
    cast, ticket = make_cast(event), make_ticket(event)
    for _ in range(3):
        make_attendee(make_order(event), ticket)
    client = client_of(cast.olga)
    url = f"/v1/events/{event.pk}/attendees?page[size]=2&include=order,ticket"
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        body = client.get(url).json()
    assert (len(body["data"]), body["meta"]["count"]) == (2, 3)
    assert len(captured) <= 6
    assert not any("COUNT(" in query["sql"] for query in captured)
