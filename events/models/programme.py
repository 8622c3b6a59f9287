"""The programme: sessions and their speakers, tracks, rooms and kinds."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from openevent.fields import choice, flag, line, link, moment, number, rich_text, text
from openevent.models import SoftDeletable

from ..querysets import OfEventQuerySet, SessionQuerySet, SpeakerQuerySet
from .event import Event

GENDERS = [
    "Man",
    "Woman",
    "Transgender",
    "Non-binary",
    "Genderqueer",
    "An identity not listed here",
    "I prefer not to say",
]


class OfEvent(SoftDeletable):
    """A part of one event; seen by whoever sees the event."""

    objects = OfEventQuerySet.as_living_manager()
    with_trashed = OfEventQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "with_trashed"
        ordering = ["pk"]


class Track(OfEvent):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="tracks")
    name = models.CharField(max_length=255)
    description = rich_text()
    color = models.CharField(
        max_length=7, validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$", "A colour such as #a04b4b.", "color")]
    )
    position = models.IntegerField(null=True, blank=True, default=0)

    def __str__(self) -> str:
        return self.name

    @property
    def font_color(self) -> str:
        """Black or white, whichever reads better on the track's colour (WCAG relative luminance)."""
        channels = [int(self.color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return "#000000" if luminance > 0.179 else "#ffffff"


class Microlocation(OfEvent):
    """A room or another place within the event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="microlocations")
    video_stream = models.ForeignKey(
        "events.VideoStream", on_delete=models.SET_NULL, null=True, blank=True, related_name="rooms"
    )
    name = models.CharField(max_length=255)
    floor = number()
    room = line()
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])
    position = models.IntegerField(null=True, blank=True, default=0)
    hidden_in_scheduler = flag()
    is_chat_enabled = models.BooleanField(null=True, blank=True, default=False)
    is_global_event_room = models.BooleanField(null=True, blank=True, default=False)
    chat_room_name = line(editable=False)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Its stream is one of the same event."""
        if self.video_stream is not None and self.video_stream.event_id != self.event_id:
            raise ValidationError(
                {"video_stream": ValidationError("It belongs to another event.", code="foreign_event")}
            )


class SessionType(OfEvent):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="session_types")
    name = models.CharField(max_length=255)
    length = models.CharField(
        max_length=5,
        validators=[RegexValidator(r"^\d{1,2}:[0-5]\d$", "Hours and minutes such as 00:30.", "length")],
    )
    position = models.IntegerField(null=True, blank=True, default=0)

    def __str__(self) -> str:
        return self.name


class Speaker(OfEvent):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="speakers"
    )
    name = models.CharField(max_length=255)
    email = models.EmailField(max_length=254, null=True, blank=True)
    is_email_overridden = flag()
    photo_url = link()
    thumbnail_image_url = link()
    small_image_url = link()
    icon_image_url = link()
    short_biography = rich_text()
    long_biography = rich_text()
    speaking_experience = rich_text()
    mobile = line()
    website = link()
    twitter = link()
    facebook = link()
    github = link()
    mastodon = link()
    linkedin = link()
    instagram = link()
    organisation = line()
    position = line()
    speaker_positions = models.JSONField(null=True, blank=True)
    country = line()
    city = line()
    address = text()
    gender = choice(GENDERS)
    heard_from = line()
    sponsorship_required = text()
    complex_field_values = models.JSONField(null=True, blank=True)
    order = models.IntegerField(null=True, blank=True, default=0)
    is_featured = flag()

    objects = SpeakerQuerySet.as_living_manager()
    with_trashed = SpeakerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Session(OfEvent):
    class State(models.TextChoices):
        DRAFT = "draft"
        PENDING = "pending"
        ACCEPTED = "accepted"
        CONFIRMED = "confirmed"
        REJECTED = "rejected"
        CANCELED = "canceled"
        WITHDRAWN = "withdrawn"

    PUBLIC_STATES = (State.ACCEPTED, State.CONFIRMED)

    class Level(models.TextChoices):
        BEGINNER = "Beginner"
        INTERMEDIATE = "Intermediate"
        ADVANCED = "Advanced"
        EXPERT = "Expert"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    track = models.ForeignKey(Track, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    microlocation = models.ForeignKey(
        Microlocation, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    session_type = models.ForeignKey(
        SessionType, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    speakers = models.ManyToManyField(Speaker, blank=True, related_name="sessions")

    title = models.CharField(max_length=512)
    subtitle = line(max_length=512)
    level = choice(Level)
    short_abstract = rich_text()
    long_abstract = rich_text()
    comments = rich_text()
    language = line()
    starts_at = moment()
    ends_at = moment()
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    slides_url = link()
    slides = models.JSONField(null=True, blank=True)
    video_url = link()
    audio_url = link()
    signup_url = link()
    website = link()
    facebook = link()
    twitter = link()
    github = link()
    gitlab = link()
    linkedin = link()
    instagram = link()
    mastodon = link()
    complex_field_values = models.JSONField(null=True, blank=True)
    is_locked = flag()
    is_mail_sent = flag()
    submitted_at = moment()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(auto_now=True)

    objects = SessionQuerySet.as_living_manager()
    with_trashed = SessionQuerySet.as_manager()

    class Meta(OfEvent.Meta):
        indexes = [models.Index(fields=["event", "starts_at"], name="session_by_start")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Ends after it starts; track, room and kind are those of the same event."""
        errors: dict[str, Any] = {}
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            errors["ends_at"] = ValidationError("ends-at should be after starts-at", code="date_order")
        for name in ("track", "microlocation", "session_type"):
            part = getattr(self, name)
            if part is not None and part.event_id != self.event_id:
                errors[name] = ValidationError("It belongs to another event.", code="foreign_event")
        if errors:
            raise ValidationError(errors)
