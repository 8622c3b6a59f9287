"""Bills. A number is taken in the transaction that writes the bill, so that there is neither gap nor duplicate."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import Setting
from events.models import Event, EventMember
from orders.models import Order
from orders.pricing import round_money
from ticketing.models import Tax

from .. import mails
from ..models import EventInvoice, Invoice, InvoiceCounter, LedgerEntry, Payment, Refund
from ..tasks import draw_invoice_task

BATCH = 200
LOOK_BACK = timedelta(days=7)
# reminders of a bill, and how much time is left at most when they are written; the latest that holds is written
REMINDERS = (
    ("monthly_payment_follow_up", timedelta(days=-14)),
    ("monthly_payment_post_due", timedelta(0)),
    ("monthly_payment_pre_due", timedelta(days=3)),
)


def issue_invoice(*, order: Order, now: datetime | None = None) -> Invoice | None:
    """The organizer's bill for a completed order; the one there is, if there is one. None where nothing is due."""
    if order.status != Order.Status.COMPLETED or order.amount <= 0:
        return None
    found = order.invoices.filter(kind=Invoice.Kind.INVOICE).first()
    if found is not None:
        return found
    lines = list(order.lines.all())
    try:
        with transaction.atomic():
            return _write(
                kind=Invoice.Kind.INVOICE,
                order=order,
                amount=order.amount,
                tax=sum((line.tax for line in lines), Decimal(0)),
                currency=order.currency,
                issued_at=now or timezone.now(),
                content=_content(order, [_line(line) for line in lines]),
            )
    except IntegrityError:  # somebody else wrote it at the same time, and the number went back
        return order.invoices.filter(kind=Invoice.Kind.INVOICE).first()


def issue_owed_invoices(*, now: datetime | None = None) -> int:
    """Write the bills whose task was lost: of orders that were paid more than a minute ago. Returns how many."""
    now = now or timezone.now()
    rows = Order.objects.filter(
        status=Order.Status.COMPLETED,
        payments__state=Payment.State.PAID,
        completed_at__range=(now - LOOK_BACK, now - timedelta(minutes=1)),
    ).exclude(pk__in=Invoice.objects.filter(kind=Invoice.Kind.INVOICE).values("order_id"))
    orders = list(rows[:BATCH])
    for order in orders:
        issue_invoice(order=order, now=now)
    return len(orders)


@transaction.atomic
def issue_credit_note(*, refund: Refund, now: datetime | None = None) -> Invoice | None:
    """What takes a bill back, wholly or in part. None where there was no bill, or there is a note already."""
    invoice = Invoice.objects.select_for_update().filter(order=refund.order, kind=Invoice.Kind.INVOICE).first()
    is_noted = Invoice.objects.filter(refund=refund).exists()
    if invoice is None or is_noted or refund.reason in (Refund.Reason.SURPLUS, Refund.Reason.LATE):
        return None
    share = refund.amount / invoice.amount if invoice.amount else Decimal(0)
    tax = round_money(invoice.tax * share, invoice.currency)
    what = "" if refund.attendee is None else f" ({refund.attendee.ticket.name})"
    line = {"name": f"Refund of invoice {invoice.number}{what}", "quantity": 1, "total": str(-refund.amount)}
    return _write(
        kind=Invoice.Kind.CREDIT_NOTE,
        order=refund.order,
        refund=refund,
        amount=-refund.amount,
        tax=-tax,
        currency=invoice.currency,
        issued_at=now or timezone.now(),
        content={
            **{name: invoice.content.get(name, "") for name in ("event", "seller", "buyer", "footer")},
            "lines": [line],
            "of": invoice.number,
            "of_date": f"{invoice.issued_at:%Y-%m-%d}",
            "paid": "To be paid back" if refund.done_at is None else f"Paid back on {refund.done_at:%Y-%m-%d}",
        },
    )


def issue_event_invoices(*, now: datetime | None = None) -> list[EventInvoice]:
    """The site's bills for last month: its fees on what each event sold, to the event's owner. Once for each event,
    month and currency, from the day that the site's settings name."""
    now = now or timezone.now()
    if now.day < Setting.load().invoice_sending_day:
        return []
    first = now.date().replace(day=1)
    rows = (
        LedgerEntry.objects.filter(kind=LedgerEntry.Kind.SITE_FEE, at__lt=_midnight(first))
        .annotate(month=TruncMonth("at"))
        .values("event_id", "month", "currency")
        .annotate(share=Sum("amount"))
        .order_by("month", "event_id")
    )
    issued = []
    for row in rows:
        month = row["month"].date()
        if EventInvoice.with_trashed.filter(event=row["event_id"], month=month, currency=row["currency"]).exists():
            continue
        issued.append(_bill(row["event_id"], month, -row["share"], row["currency"], now))
    return issued


def take_number(issuer: Any) -> int:
    """The issuer's next number. Held until the caller's transaction ends: the next one waits for it."""
    InvoiceCounter.objects.get_or_create(issuer=issuer)
    counter = InvoiceCounter.objects.select_for_update(no_key=True).get(issuer=issuer)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def owner_of(event: Event | int) -> Any:
    """Who organizes the event, as far as bills are concerned."""
    member = EventMember.objects.filter(event=event, role__name="owner").select_related("user").order_by("pk").first()
    return None if member is None else member.user


def remind_of_bills(*, now: datetime | None = None) -> int:
    """Remind organizers of the site's bills that are due within three days, overdue, or two weeks overdue; how many
    mails. Each once."""
    now = now or timezone.now()
    written = 0
    for invoice in EventInvoice.objects.filter(status=EventInvoice.Status.DUE, issued_at__isnull=False):
        left = (invoice.due_at or now) - now
        reminder = next((action for action, at_most in REMINDERS if left <= at_most), None)
        written += reminder is not None and mails.tell_of_bill(invoice, reminder)
    return written


@transaction.atomic
def _bill(event_id: int, month: date, amount: Decimal, currency: str, now: datetime) -> EventInvoice:
    invoice = EventInvoice.objects.create(
        event_id=event_id,
        user=owner_of(event_id),
        month=month,
        amount=amount,
        currency=currency,
        created_at=now,
        issued_at=now,
        number=take_number(None),
    )
    mails.tell_of_bill(invoice)
    return invoice


def _write(**attributes: Any) -> Invoice:
    issuer = owner_of(attributes["order"].event_id)
    invoice = Invoice(issuer=issuer, number=0, **attributes)
    invoice.number = take_number(issuer)
    invoice.save(force_insert=True)
    draw_invoice_task.publish_on_commit(invoice.pk)
    return invoice


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())


def _line(line: Any) -> dict[str, Any]:
    money = ("unit_price", "discount", "fee", "tax", "adjustment", "total")
    texts = {name: str(getattr(line, name)) for name in money}
    rate = None if line.tax_rate is None else str(line.tax_rate)
    tax = {"tax_name": line.tax_name, "tax_rate": rate, "is_tax_included": line.is_tax_included}
    return {"name": line.name, "quantity": line.quantity, **tax, **texts}


def _content(order: Order, lines: list[dict[str, Any]]) -> dict[str, Any]:
    event, user = order.event, order.user
    tax = event.taxes.first() or Tax()
    seller = {name: getattr(tax, name) or "" for name in ("address", "zip", "city", "state", "country", "tax_id")}
    seller["name"] = tax.registered_company or event.owner_name or event.name
    billing = ("company", "address", "city", "state", "country", "zipcode", "tax_business_info")
    buyer = {name: getattr(order, name) or "" for name in billing}
    buyer["name"] = "" if user is None else f"{user.first_name or ''} {user.last_name or ''}".strip() or user.email
    parties = {"event": event.name, "seller": seller, "buyer": buyer}
    return {**parties, "lines": lines, "paid": _paid(order), "footer": tax.invoice_footer or ""}


def _paid(order: Order) -> str:
    """How the order was paid, for the bill."""
    way = order.paid_via or order.payment_mode
    way = "card" if way == Payment.Provider.STRIPE else way
    card = f" ({order.brand} ending in {order.last4})" if order.brand and order.last4 else ""
    return f"Paid by {way}{card}." if way else "Paid."
