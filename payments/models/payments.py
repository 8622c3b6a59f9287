"""Attempts to be paid, and money that goes back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from openevent.fields import choice, line, moment, money, text
from orders.models import Attendee, Order

from ..querysets import PaymentQuerySet, RefundQuerySet


class Attempt(models.Model):
    """One attempt to get money from somebody. The row is there before a provider hears of it, so that whatever happens
    in between can be asked again with the same key. Moved by payments/services only."""

    class Provider(models.TextChoices):
        STRIPE = "stripe"
        PAYPAL = "paypal"
        MANUAL = "manual"  # bank, cheque, at the door: the team says that it is there

    class State(models.TextChoices):
        OPEN = "open"  # asked for, or about to be
        PAID = "paid"  # the order's money
        SURPLUS = "surplus"  # money that nobody has a use for: it goes back by itself
        FAILED = "failed"  # no money
        REFUNDED = "refunded"  # all of it went back

    provider = models.CharField(max_length=16, choices=Provider.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    amount = money()  # asked for
    currency = models.CharField(max_length=3)
    received = money()
    refunded = money()  # given back, or promised to be
    fee = money(null=True, blank=True, default=None)  # what the provider kept, where it says so
    key = models.CharField(max_length=64, unique=True)  # idempotency towards the provider
    provider_id = line(editable=False)  # of the payment
    capture_id = line(editable=False)  # of the money movement, which refunds name
    source = line(editable=False)  # the card's token, until it is known what became of it
    approval_url = text(editable=False)  # where the buyer says yes
    message = text(editable=False)  # what the provider said
    busy_until = moment(editable=False)  # somebody talks to the provider about it
    asked_at = moment(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = moment(editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key

    @property
    def subject(self) -> str:
        """What is paid for, as the provider shows it to the buyer."""
        raise NotImplementedError

    @property
    def payee(self) -> str:
        """The PayPal address that gets the money; "" for the site's own."""
        raise NotImplementedError

    @property
    def pages(self) -> tuple[str, str]:
        """Where the front end wants to see the buyer who has paid, and the one who has not."""
        raise NotImplementedError


class Payment(Attempt):
    """One attempt to pay an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    is_called_off = models.BooleanField(default=False, editable=False)  # the order's time was over

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["open", "paid"]), name="payment_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["provider", "provider_id"], name="payment_known_once"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("received")), name="payment_refunded_at_most_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something"),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="open"), name="payment_open")]

    @property
    def subject(self) -> str:
        return f"Order {self.order.identifier}"

    @property
    def payee(self) -> str:
        return self.order.event.paypal_email or ""

    @property
    def pages(self) -> tuple[str, str]:
        page = f"{settings.FRONTEND_URL}/orders/{self.order.identifier}"
        return f"{page}/view", f"{page}/pending"


class Refund(models.Model):
    """Money on its way back. The row is made with the reason for it, and tried until it is done."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        FAILED = "failed"  # given up: somebody has to look at it

    class Reason(models.TextChoices):
        CANCELLED = "cancelled"
        LATE = "late"  # the money came when there was no room any more
        SURPLUS = "surplus"  # a second payment, or a wrong amount
        PARTIAL = "partial"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    attendee = models.OneToOneField(Attendee, on_delete=models.PROTECT, null=True, blank=True, related_name="refund")
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)
    reason = choice(Reason, null=False, default=Reason.CANCELLED)
    amount = money()
    currency = models.CharField(max_length=3)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    provider_id = line(editable=False)
    message = text(editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(default=timezone.now)
    busy_until = moment(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = moment(editable=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_of_something")]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="pending"), name="refund_due")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} of {self.payment_id}"
