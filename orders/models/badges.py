"""What badges of an event look like, and which were printed."""

import secrets
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from events.models import Event
from openevent.fields import URL_LENGTH, flag, line, number, text

from ..querysets import BadgeFieldFormQuerySet, OfDoorQuerySet
from .attendees import Attendee

LARGEST = 1000  # of sizes and margins


def new_badge_id() -> str:
    """A name for a form that was given none."""
    return secrets.token_hex(8)


class BadgeForm(models.Model):
    """A kind of badge. Tickets name theirs by ``badge_id``; of several forms of one name the newest holds."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="badge_forms")
    badge_id = models.CharField(max_length=255, default=new_badge_id)
    badge_size = line()
    badge_color = line()
    badge_image_url = line(max_length=URL_LENGTH)
    badge_orientation = line()

    objects = OfDoorQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"badge {self.badge_id}"


class BadgeFieldForm(models.Model):
    """One line, or the QR code, of a badge, from above to below."""

    badge_form = models.ForeignKey(BadgeForm, on_delete=models.CASCADE, related_name="badge_field_forms")
    badge_id = models.CharField(max_length=255)
    field_identifier = line()  # an attribute of attendees, dashed or not
    custom_field = line()  # the label, or a question of the event's form
    sample_text = line()
    font_size = number()
    font_name = line()
    font_weight = models.JSONField(null=True, blank=True)
    font_color = line()
    text_rotation = number()
    text_alignment = line()
    text_type = line()
    is_deleted = flag()
    margin_top = number()
    margin_bottom = number()
    margin_left = number()
    margin_right = number()
    is_field_expanded = flag()
    qr_custom_field = models.JSONField(null=True, blank=True)

    objects = BadgeFieldFormQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.field_identifier or self.custom_field or "field"

    @property
    def event_id(self) -> int:
        """The event it belongs to, for the rules."""
        return self.badge_form.event_id

    @property
    def badge_field_id(self) -> int:
        """The number under which clients know it."""
        return self.pk

    def clean(self) -> None:
        """Sizes that fit on a badge, and lists that are lists."""
        errors = {}
        for name in ("font_size", "margin_top", "margin_bottom", "margin_left", "margin_right", "text_rotation"):
            value = getattr(self, name)
            if value is not None and not -LARGEST <= value <= LARGEST:
                errors[name] = ValidationError(f"A number up to {LARGEST}.", code="invalid")
        for name in ("font_weight", "qr_custom_field"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, list):
                errors[name] = ValidationError("A list.", code="invalid")
        if errors:
            raise ValidationError(errors)


class BadgePrint(models.Model):
    """Somebody asked for the badge of an attendee; the worker draws it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="badge_prints")
    shown = models.JSONField(default=list)  # identifiers of the fields that shall be on it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    printed_at = models.DateTimeField(null=True, blank=True)
    problem = text()
    pdf = models.FileField(max_length=255, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["requested_at"], name="badge_print_open", condition=models.Q(printed_at=None, problem=None)
            ),
        ]

    def __str__(self) -> str:
        return f"badge of attendee {self.attendee_id}"
