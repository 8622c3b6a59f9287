"""The order, its priced lines and its history."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from events.models import Event
from openevent.fields import choice, flag, line, moment, money, text
from openevent.models import SoftDeletable
from ticketing.models import AccessCode, DiscountCode, Ticket

from .. import links
from ..querysets import OrderQuerySet, OrderTransitionQuerySet


class Order(SoftDeletable):
    """A purchase. ``status`` is moved by orders/services only. An order that an administrator deletes goes
    to the trash: what was sold and paid is never forgotten."""

    class Status(models.TextChoices):
        INITIALIZING = "initializing"  # begun, not handed in
        PENDING = "pending"  # handed in, to be paid
        PLACED = "placed"  # to be paid by bank, cheque or at the door
        COMPLETED = "completed"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    class PaymentMode(models.TextChoices):
        FREE = "free"
        STRIPE = "stripe"
        PAYPAL = "paypal"
        BANK = "bank"
        CHEQUE = "cheque"
        ONSITE = "onsite"
        OMISE = "omise"
        ALIPAY = "alipay"
        PAYTM = "paytm"
        INVOICE = "invoice"

    identifier = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="orders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders"
    )
    marketer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="marketed_orders",
    )
    discount_code = models.ForeignKey(
        DiscountCode, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders"
    )
    access_code = models.ForeignKey(AccessCode, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders")
    # how many uses of the codes it takes, while it holds seats or has sold them
    discount_uses = models.PositiveIntegerField(default=0, editable=False)
    access_uses = models.PositiveIntegerField(default=0, editable=False)

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.INITIALIZING)
    amount = money()
    currency = models.CharField(max_length=3, default="USD")
    payment_mode = choice(PaymentMode, default=PaymentMode.FREE)
    paid_via = line(editable=False)
    transaction_id = line(editable=False)
    brand = line(editable=False)
    last4 = line(editable=False)
    exp_month = line(editable=False)
    exp_year = line(editable=False)
    is_refund_due = flag(editable=False)

    company = line()
    address = text()
    city = line()
    state = line()
    country = line()
    zipcode = line()
    tax_business_info = text()
    is_billing_enabled = flag()
    order_notes = text()
    cancel_note = text()
    tickets_pdf = models.FileField(max_length=255, null=True, blank=True, editable=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = moment(editable=False)
    completed_at = moment(editable=False)
    tickets_sent_at = moment(editable=False)  # every PDF made and every mail written

    objects = OrderQuerySet.as_living_manager()
    with_trashed = OrderQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="order_amount_not_negative")]
        indexes = [
            models.Index(fields=["event", "status"], name="order_by_event_and_status"),
            models.Index(
                fields=["expires_at"],
                name="order_waiting",
                condition=Q(status__in=["initializing", "pending"]),
            ),
            models.Index(
                fields=["completed_at"],
                name="order_owing_tickets",
                condition=Q(status="completed", tickets_sent_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.identifier)

    @property
    def short_number(self) -> str:
        """The beginning of the identifier: enough for people to tell orders apart, and to search for them."""
        return str(self.identifier)[:8]

    @property
    def is_paid(self) -> bool:
        """Whether money came in for it."""
        return self.status == self.Status.COMPLETED and self.amount > 0

    @property
    def tickets_pdf_url(self) -> str | None:
        """Where the PDF of all tickets is, once it was made; the link itself opens it."""
        return links.tickets_link(self) if self.tickets_pdf else None

    @property
    def is_free(self) -> bool:
        """Whether nothing is to be paid for it."""
        return self.amount == 0


class OrderLine(models.Model):
    """What was agreed for one kind of ticket; mails, PDFs and invoices read from here, never compute anew."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="order_lines")
    name = models.CharField(max_length=255)
    quantity = models.PositiveIntegerField()
    returned = models.PositiveIntegerField(default=0, editable=False)  # seats given back, attendee by attendee
    unit_price = money()
    discount = money()  # of the whole line
    fee = money()  # of the whole line: the site's share
    is_fee_absorbed = flag()  # paid by the organizer, not on top by the buyer
    tax_name = line()
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)  # percent
    is_tax_included = flag()
    tax = money()  # of the whole line
    adjustment = money()  # what the team put on or took off when it named the amount itself
    total = money()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_line_not_negative"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_of_one_or_more"),
            models.CheckConstraint(condition=Q(returned__lte=F("quantity")), name="order_line_returned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"


class OrderTransition(models.Model):
    """A line of the order's history: who moved it from where to where, when and why."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="transitions")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    from_status = models.CharField(max_length=16, default="")
    to_status = models.CharField(max_length=16)
    reason = models.CharField(max_length=255, default="")

    objects = OrderTransitionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_status or 'new'} → {self.to_status}"
