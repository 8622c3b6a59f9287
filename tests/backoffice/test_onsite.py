"""Selling at the door: one form, one order, nothing half done."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from events.models import Event
from orders.models import Attendee, Order
from tests.factories import (
    make_cast,
    make_discount,
    make_event,
    make_paid_ticket,
    make_ticket,
    make_user,
    switch_modules,
)
from ticketing.models import Ticket

from .conftest import client_for, url


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    return make_event(name="Fair")


@pytest.fixture
def otto(event: Event) -> Client:
    return client_for(make_cast(event).otto)


def sell(client: Client, event: Event, **given: Any) -> Any:
    """Fill the form in, look at the price, confirm it."""
    address = url("sell", Order, event.pk)
    shown = client.post(address, {"payment": "cash", **given})
    quote = shown.context["quote"]
    if quote is None:
        return shown
    assert not Order.objects.filter(event=event).exists()  # looking costs nothing
    return client.post(address, {"payment": "cash", **given, "seen": f"{quote.total:f}"})


def problems(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return dict(answer.context["form"].errors)


def test_sale_with_cash_makes_a_paid_order_with_names_and_check_in(otto: Client, event: Event) -> None:
    ticket = make_paid_ticket(event, "10", quantity=5)

    answer = sell(otto, event, **{f"ticket_{ticket.pk}": 3}, firstname="Ada", lastname="King", check_in="on")

    order = Order.objects.get(event=event)
    assert answer["Location"] == url("sold", Order, order.pk)
    assert (order.status, order.amount, order.payment_mode, order.paid_via) == ("completed", 30, "onsite", "cash")
    assert order.user is None
    assert {(a.full_name, a.is_checked_in) for a in order.attendees.all()} == {("Ada King", True)}
    ticket.refresh_from_db()
    assert ticket.sold == 3
    page = otto.get(answer["Location"]).content.decode()
    assert url("pdf", Order, order.pk) in page
    assert otto.get(url("pdf", Order, order.pk)).content.startswith(b"%PDF")


def test_price_is_confirmed_only_as_it_was_shown(otto: Client, event: Event) -> None:
    ticket = make_paid_ticket(event, "10")
    given = {"payment": "cash", f"ticket_{ticket.pk}": 1, "seen": "8.0000"}

    answer = otto.post(url("sell", Order, event.pk), given)

    assert answer.status_code == 200
    assert answer.context["quote"].total == 10
    assert not Order.objects.exists()


def test_sold_out_stands_at_the_ticket_and_nothing_is_taken(otto: Client, event: Event) -> None:
    few, many = make_paid_ticket(event, "10", quantity=1), make_paid_ticket(event, "5", quantity=9)

    answer = sell(otto, event, **{f"ticket_{few.pk}": 2, f"ticket_{many.pk}": 2})

    assert problems(answer) == {f"ticket_{few.pk}": ["Only 1 left."]}
    assert not Order.objects.exists()
    assert not Attendee.objects.exists()
    assert sorted(Ticket.objects.values_list("sold", "reserved")) == [(0, 0), (0, 0)]


def test_closed_sale_stands_at_the_ticket_unless_it_is_sold_anyway(otto: Client, event: Event) -> None:
    ticket = make_ticket(event, name="Early", sales_ends_at=timezone.now())
    given = {f"ticket_{ticket.pk}": 1}

    assert "has ended" in problems(sell(otto, event, **given))[f"ticket_{ticket.pk}"][0]
    assert sell(otto, event, **given, sell_anyway="on").status_code == 302


def test_discount_code_counts_at_the_door_and_a_wrong_one_is_refused_at_its_field(otto: Client, event: Event) -> None:
    ticket = make_paid_ticket(event, "10")
    code = make_discount(event, ticket, code="LESS")
    given = {f"ticket_{ticket.pk}": 2}

    assert "discount_code" in problems(sell(otto, event, **given, discount_code="WRONG"))
    assert sell(otto, event, **given, discount_code="LESS").status_code == 302
    assert Order.objects.get().amount == 18
    code.refresh_from_db()
    assert code.used == 2


def test_free_and_other_prices_need_a_reason_which_the_history_keeps(otto: Client, event: Event) -> None:
    ticket = make_paid_ticket(event, "10")
    given = {f"ticket_{ticket.pk}": 2}

    assert problems(sell(otto, event, **given, payment="free")).keys() == {"reason"}
    assert problems(sell(otto, event, **given, payment="custom")).keys() == {"amount", "reason"}
    assert sell(otto, event, **given, payment="custom", amount="7.50", reason="press").status_code == 302
    order = Order.objects.get()
    assert order.amount == Decimal("7.50")
    assert "press" in order.transitions.get().reason


def test_buyer_with_an_account_owns_the_order_and_others_get_the_tickets_by_mail(otto: Client, event: Event) -> None:
    ticket = make_ticket(event)
    ada = User.objects.get(email="ada@example.org")

    sell(otto, event, **{f"ticket_{ticket.pk}": 1}, email="ADA@example.org")

    assert Order.objects.get().user == ada
    assert Order.objects.get().attendees.get().email == "ADA@example.org"


def test_price_panel_shows_what_is_chosen_so_far_and_what_is_wrong(otto: Client, event: Event) -> None:
    ticket = make_paid_ticket(event, "10", quantity=5)
    address = url("price", Order, event.pk)

    empty = otto.post(address, {"payment": "cash"}).content.decode()
    chosen = otto.post(address, {"payment": "custom", f"ticket_{ticket.pk}": 2, "email": "no"}).content.decode()
    wrong = otto.post(address, {"payment": "cash", f"ticket_{ticket.pk}": 2, "discount_code": "X"}).content.decode()

    assert "Choose how many" in empty
    assert "20.00" in chosen
    assert 'name="seen"' in chosen
    assert "Invalid Discount Code" in wrong


def test_tickets_are_sold_from_their_list(otto: Client, event: Event) -> None:
    ticket, other = make_ticket(event), make_ticket(make_event())

    answer = otto.post(url("changelist", Ticket), {"action": "sell_these", "_selected_action": [ticket.pk]})
    assert answer["Location"] == url("sell", Order, event.pk) + f"?ticket={ticket.pk}"
    form = otto.get(answer["Location"]).context["form"]
    assert form[f"ticket_{ticket.pk}"].value() == 1
    otto.post(url("changelist", Ticket), {"action": "sell_these", "_selected_action": [ticket.pk, other.pk]})


def test_choosing_the_event_is_skipped_where_there_is_one(otto: Client, event: Event) -> None:
    assert otto.get(url("choose", Order))["Location"] == url("sell", Order, event.pk)
    assert client_for(make_user("Nick", is_admin=True)).get(url("choose", Order)).status_code == 302
    make_event(name="Second")
    page = client_for(make_user("Nils", is_admin=True)).get(url("choose", Order)).content.decode()
    assert "Fair" in page
    assert "Second" in page


def test_switching_ticketing_off_stops_the_sale_at_once(otto: Client, event: Event) -> None:
    ticket = make_ticket(event)
    switch_modules(is_on=False)

    answer = otto.post(url("sell", Order, event.pk), {"payment": "cash", f"ticket_{ticket.pk}": 1})

    assert "ticket-include" in str(problems(answer))
