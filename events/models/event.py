"""The event."""

import secrets
import string
import zoneinfo
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import now

from openevent.fields import flag, line, link, moment, rich_text, text
from openevent.models import SoftDeletable

from ..querysets import EventQuerySet, event_words
from .taxonomy import EventLocation, EventSubTopic, EventTopic, EventType

IDENTIFIER_LENGTH = 8


def new_identifier() -> str:
    """Eight characters for an event's public address, never all digits: those are ids."""
    while True:
        identifier = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(IDENTIFIER_LENGTH))
        if not identifier.isdigit():
            return identifier


def validate_timezone(name: str) -> None:
    """An IANA zone such as Europe/Berlin, else ValidationError."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Unknown time zone.", code="unknown_timezone")


class Event(SoftDeletable):
    """What people come to. Times are UTC; ``timezone`` is the zone people at the place live in."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    class Privacy(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"  # found by its address only

    identifier = models.CharField(max_length=8, unique=True, default=new_identifier, editable=False)
    name = models.CharField(max_length=255)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    timezone = models.CharField(max_length=64, validators=[validate_timezone])
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    privacy = models.CharField(max_length=16, choices=Privacy.choices, default=Privacy.PUBLIC)
    created_at = models.DateTimeField(default=now, editable=False)

    event_type = models.ForeignKey(EventType, on_delete=models.SET_NULL, null=True, blank=True, related_name="events")
    event_topic = models.ForeignKey(EventTopic, on_delete=models.SET_NULL, null=True, blank=True, related_name="events")
    event_sub_topic = models.ForeignKey(
        EventSubTopic, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    event_location = models.ForeignKey(
        EventLocation, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    group = models.ForeignKey("events.Group", on_delete=models.SET_NULL, null=True, blank=True, related_name="events")

    # what it is
    description = rich_text()
    owner_name = line()
    owner_description = rich_text()
    has_owner_info = flag()
    code_of_conduct = rich_text()
    refund_policy = rich_text()
    after_order_message = rich_text()
    external_event_url = link()
    ticket_url = link()
    document_links = models.JSONField(null=True, blank=True)
    schedule_published_on = moment()

    # where
    online = flag()
    location_name = line()
    searchable_location_name = line()
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])
    is_map_shown = flag()
    public_stream_link = line()
    stream_autoplay = flag()
    stream_loop = flag()
    chat_room_name = line(editable=False)

    # pictures
    logo_url = link()
    original_image_url = link()
    large_image_url = link(editable=False)
    thumbnail_image_url = link(editable=False)
    icon_image_url = link(editable=False)
    ical_url = link(editable=False)
    pentabarf_url = link(editable=False)
    xcal_url = link(editable=False)

    # what is switched on
    is_announced = flag()
    is_badges_enabled = flag(default=True)
    is_billing_info_mandatory = flag()
    is_cfs_enabled = flag()
    is_chat_enabled = flag()
    is_demoted = flag()
    is_document_enabled = flag()
    is_donation_enabled = flag()
    is_featured = flag()
    is_oneclick_signup_enabled = flag()
    is_promoted = flag()
    is_sessions_speakers_enabled = flag()
    is_sponsors_enabled = flag()
    is_tax_enabled = flag()
    is_ticket_form_enabled = flag(default=True)
    is_videoroom_enabled = flag()
    show_remaining_tickets = flag()

    # how it is paid
    payment_country = line()
    payment_currency = line(max_length=3)
    can_pay_by_alipay = flag()
    can_pay_by_bank = flag()
    can_pay_by_cheque = flag()
    can_pay_by_invoice = flag()
    can_pay_by_omise = flag()
    can_pay_by_paypal = flag()
    can_pay_by_paytm = flag()
    can_pay_by_stripe = flag()
    can_pay_onsite = flag()
    paypal_email = models.EmailField(null=True, blank=True)
    bank_details = text()
    cheque_details = text()
    onsite_details = text()
    invoice_details = text()

    objects = EventQuerySet.as_living_manager()
    with_trashed = EventQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="event_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "privacy", "starts_at"], name="event_public_by_start"),
            GinIndex(event_words(), name="event_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Dates in order; a published event has a place or is online."""
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": ValidationError("ends-at should be after starts-at", code="date_order")})
        currency = self.payment_currency
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise ValidationError(
                {"payment_currency": ValidationError("Not an ISO 4217 currency code.", code="unknown_currency")}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it, found by its searchable location."""
        columns = kwargs.get("update_fields")
        if self.searchable_location_name and (columns is None or "searchable_location_name" in columns):
            self.event_location = EventLocation.objects.named(self.searchable_location_name)
            if columns is not None:
                kwargs["update_fields"] = {*columns, "event_location"}
        super().save(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        """Whether more people than the team may know of it."""
        return self.state == self.State.PUBLISHED

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone of the place, for everything people read."""
        return zoneinfo.ZoneInfo(self.timezone)
