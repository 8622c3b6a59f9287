"""How an order comes into being."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Module, User
from events.models import Event
from openevent.exceptions import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, Several
from orders.models import Attendee, Order, OrderLine, OrderTransition
from orders.services import BY_CART, ON_SITE, CartItem, parse_items, place_order, quote_order, update_order
from tests.factories import (
    make_access_code,
    make_discount,
    make_event,
    make_paid_ticket,
    make_ticket,
    make_user,
    order_of,
    switch_modules,
)
from ticketing.models import Tax, Ticket, TicketFee
from ticketing.stock import SoldOut


def errors_of(refusal: "pytest.ExceptionInfo[DomainError]") -> list[tuple[type, str, str]]:
    error = refusal.value
    several = error.errors if isinstance(error, Several) else [error]
    return [(type(e), e.code, e.pointer) for e in several]


def assert_nothing_written(*tickets: Ticket) -> None:
    for model in (Order, OrderLine, Attendee, OrderTransition):
        assert not model.objects.exists()
    for ticket in tickets:
        ticket.refresh_from_db()
        assert (ticket.sold, ticket.reserved) == (0, 0)


# -- the ways in -----------------------------------------------------------------------------------


def test_cart_makes_nameless_attendees_and_holds_seats(event: Event, ada: User) -> None:
    ticket = make_paid_ticket(event, "12.50", quantity=5)
    order = order_of(ticket, ada, 3)
    assert (order.status, order.amount, order.currency, order.user) == (
        "initializing",
        Decimal("37.5"),
        "EUR",
        ada,
    )
    assert order.payment_mode is None
    assert order.expires_at is not None
    attendees = Attendee.objects.filter(order=order)
    assert [(a.ticket, a.firstname, a.order_line.unit_price) for a in attendees] == [
        (ticket, None, Decimal("12.5"))
    ] * 3
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (0, 3)
    history = OrderTransition.objects.get(order=order)
    assert (history.from_status, history.to_status, history.by) == ("", "initializing", ada)


def test_cart_of_attendees_becomes_a_pending_order(event: Event, ada: User) -> None:
    ticket = make_ticket(event)
    mine = [Attendee.objects.create(event=event, ticket=ticket, created_by=ada) for _ in range(2)]
    order = place_order(by=ada, event=event, attendee_ids=[a.pk for a in mine])
    assert (order.status, order.payment_mode) == ("pending", "free")
    assert list(order.attendees.values_list("pk", flat=True)) == [a.pk for a in mine]
    assert order.lines.get().quantity == 2


def test_team_sells_on_site(event: Event, olga: User) -> None:
    ticket = make_paid_ticket(event, quantity=5, max_order=2)
    items = parse_items([{"id": str(ticket.pk), "quantity": "4"}], ON_SITE)
    order = place_order(by=olga, event=event, items=items, is_on_site=True, payment_mode="onsite")
    assert (order.status, order.attendees.count(), order.payment_mode) == ("completed", 4, "onsite")
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (4, 0)


def test_sold_out_on_site_order_names_what_is_left_and_leaves_nothing(event: Event, olga: User) -> None:
    ticket = make_ticket(event, quantity=3)
    with pytest.raises(SoldOut) as refusal:
        place_order(by=olga, event=event, items=[CartItem(ticket.pk, 4)], is_on_site=True)
    assert refusal.value.message == (f"Ticket with id: {ticket.pk} already sold out. You can buy at most 3 tickets")
    assert errors_of(refusal) == [(Conflict, "sold_out", "/data/attributes/on_site_tickets")]
    assert_nothing_written(ticket)


def test_on_site_list_must_be_there() -> None:
    with pytest.raises(InvalidInput, match="on_site_tickets info missing") as refusal:
        parse_items(None, ON_SITE)
    assert refusal.value.pointer == "/data/attributes/on_site_tickets"


def test_on_site_items_may_come_wrapped() -> None:
    wrapped = {"data": {"type": "on-site-ticket", "attributes": {"id": "7", "quantity": "2"}}}
    assert [(i.ticket_id, i.quantity) for i in parse_items([wrapped], ON_SITE)] == [(7, 2)]


def test_only_the_team_sells_on_site(event: Event, ada: User) -> None:
    ticket = make_ticket(event)
    with pytest.raises(NotAllowed):
        order_of(ticket, ada, is_on_site=True)
    assert_nothing_written(ticket)


@pytest.mark.parametrize("quantity", [0, -1, "-3", "many", None, True, 1.5, "٣"])
def test_unreadable_quantities_are_refused_with_a_pointer(quantity: object) -> None:
    with pytest.raises(Several) as refusal:
        parse_items([{"id": 1, "quantity": 1}, {"id": 2, "quantity": quantity}], BY_CART)
    assert errors_of(refusal) == [(InvalidInput, "quantity", "/tickets/1")]


@pytest.mark.parametrize("price", ["x", -1, "NaN", "Infinity", 10**9, True, [1]])
def test_unreadable_prices_are_refused_with_a_pointer(price: object) -> None:
    with pytest.raises(Several) as refusal:
        parse_items([{"id": 1, "quantity": 1, "price": price}], BY_CART)
    assert errors_of(refusal) == [(InvalidInput, "price", "/tickets/0")]


def test_equal_items_are_put_together() -> None:
    raw = [{"id": 1, "quantity": 1}, {"id": "1", "quantity": 2}, {"id": 1, "quantity": 1, "price": 5}]
    assert [(i.quantity, i.price) for i in parse_items(raw, BY_CART)] == [(3, None), (1, Decimal(5))]


# -- who decides what ------------------------------------------------------------------------------


def test_buyer_names_neither_status_nor_amount(event: Event, ada: User) -> None:
    order = order_of(make_paid_ticket(event), ada, status="completed", amount=Decimal(0))
    assert (order.status, order.amount) == ("initializing", 10)


def test_team_names_status_and_amount(event: Event, olga: User, ada: User) -> None:
    ticket = make_paid_ticket(event, quantity=5)
    order = order_of(ticket, olga, 2, status="completed", amount=Decimal(7), buyer=ada)
    assert (order.status, order.amount, order.user) == ("completed", 7, ada)
    line = order.lines.get()
    assert (line.total, line.adjustment) == (7, -13)
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (2, 0)


def test_order_that_is_born_cancelled_holds_nothing(event: Event, olga: User) -> None:
    ticket = make_ticket(event, quantity=1)
    order_of(ticket, olga, status="cancelled")
    ticket.refresh_from_db()
    assert ticket.left == 1


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e12"])
def test_impossible_amounts_are_refused(event: Event, olga: User, amount: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        order_of(make_paid_ticket(event), olga, amount=Decimal(amount))
    assert refusal.value.pointer == "/data/attributes/amount"


def test_unknown_status_of_the_team_is_refused(event: Event, olga: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        order_of(make_ticket(event), olga, status="lost")
    assert refusal.value.pointer == "/data/attributes/status"


def test_free_mode_does_not_pay_an_amount(event: Event, ada: User) -> None:
    ticket = make_paid_ticket(event)
    with pytest.raises(InvalidInput) as refusal:
        order_of(ticket, ada, payment_mode="free")
    assert refusal.value.pointer == "/data/attributes/payment-mode"
    assert_nothing_written(ticket)


def test_event_decides_which_payment_modes_it_takes(event: Event, ada: User) -> None:
    ticket = make_paid_ticket(event)
    assert order_of(ticket, ada, payment_mode="stripe").payment_mode == "stripe"
    with pytest.raises(InvalidInput):
        order_of(ticket, ada, payment_mode="paypal")


# -- what may be sold ------------------------------------------------------------------------------


def test_draft_events_sell_to_their_team_only(event: Event, ada: User, olga: User) -> None:
    event.state = "draft"
    event.save()
    ticket = make_ticket(event)
    with pytest.raises(NotFound):
        order_of(ticket, ada)
    assert order_of(ticket, olga).pk


@pytest.mark.parametrize(
    ("attributes", "quantity", "code"),
    [
        ({"sales_starts_at": timezone.now() + timedelta(hours=1)}, 1, "sale_not_begun"),
        ({"sales_ends_at": timezone.now() - timedelta(hours=1)}, 1, "sale_ended"),
        ({"min_order": 2}, 1, "min_order"),
        ({"max_order": 4}, 5, "max_order"),
        ({}, 10**9, "max_order"),
        ({"max_order": None}, 10**9, "max_order"),
        ({"is_hidden": True}, 1, "access_code_needed"),
    ],
)
def test_rules_of_the_ticket_are_enforced(event: Event, ada: User, attributes: dict, quantity: int, code: str) -> None:
    ticket = make_ticket(event, **attributes)
    items = parse_items([{"id": ticket.pk, "quantity": quantity}], BY_CART)
    with pytest.raises(DomainError) as refusal:
        place_order(by=ada, items=items)
    assert errors_of(refusal) == [(InvalidInput, code, "/tickets/0")]
    assert_nothing_written(ticket)


def test_unknown_and_foreign_tickets_are_refused(event: Event, ada: User) -> None:
    ticket, foreign = make_ticket(event), make_ticket(make_event())
    with pytest.raises(Several) as refusal:
        place_order(by=ada, items=parse_items([{"id": 10**12, "quantity": 1}], BY_CART))
    assert errors_of(refusal) == [(NotFound, "unknown_ticket", "/tickets/0")]
    raw = [{"id": ticket.pk, "quantity": 1}, {"id": foreign.pk, "quantity": 1}]
    with pytest.raises(Several) as refusal:
        place_order(by=ada, items=parse_items(raw, BY_CART), event=event)
    assert errors_of(refusal) == [(InvalidInput, "foreign_ticket", "/tickets/1")]
    assert_nothing_written(ticket, foreign)


@pytest.mark.parametrize(
    ("module", "kind"),
    [("ticket_include", "free"), ("payment_include", "paid"), ("donation_include", "donation")],
)
def test_modules_that_are_off_sell_nothing(event: Event, olga: User, module: str, kind: str) -> None:
    ticket = make_ticket(event, type=kind, price=Decimal(5))
    Module.objects.update(**{module: False})
    with pytest.raises(NotAllowed, match=module.replace("_", "-")):
        order_of(ticket, olga)


def test_donation_is_within_its_limits(event: Event, ada: User) -> None:
    ticket = make_ticket(event, type="donation", min_price=Decimal(2), max_price=Decimal(50))
    for price in (None, Decimal(1), Decimal(51)):
        with pytest.raises(InvalidInput) as refusal:
            place_order(by=ada, items=[CartItem(ticket.pk, 1, price, "/tickets/0")])
        assert refusal.value.pointer == "/tickets/0"
    assert place_order(by=ada, items=[CartItem(ticket.pk, 2, Decimal("7.505"))]).amount == Decimal("15.02")


def test_attendees_of_others_or_of_other_events_cannot_be_ordered(cast: SimpleNamespace, event: Event) -> None:
    ticket = make_ticket(event)
    hers = Attendee.objects.create(event=event, ticket=ticket, created_by=cast.ada)
    with pytest.raises(NotFound):
        place_order(by=cast.eve, event=event, attendee_ids=[hers.pk])
    with pytest.raises(Several) as refusal:
        place_order(by=cast.ada, event=make_event(), attendee_ids=[hers.pk])
    assert errors_of(refusal) == [(InvalidInput, "foreign_ticket", "/data/relationships/attendees")]
    order = place_order(by=cast.ada, event=event, attendee_ids=[hers.pk])
    with pytest.raises(Conflict):
        place_order(by=cast.ada, event=event, attendee_ids=[hers.pk])
    assert Order.objects.get() == order


# -- price -----------------------------------------------------------------------------------------


def test_order_costs_what_the_quote_said(event: Event, ada: User) -> None:
    Tax.objects.create(event=event, name="VAT", rate=Decimal(19))
    TicketFee.objects.create(currency="EUR", service_fee=Decimal(5), maximum_fee=Decimal(3))
    ticket, other = make_paid_ticket(event, "19.99"), make_paid_ticket(event, "7.35")
    code = make_discount(event, ticket, value=Decimal("12.5"))
    items = [CartItem(ticket.pk, 3), CartItem(other.pk, 2)]
    quoted = quote_order(items=items, by=ada, discount_code=code.code)
    order = place_order(items=items, by=ada, discount_code=code.code)
    assert order.amount == quoted.total == sum(line.total for line in OrderLine.objects.all())
    assert order.amount > 80
    assert order.discount_uses == 3


def test_fee_of_the_country_goes_before_the_fee_of_all(event: Event, ada: User) -> None:
    TicketFee.objects.create(currency="EUR", service_fee=Decimal(5), country="global")
    TicketFee.objects.create(currency="EUR", service_fee=Decimal(10), country="DE")
    event.payment_country = "DE"
    event.save()
    assert order_of(make_paid_ticket(event), ada).amount == 11


def test_code_of_the_event_lowers_the_fee(event: Event, ada: User) -> None:
    TicketFee.objects.create(currency="EUR", service_fee=Decimal(10))
    code = make_discount(event, used_for="event", value=Decimal(50))
    code.event = None
    code.save()
    code.events.add(event)
    assert order_of(make_paid_ticket(event), ada).amount == Decimal("10.5")


# -- codes -----------------------------------------------------------------------------------------

WAY_1, WAY_2 = "/data/relationships/discount-code", "discount_code"


@pytest.mark.parametrize(
    ("attributes", "quantity", "message"),
    [
        ({"is_active": False}, 1, "Inactive Discount Code"),
        ({"valid_from": timezone.now() + timedelta(hours=1)}, 1, "Inactive Discount Code"),
        ({"valid_till": timezone.now() - timedelta(hours=1)}, 1, "Inactive Discount Code"),
        ({"tickets_number": 2}, 3, "Discount Usage Exceeded"),
        ({"min_quantity": 2}, 1, "Discount Usage Exceeded"),
        ({"max_quantity": 2}, 3, "Discount Usage Exceeded"),
        ({"is_active": False, "tickets_number": 0}, 1, "Inactive Discount Code"),
    ],
)
def test_discount_codes_are_checked_in_order(
    event: Event, ada: User, attributes: dict, quantity: int, message: str
) -> None:
    ticket = make_paid_ticket(event)
    code = make_discount(event, ticket, **attributes)
    with pytest.raises(InvalidInput) as refusal:
        order_of(ticket, ada, quantity, discount_code=code.pk)
    assert (refusal.value.message, refusal.value.pointer) == (message, WAY_2)
    mine = [Attendee.objects.create(event=event, ticket=ticket, created_by=ada) for _ in range(quantity)]
    with pytest.raises(InvalidInput) as refusal:
        place_order(by=ada, event=event, attendee_ids=[a.pk for a in mine], discount_code=code.pk)
    assert (refusal.value.message, refusal.value.pointer) == (message, WAY_1)


def test_codes_of_other_events_and_tickets_are_invalid(event: Event, ada: User) -> None:
    ticket, other = make_paid_ticket(event), make_paid_ticket(event)
    foreign = make_discount(make_event(), ticket)
    for code in (foreign.pk, make_discount(event, other).pk, "NOWHERE", 10**30):
        with pytest.raises(InvalidInput, match="Invalid Discount Code"):
            order_of(ticket, ada, discount_code=code)


def test_code_of_the_team_is_ignored_and_not_consumed(event: Event, olga: User) -> None:
    ticket = make_paid_ticket(event)
    code = make_discount(event, ticket, is_active=False)
    assert order_of(ticket, olga, discount_code=code.pk).amount == 10
    code.refresh_from_db()
    assert code.used == 0


def test_code_counts_the_discounted_tickets_only(event: Event, ada: User) -> None:
    ticket, other = make_paid_ticket(event), make_paid_ticket(event)
    code = make_discount(event, ticket, tickets_number=2, marketer=make_user("Mara"))
    items = [CartItem(ticket.pk, 2), CartItem(other.pk, 5)]
    order = place_order(by=ada, items=items, discount_code=code.code)
    code.refresh_from_db()
    assert (code.used, order.amount, order.marketer) == (2, 68, code.marketer)


def test_access_code_opens_hidden_tickets(event: Event, ada: User, olga: User) -> None:
    hidden = make_ticket(event, is_hidden=True)
    code = make_access_code(event, hidden, tickets_number=2)
    assert order_of(hidden, ada, 2, access_code=code.code).access_code == code
    with pytest.raises(InvalidInput) as refusal:
        order_of(hidden, ada, 1, access_code=code.code)
    assert refusal.value.pointer == "access_code"
    with pytest.raises(Several):
        order_of(hidden, ada, access_code="WRONG")
    assert order_of(hidden, olga).access_code is None


# -- expiry and cost -------------------------------------------------------------------------------


def test_overdue_orders_give_their_seats_to_the_next(event: Event, ada: User, olga: User) -> None:
    ticket = make_ticket(event, quantity=2)
    code = make_discount(event, ticket)
    old = order_of(ticket, ada, 2)
    with pytest.raises(SoldOut):
        order_of(ticket, ada)
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert order_of(ticket, ada).status == "initializing"
    old.refresh_from_db()
    assert old.status == "expired"
    assert old.transitions.last().to_status == "expired"
    ticket.refresh_from_db()
    assert (ticket.reserved, code.used) == (1, 0)


def test_overdue_orders_give_their_uses_of_a_code_to_the_next(event: Event, ada: User) -> None:
    ticket = make_paid_ticket(event)
    code = make_discount(event, ticket, tickets_number=2)
    order_of(ticket, ada, 2, discount_code=code.pk)
    with pytest.raises(InvalidInput, match="Discount Usage Exceeded"):
        order_of(ticket, ada, discount_code=code.pk)
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    order_of(ticket, ada, 2, discount_code=code.pk)
    code.refresh_from_db()
    assert code.used == 2


@pytest.mark.django_db(transaction=True)
def test_order_takes_few_statements_however_many_attendees() -> None:
    switch_modules()
    event, ada = make_event(), make_user("Ada")
    ticket = make_ticket(event, max_order=None, quantity=1000)
    counts = []
    for quantity in (1, 1, 50):
        buyer = User.objects.get(pk=ada.pk)  # a request knows nothing of the one before
        with CaptureQueriesContext(
            connection,
        ) as captured:
            order_of(ticket, buyer, quantity)
        counts.append([q["sql"] for q in captured])
    assert [len(statements) for statements in counts] == [10, 10, 10], "\n".join(counts[0])
    assert not any("COUNT(" in sql or "SAVEPOINT" in sql for sql in counts[0])


@pytest.mark.django_db(transaction=True)
def test_buyer_completes_a_free_order_in_few_statements() -> None:
    switch_modules()
    event, ada = make_event(), make_user("Ada")
    order = order_of(make_ticket(event, quantity=1000), ada, 3)
    buyer = User.objects.get(pk=ada.pk)
    with CaptureQueriesContext(connection) as captured:
        update_order(order=order, by=buyer, changes={"status": "completed"})
    statements = [q["sql"] for q in captured]
    assert len(statements) == 9, "\n".join(statements)
    assert not any("SAVEPOINT" in sql for sql in statements)
