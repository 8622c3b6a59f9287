"""Numbers of bills, and the site's bills to organizers."""

import multiprocessing
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Mail
from events.models import Event
from orders.models import Order
from payments.models import EventInvoice, InvoiceCounter, LedgerEntry
from payments.services import charge_order, issue_event_invoices, remind_of_bills
from payments.services.invoicing import take_number
from tests.factories import client_of
from tests.jsonapi import body, send

from .conftest import VISA

PROCESSES = 8
EACH = 25


def take_some(issuer_id: int, database: str, found: "multiprocessing.Queue[list[int]]") -> None:
    """In a process of its own: take numbers; every fifth transaction does not come to its end."""
    from accounts.models import User

    connection.settings_dict["NAME"] = database
    connection.connect()
    issuer, taken = User.objects.get(pk=issuer_id), []
    for turn in range(EACH):
        if turn % 5 == 0:
            with transaction.atomic():
                take_number(issuer)
                transaction.set_rollback(True)
        with transaction.atomic():
            taken.append(take_number(issuer))
    connection.close()
    found.put(taken)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_neither_gaps_nor_duplicates(cast: SimpleNamespace) -> None:
    name = connection.settings_dict["NAME"]
    connection.close()
    fork = multiprocessing.get_context("fork")
    found: multiprocessing.Queue[list[int]] = fork.Queue()
    workers = [fork.Process(target=take_some, args=(cast.olga.pk, name, found)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    numbers = sorted(number for _ in workers for number in found.get(timeout=60))
    for worker in workers:
        worker.join(10)

    assert numbers == list(range(1, PROCESSES * EACH + 1))
    assert InvoiceCounter.objects.get(issuer=cast.olga).last == PROCESSES * EACH


def mails_of_bills() -> list[str]:
    rows = Mail.objects.filter(action__startswith="monthly_payment", recipient="olga@example.org")
    return list(rows.order_by("pk").values_list("action", flat=True))


def test_site_bills_its_fees_once_a_month(cast: SimpleNamespace, event: Event, ordered: Callable[..., Order]) -> None:
    order = ordered()
    charge_order(order=order, stripe=VISA)
    last_month = timezone.now().replace(day=1) - timezone.timedelta(days=3)
    line = {"event": event, "order": order, "currency": "EUR", "at": last_month}
    LedgerEntry.objects.create(kind="site_fee", amount=Decimal("-1.25"), **line)
    LedgerEntry.objects.create(kind="provider_fee", amount=Decimal("-9"), **line)
    now = timezone.now().replace(day=20)

    (invoice,) = issue_event_invoices(now=now)
    assert issue_event_invoices(now=now) == []
    assert mails_of_bills() == ["monthly_payment"]
    for days in (10, 28, 29, 31, 32, 45):
        remind_of_bills(now=now + timezone.timedelta(days=days))
    assert mails_of_bills() == [
        "monthly_payment",
        "monthly_payment_pre_due",
        "monthly_payment_post_due",
        "monthly_payment_follow_up",
    ]

    assert (invoice.amount, invoice.currency, invoice.user, invoice.number) == (Decimal("1.25"), "EUR", cast.olga, 1)
    listed = client_of(cast.olga).get(f"/v1/events/{event.identifier}/event-invoices?include=user,event").json()
    (shown,) = listed["data"]
    assert (shown["attributes"]["amount"], shown["attributes"]["status"]) == (1.25, "due")
    assert client_of(cast.ada).get(f"/v1/event-invoices/{invoice.identifier}").status_code == 404
    assert client_of(cast.olga).get(f"/v1/events/invoices/{invoice.identifier}").content.startswith(b"%PDF")
    paid = body("event-invoice", invoice.pk, status="paid")
    url = f"/v1/event-invoices/{invoice.pk}"
    assert send(client_of(cast.olga), "patch", url, paid).status_code == 403
    assert send(client_of(cast.adam), "patch", url, paid).status_code == 200
    assert EventInvoice.objects.get().status == "paid"
