"""What stands beside the programme."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from openevent.fields import choice, flag, line, link, number, rich_text

from ..querysets import ExhibitorQuerySet, OfEventPlainQuerySet
from .event import Event
from .programme import OfEvent, Session


def validate_list(value: Any) -> None:
    """ValidationError for JSON that is no list of objects."""
    if not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
        raise ValidationError("A list of objects.", code="not_a_list")


def once_per_event(name: str, what: str) -> models.UniqueConstraint:
    """One living row for each event."""
    return models.UniqueConstraint(
        fields=["event"],
        name=name,
        condition=Q(deleted_at__isnull=True),
        violation_error_message=f"The event has {what} already.",
        violation_error_code="duplicate",
    )


class Sponsor(OfEvent):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sponsors")
    name = models.CharField(max_length=255)
    description = rich_text()
    url = link()
    level = number()
    type = line()
    logo_url = link()

    def __str__(self) -> str:
        return self.name


class SocialLink(OfEvent):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="social_links")
    name = models.CharField(max_length=255)
    link = models.URLField(max_length=2048)
    identifier = line()

    def __str__(self) -> str:
        return self.name


class EventCopyright(OfEvent):
    """Under which licence the event's material stands."""

    FIRST_YEAR = 1900

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="event_copyrights")
    holder = line()
    holder_url = link()
    licence = models.CharField(max_length=255)
    licence_url = link()
    year = number()
    logo_url = link()

    class Meta(OfEvent.Meta):
        constraints = [once_per_event("copyright_once_per_event", "a copyright")]

    def __str__(self) -> str:
        return self.licence

    def clean(self) -> None:
        """A year between 1900 and now."""
        if self.year is not None and not self.FIRST_YEAR <= self.year <= timezone.now().year:
            raise ValidationError({"year": ValidationError("A year between 1900 and now.", code="out_of_range")})


class FaqType(models.Model):
    """A heading that questions stand under."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="faq_types")
    name = models.CharField(max_length=255)

    objects = OfEventPlainQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Faq(OfEvent):
    """A question that is often asked."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="faqs")
    faq_type = models.ForeignKey(FaqType, on_delete=models.SET_NULL, null=True, blank=True, related_name="faqs")
    question = models.TextField()
    answer = rich_text(null=False, blank=False)

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        """Its heading is one of the same event."""
        if self.faq_type is not None and self.faq_type.event_id != self.event_id:
            raise ValidationError({"faq_type": ValidationError("It belongs to another event.", code="foreign_event")})


class Exhibitor(models.Model):
    """Who has a booth. Shown to everybody once the team has accepted it."""

    class Status(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="exhibitors")
    sessions = models.ManyToManyField(Session, blank=True, related_name="exhibitors")
    name = models.CharField(max_length=255)
    status = choice(Status, default=Status.PENDING)
    description = rich_text()
    url = link()
    position = models.IntegerField(null=True, blank=True, default=0)
    logo_url = link()
    banner_url = link()
    thumbnail_image_url = link()
    video_url = link()
    slides_url = link()
    contact_email = models.EmailField(max_length=254, null=True, blank=True)
    contact_link = line()
    enable_video_room = models.BooleanField(null=True, blank=True, default=False)
    social_links = models.JSONField(null=True, blank=True, validators=[validate_list])

    objects = ExhibitorQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Tag(OfEvent):
    """A coloured word that the team sorts people by; the read-only ones belong to the server."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=255)
    color = line(validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$", "A colour such as #a04b4b.", "color")])
    is_read_only = flag()

    def __str__(self) -> str:
        return self.name
