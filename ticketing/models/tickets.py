"""Tickets and the tags they are grouped by."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from events.models import Event
from openevent.fields import flag, line, money, text
from openevent.models import SoftDeletable

from ..querysets import TicketQuerySet, TicketTagQuerySet


class Ticket(SoftDeletable):
    """A kind of ticket. ``sold`` and ``reserved`` are moved by ticketing/stock.py only."""

    class Type(models.TextChoices):
        FREE = "free"
        PAID = "paid"
        DONATION = "donation"
        FREE_REGISTRATION = "freeRegistration"
        PAID_REGISTRATION = "paidRegistration"
        DONATION_REGISTRATION = "donationRegistration"

    FREE_TYPES = (Type.FREE, Type.FREE_REGISTRATION)
    PAID_TYPES = (Type.PAID, Type.PAID_REGISTRATION)
    DONATION_TYPES = (Type.DONATION, Type.DONATION_REGISTRATION)

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tickets")
    name = models.CharField(max_length=255)
    description = text()
    type = models.CharField(max_length=64)  # any word; the wire knows more kinds than those that matter here
    price = money(null=True, blank=True)
    min_price = money()
    max_price = money(null=True, blank=True, default=None)
    quantity = models.PositiveIntegerField(null=True, blank=True)  # null: as many as are asked for
    sold = models.IntegerField(default=0, editable=False)
    reserved = models.IntegerField(default=0, editable=False)
    min_order = models.PositiveIntegerField(null=True, blank=True, default=1)
    max_order = models.PositiveIntegerField(null=True, blank=True, default=10)
    sales_starts_at = models.DateTimeField()
    sales_ends_at = models.DateTimeField()
    position = models.IntegerField(null=True, blank=True, default=1)
    is_hidden = flag()
    is_description_visible = flag(default=True)
    is_fee_absorbed = flag()
    is_checkin_restricted = flag(default=True)
    auto_checkin_enabled = flag()
    form_id = line()
    badge_id = line()

    objects = TicketQuerySet.as_living_manager()
    with_trashed = TicketQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sold__gte=0, reserved__gte=0)
                & (Q(quantity=None) | Q(quantity__gte=F("sold") + F("reserved"))),
                name="ticket_never_oversold",
                violation_error_message="There are more tickets sold than that.",
                violation_error_code="oversold",
            ),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="ticket_price_not_negative"),
            models.UniqueConstraint(
                fields=["event", "name"],
                name="ticket_name_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="The event has a ticket of this name already.",
                violation_error_code="duplicate",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Dates, limits and prices of one ticket against each other and against its event."""
        errors: dict[str, Any] = {}
        if self.sales_starts_at and self.sales_ends_at:
            if self.sales_ends_at < self.sales_starts_at:
                errors["sales_ends_at"] = _invalid("sales-ends-at should be after sales-starts-at", "date_order")
            elif self.event_id and self.sales_ends_at > self.event.ends_at:
                errors["sales_ends_at"] = _invalid("End of ticket sales date can't be after end of event date")
        if self.min_order and self.max_order and self.max_order < self.min_order:
            errors["max_order"] = _invalid("max-order should be greater than or equal to min-order")
        if self.quantity is not None and self.min_order and self.quantity < self.min_order:
            errors["quantity"] = _invalid("quantity should be greater than or equal to min-order")
        if self.type in self.PAID_TYPES and not self.price:
            errors["price"] = _invalid("paid ticket price should be greater than 0")
        if self.type in self.DONATION_TYPES and self.max_price is not None and self.max_price < self.min_price:
            errors["max_price"] = _invalid("max-price should be greater than or equal to min-price")
        if errors:
            raise ValidationError(errors)

    @property
    def is_free(self) -> bool:
        """Whether it never costs anything."""
        return self.type in self.FREE_TYPES

    @property
    def is_paid(self) -> bool:
        """Whether it has a price of its own, whatever word the type is."""
        return self.type in self.PAID_TYPES or bool(self.price and not self.is_free and not self.is_donation)

    @property
    def is_donation(self) -> bool:
        """Whether the buyer names the price."""
        return self.type in self.DONATION_TYPES

    @property
    def left(self) -> int | None:
        """How many can still be bought; None: without limit."""
        return None if self.quantity is None else self.quantity - self.sold - self.reserved


class TicketTag(SoftDeletable):
    """A word that tickets of an event are grouped by."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="ticket_tags")
    name = line()
    tickets = models.ManyToManyField(Ticket, blank=True, related_name="ticket_tags")

    objects = TicketTagQuerySet.as_living_manager()
    with_trashed = TicketTagQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or ""


def _invalid(message: str, code: str = "invalid") -> ValidationError:
    return ValidationError(message, code=code)
