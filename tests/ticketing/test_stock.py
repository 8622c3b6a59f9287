"""Seats and uses of codes: taken by conditional updates, guarded by the database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import make_discount, make_event, make_ticket
from ticketing import stock
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db


def counters(ticket: Ticket) -> tuple[int, int]:
    ticket.refresh_from_db()
    return ticket.sold, ticket.reserved


def test_seats_are_held_sold_and_given_back() -> None:
    ticket = make_ticket(make_event(), quantity=5)
    stock.reserve_seats({ticket.pk: 3})
    assert counters(ticket) == (0, 3)
    stock.sell_seats({ticket.pk: 2})
    assert counters(ticket) == (2, 1)
    stock.release_seats({ticket.pk: 1})
    stock.return_sold({ticket.pk: 1})
    assert counters(ticket) == (1, 0)
    stock.sell_directly({ticket.pk: 4})
    assert counters(ticket) == (5, 0)


def test_unlimited_tickets_are_counted_too() -> None:
    ticket = make_ticket(make_event(), quantity=None)
    stock.reserve_seats({ticket.pk: 1_000})
    assert counters(ticket) == (0, 1_000)


def test_all_shortages_are_reported_at_once() -> None:
    event = make_event()
    few, none, enough = (make_ticket(event, quantity=number) for number in (3, 0, 10))
    with pytest.raises(stock.SoldOut) as refusal, transaction.atomic():
        stock.reserve_seats({enough.pk: 5, none.pk: 1, few.pk: 4})
    assert [error.message for error in refusal.value.errors] == [
        f"Ticket with id: {few.pk} already sold out. You can buy at most 3 tickets",
        f"Ticket with id: {none.pk} already sold out. You can buy at most 0 tickets",
    ]
    assert {error.code for error in refusal.value.errors} == {"sold_out"}
    assert counters(enough) == (0, 0)


def test_trashed_tickets_are_sold_out() -> None:
    ticket = make_ticket(make_event(), quantity=5)
    ticket.trash()
    with pytest.raises(stock.SoldOut):
        stock.reserve_seats({ticket.pk: 1})


@pytest.mark.parametrize("column", ["sold", "reserved"])
def test_raw_sql_cannot_oversell(column: str) -> None:
    ticket = make_ticket(make_event(), quantity=5)
    with (
        pytest.raises(IntegrityError, match="ticket_never_oversold"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE ticketing_ticket SET {column} = 6 WHERE id = %s", [ticket.pk])


def test_giving_back_what_nobody_took_fails() -> None:
    ticket = make_ticket(make_event(), quantity=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        stock.release_seats({ticket.pk: 1})


def test_quantity_cannot_sink_below_what_is_sold() -> None:
    ticket = make_ticket(make_event(), quantity=5)
    stock.sell_directly({ticket.pk: 4})
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(quantity=3)


def test_code_is_used_up_and_given_back() -> None:
    event = make_event()
    code = make_discount(event, tickets_number=3)
    stock.take_code_uses(code, 2)
    with pytest.raises(stock.CodeExhausted):
        stock.take_code_uses(code, 2)
    stock.give_back_code_uses(type(code), code.pk, 2)
    stock.take_code_uses(code, 3)
    code.refresh_from_db()
    assert code.used == 3


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_exactly_what_is_there() -> None:
    ticket = make_ticket(make_event(), quantity=100)

    def take(number: int) -> int:
        wanted = number % 4 + 1
        try:
            with transaction.atomic():
                stock.reserve_seats({ticket.pk: wanted})
        except stock.SoldOut:
            return 0
        finally:
            connection.close()
        return wanted

    with ThreadPoolExecutor(12) as people:
        got = sum(people.map(take, range(200)))
    assert counters(ticket) == (0, got)
    assert got == 100  # one seat is always among the wishes, so that they fit exactly
