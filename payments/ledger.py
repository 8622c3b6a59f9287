"""Reading the ledger: as a table for the treasurer, and against everything else that knows about the same money."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.dateparse import parse_date

from events.models import Event
from openevent.exceptions import MalformedInput
from orders.models import Order

from .currencies import decimals_of
from .models import Attempt, InvoicePayment, LedgerEntry, Payment, Refund
from .providers import ProviderAway, Standing, provider_of

HEADER = ["at", "kind", "order", "amount", "currency", "provider", "reference"]
Kind = LedgerEntry.Kind


def rows_of(event: Event, since: str | None = None, until: str | None = None) -> Iterator[list[str]]:
    """Header and lines of an event's ledger, in a period of days (``until`` not included)."""
    entries = LedgerEntry.objects.filter(event=event).select_related("order", "payment").order_by("at", "pk")
    if since:
        entries = entries.filter(at__gte=_midnight(since))
    if until:
        entries = entries.filter(at__lt=_midnight(until))
    yield HEADER
    for entry in entries.iterator():
        amount = f"{entry.amount:.{decimals_of(entry.currency)}f}"
        provider = entry.payment.provider if entry.payment else ""
        texts = [str(entry.order.identifier), amount, entry.currency, provider, _harmless(entry.reference)]
        yield [entry.at.isoformat(), entry.kind, *texts]


def differences(*, ask_providers: bool = False) -> Iterator[str]:
    """Sentences about what does not fit: order totals, payments, refunds, ledger and, if asked, the providers'
    own numbers. Nothing, ever."""
    yield from _payments(ask_providers)
    yield from _refunds()
    yield from _orders()
    yield from _bills(ask_providers)


def _bills(ask_providers: bool) -> Iterator[str]:
    """The site's bills to organizers: paid by exactly one payment, of their amount."""
    for payment in InvoicePayment.objects.select_related("invoice").iterator():
        invoice, is_paid = payment.invoice, payment.state == "paid"
        money = payment.received if payment.state in ("paid", "surplus") else Decimal(0)
        if is_paid and (invoice.status == "due" or payment.received != invoice.amount):
            yield f"invoice {invoice.pk} of {invoice.amount} is {invoice.status}, {payment.received} was paid for it"
        if ask_providers and payment.state in ("paid", "failed") and payment.provider_id:
            yield from (f"invoice {invoice.pk}: {sentence}" for sentence in _provider(payment, money))


def _payments(ask_providers: bool) -> Iterator[str]:
    booked = _sums(Kind.PAYMENT, "payment_id")
    promised = dict(
        Refund.objects.order_by()
        .values_list("payment_id")
        .annotate(Sum("amount"))
        .values_list("payment_id", "amount__sum")
    )
    for payment in Payment.objects.select_related("order__event").iterator():
        money = payment.received if payment.state in ("paid", "surplus", "refunded") else Decimal(0)
        if booked.pop(payment.pk, Decimal(0)) != money:
            yield f"payment {payment.pk} ({payment.state}) of {money} is not so in the ledger"
        if promised.get(payment.pk, Decimal(0)) != payment.refunded:
            yield f"payment {payment.pk}: {payment.refunded} refunded, its refunds say {promised.get(payment.pk, 0)}"
        if payment.state == "surplus" and payment.refunded != payment.received:
            yield f"payment {payment.pk} is surplus and does not go back"
        if ask_providers and payment.state != "open" and payment.provider_id:
            yield from _provider(payment, money)


def _provider(payment: Attempt, money: Decimal) -> Iterator[str]:
    try:
        outcome = provider_of(payment).lookup(payment)
    except ProviderAway as error:
        yield f"payment {payment.pk}: {error.message}"
        return
    theirs = outcome.received if outcome.standing is Standing.PAID else Decimal(0)
    if theirs != money:
        yield f"payment {payment.pk}: {money} here, {theirs} at {payment.provider}"


def _refunds() -> Iterator[str]:
    booked = _sums(Kind.REFUND, "refund_id")
    for refund in Refund.objects.iterator():
        money = -refund.amount if refund.state == "done" else Decimal(0)
        if booked.get(refund.pk, Decimal(0)) != money:
            yield f"refund {refund.pk} ({refund.state}) of {refund.amount} is not so in the ledger"


def _orders() -> Iterator[str]:
    sold = _sums(Kind.SALE, "order_id")
    orders = Order.with_trashed.filter(Q(amount__gt=0) | Q(pk__in=sold))
    for order in orders.prefetch_related("payments").iterator(chunk_size=500):
        states = [payment.state for payment in order.payments.all()]
        is_sold = order.status == Order.Status.COMPLETED
        if is_sold and "paid" not in states and "refunded" not in states:
            yield f"order {order.pk} is completed and not paid"
        if is_sold and sold.get(order.pk, Decimal(0)) % (order.amount or 1):
            yield f"order {order.pk} of {order.amount} was sold for {sold.get(order.pk)}"
        unreturned = [p for p in order.payments.all() if p.state == "paid" and p.refunded < p.received]
        if not is_sold and unreturned:
            yield f"order {order.pk} is {order.status} and its payment {unreturned[0].pk} is kept"


def _sums(kind: str, by: str) -> dict[Any, Decimal]:
    rows = LedgerEntry.objects.filter(kind=kind).order_by().values_list(by).annotate(Sum("amount"))
    return dict(rows)


def _midnight(text: str) -> datetime:
    try:
        day: date | None = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise MalformedInput(f"{text[:20]} is no date: write 2026-01-31.", "invalid_date")
    return timezone.make_aware(datetime.combine(day, time.min))


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
