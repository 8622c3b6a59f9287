"""Discount codes and access codes. ``used`` counts tickets and is moved by ticketing/stock.py only."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from events.models import Event
from openevent.fields import flag, link, moment
from openevent.models import SoftDeletable

from ..querysets import AccessCodeQuerySet, DiscountCodeQuerySet
from .tickets import Ticket


class Code(SoftDeletable):
    """A word with a time it is valid in and a number of tickets it is good for."""

    code = models.CharField(max_length=255)
    is_active = flag(default=True)
    tickets_number = models.PositiveIntegerField(null=True, blank=True)  # null: as many as are asked for
    min_quantity = models.PositiveIntegerField(null=True, blank=True)
    max_quantity = models.PositiveIntegerField(null=True, blank=True)
    valid_from = moment()
    valid_till = moment()
    used = models.IntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        base_manager_name = "with_trashed"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Limits and dates in order."""
        errors: dict[str, Any] = {}
        low, high, number = self.min_quantity, self.max_quantity, self.tickets_number
        if low is not None and high is not None and high < low:
            errors["max_quantity"] = _invalid("max-quantity should be greater than or equal to min-quantity")
        if number is not None and high is not None and number < high:
            errors["tickets_number"] = _invalid("tickets-number should be greater than or equal to max-quantity")
        if number is not None and number < self.used:
            errors["tickets_number"] = _invalid(f"The code was used for {self.used} tickets already.", "used")
        if self.valid_from and self.valid_till and self.valid_till <= self.valid_from:
            errors["valid_till"] = _invalid("valid-till should be after valid-from", "date_order")
        if errors:
            raise ValidationError(errors)

    def is_valid_at(self, now: Any) -> bool:
        """Switched on, and within its time."""
        return bool(
            self.is_active
            and (self.valid_from is None or self.valid_from <= now)
            and (self.valid_till is None or now <= self.valid_till)
        )


def _never_overused(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(used__gte=0) & (Q(tickets_number=None) | Q(tickets_number__gte=F("used"))), name=name
    )


class DiscountCode(Code):
    """Lowers the price of tickets, or (``used_for`` event) the site's fee of an event."""

    class Type(models.TextChoices):
        AMOUNT = "amount"
        PERCENT = "percent"

    class UsedFor(models.TextChoices):
        EVENT = "event"
        TICKET = "ticket"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, blank=True, related_name="discount_codes")
    events = models.ManyToManyField(Event, blank=True, related_name="fee_discount_codes")
    tickets = models.ManyToManyField(Ticket, blank=True, related_name="discount_codes")
    marketer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="discount_codes",
    )
    type = models.CharField(max_length=16, choices=Type.choices)
    value = models.DecimalField(max_digits=14, decimal_places=4)  # percent, or an amount of money
    used_for = models.CharField(max_length=16, choices=UsedFor.choices, default=UsedFor.TICKET)
    discount_url = link()

    objects = DiscountCodeQuerySet.as_living_manager()
    with_trashed = DiscountCodeQuerySet.as_manager()

    class Meta(Code.Meta):
        constraints = [
            _never_overused("discount_code_never_overused"),
            models.CheckConstraint(condition=Q(value__gte=0), name="discount_not_negative"),
            models.CheckConstraint(condition=~Q(type="percent") | Q(value__lte=100), name="discount_percent_to_100"),
            models.UniqueConstraint(
                fields=["event", "code"],
                name="discount_code_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="The event has a discount code of this name already.",
                violation_error_code="duplicate",
            ),
        ]

    def clean(self) -> None:
        """Percent within 0…100, amounts not below zero."""
        if self.value is not None and self.value < 0:
            raise ValidationError({"value": _invalid("Discount value should not be negative")})
        if self.type == self.Type.PERCENT and self.value is not None and self.value > 100:
            raise ValidationError({"value": _invalid("Discount percentage must be between 0 and 100")})
        super().clean()


class AccessCode(Code):
    """Opens hidden tickets to who knows it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="access_codes")
    tickets = models.ManyToManyField(Ticket, blank=True, related_name="access_codes")
    marketer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="access_codes",
    )
    access_url = link()

    objects = AccessCodeQuerySet.as_living_manager()
    with_trashed = AccessCodeQuerySet.as_manager()

    class Meta(Code.Meta):
        constraints = [
            _never_overused("access_code_never_overused"),
            models.UniqueConstraint(
                fields=["event", "code"],
                name="access_code_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="The event has an access code of this name already.",
                violation_error_code="duplicate",
            ),
        ]


def _invalid(message: str, code: str = "invalid") -> ValidationError:
    return ValidationError(message, code=code)
