"""What happened to money, line by line; the database lets nobody change or remove a line."""

from django.db import models
from django.utils import timezone

from events.models import Event
from openevent.fields import money
from orders.models import Order

from .payments import Payment, Refund


class LedgerEntry(models.Model):
    """Amounts are signed as the event sees them: sales and payments are positive, fees and refunds negative."""

    class Kind(models.TextChoices):
        SALE = "sale"  # the order was completed
        PAYMENT = "payment"
        SITE_FEE = "site_fee"  # the site's share, billed to the organizer
        PROVIDER_FEE = "provider_fee"
        REFUND = "refund"

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="ledger")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger")
    amount = money()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=255, default="", blank=True)  # the provider's

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "kind"], condition=models.Q(refund=None), name="ledger_paid_once"
            ),
            models.UniqueConstraint(fields=["refund"], name="ledger_refunded_once"),
        ]
        indexes = [models.Index(fields=["event", "at"], name="ledger_by_event")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
