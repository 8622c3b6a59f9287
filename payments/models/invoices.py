"""Bills: of organizers to their buyers, and of the site to organizers. Numbers have no gaps."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Setting
from events.models import Event
from openevent.fields import choice, line, link, moment, money, number
from openevent.models import SoftDeletable
from orders.models import Order

from ..querysets import EventInvoiceQuerySet, InvoicePaymentQuerySet, InvoiceQuerySet
from .payments import Attempt, Refund

PAYABLE_FOR = timedelta(days=30)


class InvoiceCounter(models.Model):
    """The last number that an issuer gave out. ``issuer`` None is the site."""

    issuer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer"], nulls_distinct=False, name="counter_one_per_issuer"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer_id}: {self.last}"


class Invoice(models.Model):
    """What a buyer is billed, or credited, by the organizer. Written once, from the order's stored lines."""

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        CREDIT_NOTE = "credit_note"

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.INVOICE)
    issuer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="credit_note")
    amount = money()
    tax = money()
    currency = models.CharField(max_length=3)
    content = models.JSONField(default=dict)  # lines, seller and buyer as they were then
    issued_at = models.DateTimeField(default=timezone.now)
    pdf = models.FileField(max_length=255, null=True, blank=True, editable=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "number"], nulls_distinct=False, name="invoice_number_once"),
            models.UniqueConstraint(fields=["order"], condition=Q(kind="invoice"), name="invoice_one_per_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class EventInvoice(SoftDeletable):
    """What the site bills the owner of an event for a month: its fees on what was sold."""

    class Status(models.TextChoices):
        PAID = "paid"
        DUE = "due"
        REFUNDING = "refunding"
        REFUNDED = "refunded"
        FAILED = "failed"
        RESOLVED = "resolved"

    identifier = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="event_invoices")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="event_invoices"
    )
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="event_invoice")
    month = models.DateField(null=True, editable=False)  # its first day
    amount = money()
    currency = models.CharField(max_length=3, default="USD")
    status = choice(Status, default=Status.DUE)
    payment_mode = line()
    paid_via = choice(["free", "stripe", "paypal", "transfer", "onsite", "cheque"])
    transaction_id = line()
    stripe_token = line(editable=False)
    paypal_token = line(editable=False)
    brand = line()
    last4 = line()
    exp_month = number(validators=[MinValueValidator(0), MaxValueValidator(12)])
    exp_year = number(validators=[MinValueValidator(2015)])
    number = models.PositiveIntegerField(null=True, unique=True, editable=False)
    invoice_pdf_url = link()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    issued_at = moment(editable=False)
    completed_at = moment()

    objects = EventInvoiceQuerySet.as_living_manager()
    with_trashed = EventInvoiceQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "month", "currency"], name="event_invoice_once_a_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="event_invoice_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.identifier)

    @property
    def due_at(self) -> datetime | None:
        """Until when it is to be paid."""
        return None if self.issued_at is None else self.issued_at + PAYABLE_FOR


class InvoicePayment(Attempt):
    """One attempt to pay a bill of the site. Money that the bill has no use for goes back."""

    invoice = models.ForeignKey(EventInvoice, on_delete=models.PROTECT, related_name="payments")
    return_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # idempotency of giving it back
    return_id = line(editable=False)

    objects = InvoicePaymentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(state__in=["open", "paid"]), name="invoice_payment_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["provider", "provider_id"], name="invoice_payment_known_once"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("received")), name="invoice_payment_refunded_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_payment_of_something"),
        ]

    @property
    def subject(self) -> str:
        return f"Invoice {self.invoice.number or self.invoice.identifier}"

    @property
    def payee(self) -> str:
        return Setting.load().admin_billing_paypal_email or ""

    @property
    def pages(self) -> tuple[str, str]:
        page = f"{settings.FRONTEND_URL}/event-invoice/{self.invoice.identifier}"
        return f"{page}/paid", f"{page}/review"
