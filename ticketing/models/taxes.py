"""What is added to a price: the event's tax, and the fee of the site."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from events.models import Event
from openevent.fields import flag, line, text
from openevent.models import SoftDeletable

from ..querysets import GLOBAL, TaxQuerySet, TicketFeeQuerySet

NOT_NEGATIVE = MinValueValidator(0)
_WORDS = (
    "AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS INR JPY KWD MXN MYR NOK NZD PHP PLN RUB SEK SGD THB TWD USD"
)
CURRENCIES = _WORDS.split()


class Tax(SoftDeletable):
    """The tax on an event's tickets, and who sends the invoice. One per event among the living."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="taxes")
    name = line(default="")
    rate = models.DecimalField(  # percent
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[NOT_NEGATIVE, MaxValueValidator(100)],
    )
    is_tax_included_in_price = flag()
    tax_id = line(default="")
    country = line()
    state = line()
    city = line()
    address = line()
    zip = line()
    phone = line()
    email = line()
    contact_name = line()
    registered_company = line()
    invoice_footer = text()
    should_send_invoice = flag()
    is_invoice_sent = flag()

    objects = TaxQuerySet.as_living_manager()
    with_trashed = TaxQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        verbose_name_plural = "taxes"
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                name="tax_once_per_event",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="The event has a tax already.",
                violation_error_code="duplicate",
            ),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gte=0, rate__lte=100), name="tax_rate_within_0_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'tax'} {self.rate or 0} %"


class TicketFee(models.Model):
    """What the site takes of each sale in one currency and country; of several for all countries the newest holds."""

    currency = models.CharField(
        max_length=3, null=True, blank=True, choices=[(word, word) for word in CURRENCIES]
    )
    country = models.CharField(max_length=255, default=GLOBAL, blank=True)
    service_fee = models.DecimalField(  # percent of the price
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[NOT_NEGATIVE, MaxValueValidator(100)],
    )
    maximum_fee = models.DecimalField(  # for one line of an order, in the currency
        max_digits=14, decimal_places=4, null=True, blank=True, validators=[NOT_NEGATIVE]
    )

    objects = TicketFeeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "country"],
                name="ticket_fee_once_per_country",
                condition=~Q(country=GLOBAL),
                violation_error_message="There is a fee for this currency and country already.",
                violation_error_code="duplicate",
            ),
            models.CheckConstraint(
                condition=(Q(service_fee=None) | Q(service_fee__gte=0, service_fee__lte=100))
                & (Q(maximum_fee=None) | Q(maximum_fee__gte=0)),
                name="ticket_fee_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_fee or 0} % in {self.country or GLOBAL}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.country = self.country or GLOBAL
        super().save(*args, **kwargs)
