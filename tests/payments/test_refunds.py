"""Money that goes back, and what the ledger keeps of it."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Mail
from events.models import Event
from openevent.exceptions import Conflict, InvalidInput, NotAllowed
from orders.bookkeeping import differences as stock_differences
from orders.models import Order
from orders.services import cancel_order, complete_order, delete_order, mark_placed
from payments.ledger import differences, rows_of
from payments.models import Invoice, LedgerEntry, Payment, Refund
from payments.services import (
    carry_out_refund,
    charge_order,
    issue_credit_note,
    issue_invoice,
    record_manual_payment,
    refund_attendee,
    refund_order,
    refund_part,
    settle_manual_refund,
    sweep_payments,
    sweep_refunds,
)
from tests.factories import client_of, make_discount, order_of
from tests.jsonapi import body, ref, send
from ticketing.models import Tax, Ticket

from .conftest import VISA, intents

Ordered = Callable[..., Order]


def returned(url: str, order: Order) -> int:
    (intent,) = intents(url, order)
    return int(intent["latest_charge"]["amount_refunded"])


@pytest.mark.parametrize("way", ["cancel", "delete"])
def test_cancelled_order_gives_everything_back_once(
    way: str,
    cast: SimpleNamespace,
    ordered: Ordered,
    stripe_url: str,
    ticket: Ticket,
    work_off_queue: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    order = ordered()
    with django_capture_on_commit_callbacks(execute=True):
        charge_order(order=order, stripe=VISA)
    work_off_queue()
    with django_capture_on_commit_callbacks(execute=True):
        (cancel_order if way == "cancel" else delete_order)(order=order, by=cast.adam)
    with django_capture_on_commit_callbacks(execute=True):
        work_off_queue()
    with django_capture_on_commit_callbacks(execute=True):
        work_off_queue()
        refund_order(order=order)
        sweep_refunds()
    work_off_queue()

    assert returned(stripe_url, order) == 1999
    refund = Refund.objects.get()
    assert (refund.state, refund.amount) == ("done", Decimal("19.99"))
    order = Order.with_trashed.get(pk=order.pk)
    assert (order.status, order.is_refund_due) == ("cancelled", False)
    ticket.refresh_from_db()
    assert (ticket.sold, ticket.reserved) == (0, 0)
    assert Mail.objects.filter(action="order_refunded").count() == 1
    assert [i.kind for i in Invoice.objects.filter(order=order)] == ["invoice", "credit_note"]
    assert not list(differences(ask_providers=True))


def test_part_of_an_order_goes_back_as_often_as_there_is_money_left(
    cast: SimpleNamespace, ordered: Ordered, stripe_url: str
) -> None:
    order = ordered()
    charge_order(order=order, stripe=VISA)
    order.refresh_from_db()

    carry_out_refund(refund=refund_part(order=order, amount=Decimal("5.50"), by=cast.olga))
    with pytest.raises(InvalidInput):
        refund_part(order=order, amount=Decimal("14.50"), by=cast.olga)
    with pytest.raises(NotAllowed):
        refund_part(order=order, amount=Decimal(1), by=cast.ada)

    assert returned(stripe_url, order) == 550
    cancel_order(order)
    (rest,) = refund_order(order=order)
    carry_out_refund(refund=rest)
    assert returned(stripe_url, order) == 1999
    assert not list(differences(ask_providers=True))


def test_attendee_takes_his_share_of_the_line_along(
    cast: SimpleNamespace, ordered: Ordered, stripe_url: str, ticket: Ticket
) -> None:
    order = ordered(quantity=3)
    charge_order(order=order, stripe=VISA)
    first, second, third = order.attendees.select_related("order", "order_line")

    shares = [refund_attendee(attendee=row, by=cast.olga).amount for row in (first,)]
    with pytest.raises(Conflict):
        refund_attendee(attendee=first, by=cast.olga)
    second = order.attendees.select_related("order", "order_line").get(pk=second.pk)
    shares.append(refund_attendee(attendee=second, by=cast.olga).amount)
    third = order.attendees.select_related("order", "order_line").get(pk=third.pk)
    with pytest.raises(Conflict):  # the last one: cancel the order
        refund_attendee(attendee=third, by=cast.olga)

    sweep_refunds(now=timezone.now())
    assert shares == [Decimal("19.99")] * 2
    assert returned(stripe_url, order) == 3998
    ticket.refresh_from_db()
    assert ticket.sold == 1
    assert not list(differences(ask_providers=True))


def give_back(by: Any, order: Order, attendee: Any = None, key: str = "", **attributes: Any) -> Any:
    members = {"order": ref("order", order)} | ({} if attendee is None else {"attendee": ref("attendee", attendee)})
    client = client_of(by)
    if key:
        client.credentials(**client._credentials, HTTP_IDEMPOTENCY_KEY=key)
    return send(client, "post", "/v1/refunds", body("refund", relationships=members, **attributes))


def test_team_gives_back_a_part_over_the_api(
    cast: SimpleNamespace, ordered: Ordered, stripe_url: str, event: Event, ticket: Ticket
) -> None:
    code = make_discount(event, ticket)
    order = ordered(quantity=3, discount_code=code)  # 17.99 each
    foreign = ordered()
    charge_order(order=order, stripe=VISA)
    order.refresh_from_db()
    issue_invoice(order=order)
    first, *_ = order.attendees.all()
    code.refresh_from_db()
    assert (code.used, order.discount_uses) == (3, 3)

    denied = [give_back(who, order, amount=1).status_code for who in (None, cast.eve, cast.ada, cast.rita)]
    refused = {
        name: give_back(cast.olga, order, **wrong).json()["errors"][0]["source"]["pointer"]
        for name, wrong in {
            "neither": {},
            "both": {"amount": 1, "attendee": first},
            "foreign": {"attendee": foreign.attendees.get()},
            "too much": {"amount": 100},
            "negative": {"amount": -1},
            "no such coin": {"amount": 1.005},
        }.items()
    }
    made = [give_back(cast.olga, order, amount=5.5, key="k") for _ in range(2)]
    made += [give_back(cast.otto, order, attendee=first)]

    assert denied == [401, 404, 403, 404]
    assert refused == dict.fromkeys(refused, "/data/attributes/amount") | {"foreign": "/data/relationships/attendee"}
    assert [answer.status_code for answer in made] == [201, 201, 201]
    assert made[0].json() == made[1].json()
    assert made[2].json()["data"]["attributes"]["state"] == "pending"
    assert give_back(cast.otto, order, attendee=first).status_code in (404, 409, 422)
    sweep_refunds(now=timezone.now())
    shown = client_of(cast.ada).get(f"/v1/orders/{order.identifier}/refunds?sort=id").json()["data"]
    assert [(row["attributes"]["amount"], row["attributes"]["state"]) for row in shown] == [
        (5.5, "done"),
        (17.99, "done"),
    ]
    assert returned(stripe_url, order) == 550 + 1799
    code.refresh_from_db()
    ticket.refresh_from_db()
    assert (code.used, ticket.sold) == (2, 2)
    notes = [issue_credit_note(refund=refund) for refund in order.refunds.order_by("pk")]
    assert [note.amount for note in notes if note] == [Decimal("-5.50"), Decimal("-17.99")]

    cancel_order(order)
    (rest,) = refund_order(order=order)
    carry_out_refund(refund=rest)
    code.refresh_from_db()
    ticket.refresh_from_db()
    assert (code.used, ticket.sold) == (0, 0)
    assert returned(stripe_url, order) == 5397
    assert not list(differences(ask_providers=True))
    assert not list(stock_differences())


def test_database_refuses_to_give_back_more_than_came_in(cast: SimpleNamespace, ordered: Ordered) -> None:
    order = ordered()
    payment, _ = charge_order(order=order, stripe=VISA)

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded=Decimal("20.00"))


def test_order_paid_by_bank_is_a_payment_that_the_team_gives_back_by_hand(
    cast: SimpleNamespace, ordered: Ordered
) -> None:
    order = mark_placed(ordered("bank"))
    complete_order(order, by=cast.olga)
    sweep_payments()
    assert record_manual_payment(order=order) is None  # it is there

    cancel_order(order)
    (refund,) = refund_order(order=order)
    assert carry_out_refund(refund=refund).state == "pending"
    with pytest.raises(NotAllowed):
        settle_manual_refund(refund=refund, by=cast.ada)
    assert settle_manual_refund(refund=refund, by=cast.olga).state == "done"
    assert not list(differences())


@pytest.mark.parametrize(
    "statement", ["UPDATE payments_ledgerentry SET amount = 0", "DELETE FROM payments_ledgerentry"]
)
def test_nobody_changes_the_ledger(cast: SimpleNamespace, ordered: Ordered, statement: str) -> None:
    charge_order(order=ordered(), stripe=VISA)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert LedgerEntry.objects.count() == 2


def test_ledger_is_a_table_for_the_treasurer(cast: SimpleNamespace, ordered: Ordered, event: Event) -> None:
    order = ordered()
    charge_order(order=order, stripe=VISA)

    answer = client_of(cast.olga).get(f"/v1/events/{event.pk}/ledger.csv")

    lines = answer.content.decode().splitlines()
    assert lines[0] == "at,kind,order,amount,currency,provider,reference"
    assert [line.split(",")[1:4] for line in lines[1:]] == [
        ["sale", str(order.identifier), "19.99"],
        ["payment", str(order.identifier), "19.99"],
    ]
    assert len(list(rows_of(event, until="2020-01-01"))) == 1
    statuses = [client_of(who).get(f"/v1/events/{event.pk}/ledger.csv").status_code for who in (None, cast.ada)]
    assert statuses == [401, 403]
    assert client_of(cast.olga).get(f"/v1/events/{event.pk}/ledger.csv?since=x").status_code == 400


def test_verify_ledger_names_what_differs(cast: SimpleNamespace, ordered: Ordered) -> None:
    order = ordered()
    payment, _ = charge_order(order=order, stripe=VISA)
    Payment.objects.filter(pk=payment.pk).update(received=Decimal("19.98"))

    assert any(f"payment {payment.pk}" in sentence for sentence in differences())
    assert any("at stripe" in sentence for sentence in differences(ask_providers=True))


def test_bill_has_the_lines_of_the_order_and_its_credit_note_takes_it_back(
    cast: SimpleNamespace, ordered: Ordered, event: Event
) -> None:
    Tax.objects.create(event=event, name="VAT", rate=19, tax_id="DE1", is_tax_included_in_price=True)
    order = ordered(quantity=2)
    charge_order(order=order, stripe=VISA)
    order.refresh_from_db()
    invoice = issue_invoice(order=order)
    again = issue_invoice(order=order)
    assert invoice is not None
    assert again == invoice
    assert (invoice.number, invoice.amount, invoice.issuer) == (1, Decimal("39.98"), cast.olga)
    assert invoice.content["seller"]["tax_id"] == "DE1"
    assert invoice.content["paid"] == "Paid by card (visa ending in 4242)."
    (line,) = invoice.content["lines"]
    assert (line["quantity"], Decimal(line["total"])) == (2, Decimal("39.98"))

    pdf = client_of(cast.ada).get(f"/v1/orders/invoices/{order.identifier}")
    assert pdf.content.startswith(b"%PDF")
    assert client_of(cast.eve).get(f"/v1/orders/invoices/{order.identifier}").status_code == 404

    cancel_order(order)
    (refund,) = refund_order(order=order)
    note = issue_credit_note(refund=refund)
    assert note is not None
    assert issue_credit_note(refund=refund) is None
    assert (note.number, note.amount, note.kind) == (2, Decimal("-39.98"), "credit_note")
    url = f"/v1/refunds/{refund.pk}/credit-note"
    assert client_of(cast.ada).get(url).content.startswith(b"%PDF")
    assert client_of(cast.eve).get(url).status_code == 404


def test_team_may_complete_an_order_that_a_card_is_being_charged_for(
    cast: SimpleNamespace, ordered: Ordered, ticket: Ticket, stripe_url: str
) -> None:
    """The card's money comes on top, and goes back."""
    from unittest import mock

    order = ordered()
    with (
        mock.patch("payments.services.charging.settle_payment", side_effect=ZeroDivisionError),
        pytest.raises(ZeroDivisionError),
    ):
        charge_order(order=order, stripe=VISA)
    complete_order(order, by=cast.olga)
    now = timezone.now() + timezone.timedelta(minutes=5)

    sweep_payments(now=now)
    sweep_refunds(now=now)

    assert sorted(order.payments.values_list("provider", "state")) == [("manual", "paid"), ("stripe", "surplus")]
    assert returned(stripe_url, order) == 1999
    assert not list(differences(ask_providers=True))
    assert order_of(ticket, cast.eve).status == "initializing"
