"""Querysets that are compiled once mean what they mean when they are compiled each time."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext

from events.models import Event
from openevent.prepared import PreparedInsert, PreparedSelect, PreparedUpdate
from tests.factories import make_event, make_ticket, switch_modules
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db


def test_select_finds_the_rows_of_each_value_with_their_relations() -> None:
    prepared = PreparedSelect(
        lambda pk: Ticket.objects.filter(pk=pk).select_related("event").annotate(two=Value(2)), int
    )
    tickets = [make_ticket(make_event(name=name), price="1.50") for name in ("A", "B")]
    for ticket in [*tickets, tickets[0]]:
        with CaptureQueriesContext(connection) as captured:
            (found,) = prepared.all(ticket.pk)
            assert (found, found.event.name, found.two) == (ticket, ticket.event.name, 2)
        assert len(captured) == 1
        for field in Ticket._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(Ticket.objects.get(pk=ticket.pk), field.attname)
    tickets[0].trash()
    assert prepared.first(tickets[0].pk) is None


def test_rows_that_were_read_can_be_changed_and_stored() -> None:
    event = make_event()
    found = PreparedSelect(lambda name: Event.objects.filter(name=name), str).first("Summit")
    found.name = "Other"
    found.save()
    event.refresh_from_db()
    assert event.name == "Other"


def test_update_changes_the_rows_that_fulfil_the_condition() -> None:
    ticket = make_ticket(make_event(), quantity=3)
    prepared = PreparedUpdate(
        lambda count, pk: (Ticket.objects.filter(pk=pk, sold__lte=2 - F("reserved")), {"sold": F("sold") + count}),
        int,
        int,
    )
    assert [prepared.run(2, ticket.pk), prepared.run(1, ticket.pk), prepared.run(1, ticket.pk)] == [1, 1, 0]
    ticket.refresh_from_db()
    assert ticket.sold == 3


def test_value_that_does_not_reach_the_sql_is_noticed() -> None:
    with pytest.raises(AssertionError, match="passed on as it is"):
        PreparedSelect(lambda pk: Ticket.objects.filter(pk=pk + 1), int).all(1)
    with pytest.raises(AssertionError, match="passed on as it is"):
        PreparedSelect(lambda pk: Ticket.objects.filter(pk=1 if pk else 2), int).all(1)


@pytest.mark.django_db(transaction=True)
def test_each_thread_has_its_own() -> None:
    switch_modules()
    ticket = make_ticket(make_event())
    prepared = PreparedSelect(lambda pk: Ticket.objects.filter(pk=pk), int)
    found: list[Any] = [prepared.first(ticket.pk)]

    def look() -> None:
        found.append(prepared.first(ticket.pk))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [ticket, ticket]


def test_rows_are_inserted_with_all_their_columns() -> None:
    event = make_event()
    prepared = PreparedInsert(Ticket)
    for name in ("first", "second"):
        dates = {"sales_starts_at": event.starts_at, "sales_ends_at": event.ends_at}
        wanted = Ticket(event=event, name=name, type="free", **dates)
        made = prepared.create(wanted)
        assert made.pk is not None
        stored = Ticket.objects.get(pk=made.pk)
        assert (stored.name, stored.min_order, stored.price, stored.deleted_at) == (name, 1, 0, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.create(Ticket(event=event, name="second", type="free", sales_starts_at=event.starts_at))
