"""Orders on their way: states, changes by hand, deletion, and many at once."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Mail, User
from events.models import Event
from openevent.exceptions import Conflict, DomainError, InvalidInput, NotAllowed, Several
from orders.bookkeeping import differences
from orders.models import Attendee, Order, OrderTransition
from orders.services import (
    CartItem,
    cancel_order,
    complete_order,
    create_attendee,
    delete_attendee,
    delete_order,
    expire_order,
    expire_overdue,
    mark_placed,
    place_order,
    submit_order,
    update_attendee,
    update_order,
)
from orders.signals import order_completed, order_refund_due
from orders.statistics import sales_of_events, sales_of_tickets
from tests.factories import (
    make_discount,
    make_event,
    make_paid_ticket,
    make_ticket,
    make_user,
    order_of,
    switch_modules,
)
from ticketing.models import Ticket
from ticketing.stock import SoldOut


def counters(ticket: Ticket) -> tuple[int, int]:
    ticket.refresh_from_db()
    return ticket.sold, ticket.reserved


# -- the machine -----------------------------------------------------------------------------------


def test_order_goes_its_way_and_leaves_its_history(event: Event, ada: User) -> None:
    ticket = make_paid_ticket(event, quantity=9)
    order = order_of(ticket, ada, 2)
    order = submit_order(order, by=ada)
    assert (order.status, counters(ticket)) == ("pending", (0, 2))
    order = mark_placed(order, by=ada)
    assert (order.status, order.expires_at, counters(ticket)) == ("placed", None, (0, 2))
    order = complete_order(order, reason="money came", payment={"paid_via": "bank"})
    assert (order.status, order.paid_via, counters(ticket)) == ("completed", "bank", (2, 0))
    order = cancel_order(order, reason="ill")
    assert (order.status, order.is_refund_due, counters(ticket)) == ("cancelled", True, (0, 0))
    history = order.transitions.values_list("from_status", "to_status", "by", "reason")
    assert list(history) == [
        ("", "initializing", ada.pk, "placed by cart"),
        ("initializing", "pending", ada.pk, ""),
        ("pending", "placed", ada.pk, ""),
        ("placed", "completed", None, "money came"),
        ("completed", "cancelled", None, "ill"),
    ]
    assert not list(differences())


def test_every_move_may_be_made_twice(event: Event, ada: User) -> None:
    ticket = make_ticket(event, quantity=9)
    order = order_of(ticket, ada)
    for move in (submit_order, mark_placed, complete_order, cancel_order):
        move(order)
        move(order)
    assert OrderTransition.objects.filter(order=order).count() == 5
    assert counters(ticket) == (0, 0)


def test_impossible_moves_are_conflicts(event: Event, ada: User) -> None:
    order = complete_order(order_of(make_ticket(event), ada))
    for move in (submit_order, mark_placed, expire_order):
        with pytest.raises(Conflict) as error:
            move(order)
        assert error.value.pointer == "/data/attributes/status"


def test_late_money_revives_an_expired_order_while_seats_are_left(event: Event, ada: User, olga: User) -> None:
    ticket = make_paid_ticket(event, quantity=2)
    code = make_discount(event, ticket)
    first = expire_order(order_of(ticket, ada, 1, discount_code=code.pk))
    second = expire_order(order_of(ticket, ada, 2))
    assert complete_order(first).status == "completed"
    with pytest.raises(SoldOut):
        complete_order(second)
    second.refresh_from_db()
    code.refresh_from_db()
    assert (second.status, counters(ticket), code.used) == ("expired", (1, 0), 1)
    assert not list(differences())


def test_signals_come_once_and_after_commit(event: Event, ada: User, django_capture_on_commit_callbacks) -> None:
    heard: list[tuple[str, Any]] = []

    def hear_completed(order: Order, **kwargs: Any) -> None:
        heard.append(("completed", order.pk))

    def hear_refund(order: Order, **kwargs: Any) -> None:
        heard.append(("refund", order.pk))

    order_completed.connect(hear_completed)
    order_refund_due.connect(hear_refund)
    try:
        order = order_of(make_paid_ticket(event), ada)
        with django_capture_on_commit_callbacks(execute=True):
            complete_order(order)
            complete_order(order)
            assert heard == []
        with django_capture_on_commit_callbacks(execute=True):
            cancel_order(order)
        assert heard == [("completed", order.pk), ("refund", order.pk)]
    finally:
        order_completed.disconnect(hear_completed)
        order_refund_due.disconnect(hear_refund)


# -- PATCH -----------------------------------------------------------------------------------------


def whole(order: Order, **changes: Any) -> dict[str, Any]:
    """The order as a client sends it back."""
    names = ("status", "amount", "payment_mode", "company", "address", "city", "cancel_note", "is_billing_enabled")
    return {**{name: getattr(order, name) for name in names}, "amount": float(order.amount), **changes}


def test_buyer_fills_in_and_submits(event: Event, ada: User) -> None:
    order = order_of(make_paid_ticket(event), ada)
    order = update_order(order=order, by=ada, changes=whole(order, company="ACME", status="pending", payment_mode=None))
    assert (order.status, order.company) == ("pending", "ACME")
    order = update_order(order=order, by=ada, changes=whole(order, status="placed", payment_mode="bank"))
    assert (order.status, order.payment_mode) == ("placed", "bank")
    assert update_order(order=order, by=ada, changes=whole(order)).status == "placed"
    with pytest.raises(Several):
        update_order(order=order, by=ada, changes=whole(order, company="Other"))
    assert update_order(order=order, by=ada, changes=whole(order, status="cancelled")).status == "cancelled"


@pytest.mark.parametrize("status", ["completed", "placed"])
def test_buyer_completes_what_costs_nothing(event: Event, ada: User, status: str) -> None:
    order = order_of(make_ticket(event), ada)
    order = update_order(order=order, by=ada, changes=whole(order, status=status, payment_mode="free"))
    assert order.status == "completed"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "completed"},
        {"status": "completed", "amount": 0},
        {"amount": 0},
        {"amount": 0, "payment_mode": "free"},
        {"status": "completed", "payment_mode": "bank"},
        {"status": "placed"},
        {"status": "placed", "payment_mode": "stripe"},
        {"status": "expired"},
        {"payment_mode": "free"},
        {"payment_mode": "paypal"},
    ],
)
def test_buyer_never_completes_a_paid_order(event: Event, ada: User, changes: dict) -> None:
    ticket = make_paid_ticket(event)
    order = submit_order(order_of(ticket, ada))
    with pytest.raises((NotAllowed, InvalidInput, Several)):
        update_order(order=order, by=ada, changes=whole(order, **changes))
    order.refresh_from_db()
    assert (order.status, order.amount, order.payment_mode, counters(ticket)) == ("pending", 10, None, (0, 1))


def test_strangers_change_nothing(event: Event, cast: SimpleNamespace) -> None:
    order = order_of(make_ticket(event), cast.ada)
    for person in (cast.eve, cast.rita):
        for changes in ({"company": "X"}, {"status": "cancelled"}):
            with pytest.raises(DomainError):
                update_order(order=order, by=person, changes=changes)


def test_team_changes_the_status_only(event: Event, cast: SimpleNamespace) -> None:
    order = submit_order(order_of(make_paid_ticket(event), cast.ada))
    with pytest.raises(Several) as error:
        update_order(order=order, by=cast.otto, changes=whole(order, company="X", amount=1))
    pointers = [e.pointer for e in error.value.errors]
    assert pointers == ["/data/attributes/amount", "/data/attributes/company"]
    order = update_order(order=order, by=cast.otto, changes=whole(order, status="completed"))
    assert order.status == "completed"
    for status in ("pending", "placed", "initializing", "expired"):
        with pytest.raises(NotAllowed):
            update_order(order=order, by=cast.otto, changes={"status": status})
    order = update_order(order=order, by=cast.otto, changes={"status": "cancelled", "cancel_note": "rain"})
    assert (order.status, order.is_refund_due, order.cancel_note) == ("cancelled", True, "rain")
    with pytest.raises(NotAllowed):
        update_order(order=order, by=cast.otto, changes={"status": "pending"})


def test_admin_changes_the_amount_with_the_lines(event: Event, cast: SimpleNamespace) -> None:
    order = order_of(make_paid_ticket(event), cast.ada, 3)
    order = update_order(order=order, by=cast.adam, changes={"amount": Decimal("25"), "company": "X"})
    line = order.lines.get()
    assert (order.amount, line.total, line.adjustment, order.company) == (25, 25, -5, "X")


def test_admin_deletes_with_a_note_and_nobody_else_does(event: Event, cast: SimpleNamespace) -> None:
    ticket = make_paid_ticket(event)
    order = complete_order(order_of(ticket, cast.ada, 2))
    for person in (cast.ada, cast.olga):
        with pytest.raises(NotAllowed):
            delete_order(order=order, by=person)
    delete_order(order=order, by=cast.adam, cancel_note="fraud")
    assert not Order.objects.exists()
    assert not Attendee.objects.exists()
    gone = Order.with_trashed.get()
    assert (gone.status, gone.is_refund_due, counters(ticket)) == ("cancelled", True, (0, 0))
    assert "fraud" in Mail.objects.get(recipient=cast.ada.email, action="order_cancelled").text
    assert not list(differences())


# -- attendees -------------------------------------------------------------------------------------


def test_attendee_in_the_cart_is_checked_but_holds_nothing(event: Event, cast: SimpleNamespace) -> None:
    ticket = make_ticket(event, quantity=1)
    row = create_attendee(
        by=cast.ada, event=event, ticket=ticket, attributes={"firstname": "Ada", "is_checked_in": False}
    )
    assert (row.created_by, row.order, row.firstname, counters(ticket)) == (cast.ada, None, "Ada", (0, 0))
    order_of(ticket, cast.eve)
    assert counters(ticket) == (0, 1)
    with pytest.raises(SoldOut):
        create_attendee(by=cast.ada, event=event, ticket=ticket, attributes={})
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert create_attendee(by=cast.ada, event=event, ticket=ticket, attributes={}).pk


@pytest.mark.parametrize(
    "attributes",
    [
        {"sales_starts_at": timezone.now() + timedelta(hours=1)},
        {"sales_ends_at": timezone.now() - timedelta(hours=1)},
        {"is_hidden": True},
    ],
)
def test_attendee_of_a_ticket_that_is_not_on_sale_is_refused(event: Event, ada: User, attributes: dict) -> None:
    with pytest.raises(DomainError):
        create_attendee(by=ada, event=event, ticket=make_ticket(event, **attributes), attributes={})
    with pytest.raises(InvalidInput):
        create_attendee(by=ada, event=event, ticket=make_ticket(make_event()), attributes={})


def test_attendee_is_changed_by_its_people(event: Event, cast: SimpleNamespace) -> None:
    attendee = order_of(make_ticket(event), cast.ada).attendees.get()
    for number, person in enumerate((cast.ada, cast.olga, cast.adam)):
        row = update_attendee(attendee=attendee, by=person, changes={"firstname": f"N{number}"})
        assert row.firstname == f"N{number}"
    for person in (cast.eve, cast.rita):
        with pytest.raises(DomainError):
            update_attendee(attendee=attendee, by=person, changes={"firstname": "X"})
    update_attendee(attendee=attendee, by=cast.ada, changes={"order": None, "ticket": None, "created_by": cast.eve})
    attendee.refresh_from_db()
    assert (attendee.order.user, attendee.created_by) == (cast.ada, cast.ada)


def test_attendee_leaves_the_cart_and_the_last_one_cancels_the_order(event: Event, cast: SimpleNamespace) -> None:
    ticket = make_ticket(event)
    loose = create_attendee(by=cast.ada, event=event, ticket=ticket, attributes={})
    with pytest.raises(NotAllowed):
        delete_attendee(attendee=loose, by=cast.eve)
    delete_attendee(attendee=loose, by=cast.ada)
    order = order_of(ticket, cast.ada)
    with pytest.raises(NotAllowed):
        delete_attendee(attendee=order.attendees.get(), by=cast.ada)
    delete_attendee(attendee=order.attendees.get(), by=cast.olga)
    order.refresh_from_db()
    ticket.refresh_from_db()
    assert (order.status, ticket.reserved, Attendee.objects.count(), list(differences())) == ("cancelled", 0, 0, [])


def test_attendee_taken_out_of_an_order_gives_the_seat_back_once(event: Event, cast: SimpleNamespace) -> None:
    ticket = make_ticket(event)
    order = complete_order(order_of(ticket, cast.ada, 3))
    first, second, _ = order.attendees.all()
    with pytest.raises(NotAllowed):
        delete_attendee(attendee=first, by=cast.ada)
    delete_attendee(attendee=first, by=cast.olga)
    delete_attendee(attendee=second, by=cast.adam)
    ticket.refresh_from_db()
    assert (ticket.sold, list(differences())) == (1, [])
    cancel_order(order, by=cast.olga)
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved, list(differences())) == (0, 0, [])


# -- counting --------------------------------------------------------------------------------------


def test_statistics_count_by_state(event: Event, ada: User, django_assert_num_queries) -> None:
    ticket, other = make_paid_ticket(event, "10"), make_paid_ticket(event, "5.25")
    order_of(ticket, ada, 2)
    submit_order(order_of(ticket, ada))
    complete_order(order_of(ticket, ada, 3))
    complete_order(order_of(other, ada))
    cancel_order(order_of(other, ada))
    with django_assert_num_queries(2):
        found = sales_of_events([event.pk])[event.pk]
    assert found["tickets"] == {
        "total": 8, "draft": 2, "cancelled": 1, "pending": 1, "expired": 0, "placed": 0, "completed": 4,
    }  # fmt: skip
    assert (found["orders"]["total"], found["orders"]["completed"]) == (5, 2)
    assert (found["sales"]["completed"], found["sales"]["total"]) == (35.25, 70.5)
    with django_assert_num_queries(1):
        part = sales_of_tickets([other.pk])[other.pk]
    assert (part["tickets"]["total"], part["orders"]["completed"], part["sales"]["completed"]) == (2, 1, 5.25)
    empty = make_event().pk
    assert set(sales_of_events([empty])[empty]["sales"].values()) == {0}


def test_verify_stock_names_what_differs(event: Event, ada: User) -> None:
    ticket = make_paid_ticket(event, quantity=50)
    code = make_discount(event, ticket)
    complete_order(order_of(ticket, ada, 2, discount_code=code.pk))
    order_of(ticket, ada)
    output = io.StringIO()
    call_command("verify_stock", stdout=output)
    assert "Stock is right" in output.getvalue()
    Ticket.objects.filter(pk=ticket.pk).update(sold=7)
    type(code).objects.update(used=1)
    with pytest.raises(SystemExit) as exit_code:
        call_command("verify_stock", stdout=output)
    assert exit_code.value.code == 1
    assert "sold is 7, the orders say 2" in output.getvalue()
    assert "used is 1, the orders say 2" in output.getvalue()


# -- many at once ----------------------------------------------------------------------------------


@pytest.fixture
def hall(transactional_db: None) -> SimpleNamespace:
    switch_modules()
    event = make_event()
    return SimpleNamespace(event=event, buyers=[make_user() for _ in range(6)])


def at_once(work: Any, count: int) -> list[Any]:
    def alone(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as people:
        return list(people.map(alone, range(count)))


def test_hundred_seats_are_sold_to_many_buyers_exactly(hall: SimpleNamespace) -> None:
    tickets = [make_ticket(hall.event, quantity=50), make_ticket(hall.event, quantity=50)]

    def buy(number: int) -> int:
        # in both orders of tickets: who waits for whom must not be a circle
        pair = tickets if number % 2 else tickets[::-1]
        items = [CartItem(ticket.pk, number % 2 + 1) for ticket in pair]
        buyer = hall.buyers[number % len(hall.buyers)]
        try:
            order = place_order(by=buyer, items=items)
        except SoldOut:
            return 0
        if number % 5 == 0:  # abandoned, and taken by somebody else
            Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
            return 0
        complete_order(order, by=buyer)
        return number % 2 + 1

    at_once(buy, 150)
    for ticket in tickets:
        sold, reserved = counters(ticket)
        assert sold + reserved <= 50
        assert sold >= 45
    assert not list(differences())


def test_code_with_fifty_uses_is_used_fifty_times(hall: SimpleNamespace) -> None:
    ticket = make_paid_ticket(hall.event)
    code = make_discount(hall.event, ticket, tickets_number=50)

    def buy(number: int) -> int:
        try:
            order_of(ticket, hall.buyers[number % 6], number % 3 + 1, discount_code=code.pk)
        except InvalidInput:
            return 0
        return number % 3 + 1

    used = sum(at_once(buy, 90))
    code.refresh_from_db()
    assert code.used == used == 50
    assert not list(differences())


def test_order_is_completed_once_by_many(hall: SimpleNamespace) -> None:
    ticket = make_ticket(hall.event, quantity=10)
    order = order_of(ticket, hall.buyers[0], 2)
    heard: list[int] = []

    def hear(order: Order, **kwargs: Any) -> None:
        heard.append(order.pk)

    order_completed.connect(hear)
    try:
        at_once(lambda number: complete_order(order), 12)
    finally:
        order_completed.disconnect(hear)
    assert heard == [order.pk]
    assert counters(ticket) == (2, 0)
    assert order.transitions.filter(to_status="completed").count() == 1


def test_completing_and_expiring_never_both_happen(hall: SimpleNamespace) -> None:
    ticket = make_ticket(hall.event, quantity=100)
    orders = [order_of(ticket, hall.buyers[n % 6]) for n in range(30)]
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    def race(number: int) -> None:
        if number % 4 == 0:
            expire_overdue()
        else:
            complete_order(orders[number % 30])

    at_once(race, 60)
    assert not list(differences())


def test_attendees_are_ordered_once(hall: SimpleNamespace) -> None:
    ticket = make_ticket(hall.event)
    ada = hall.buyers[0]
    mine = [Attendee.objects.create(event=hall.event, ticket=ticket, created_by=ada).pk for _ in range(3)]

    def order(number: int) -> int:
        try:
            place_order(by=ada, event=hall.event, attendee_ids=mine)
        except Conflict:
            return 0
        return 1

    assert sum(at_once(order, 10)) == 1
    assert Order.objects.count() == 1
    assert not list(differences())
