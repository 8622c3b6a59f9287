"""Where people are scanned: the stations of an event, and how many are counted there."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from events.models import Event, Microlocation, Session
from ticketing.models import Ticket

from ..querysets import StationQuerySet, StationStorePaxQuerySet


class Station(models.Model):
    """A gate, a desk, or the door of a room."""

    class Type(models.TextChoices):
        REGISTRATION = "registration"
        DAILY = "daily"
        CHECK_IN = "check in"
        CHECK_OUT = "check out"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="stations")
    microlocation = models.ForeignKey(
        Microlocation, on_delete=models.SET_NULL, null=True, blank=True, related_name="stations"
    )
    station_name = models.CharField(max_length=255)
    station_type = models.CharField(max_length=16, choices=Type.choices)
    tickets = models.ManyToManyField(  # which tickets may pass; none named: all
        Ticket, blank=True, related_name="stations"
    )

    objects = StationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.station_name

    def clean(self) -> None:
        """The room is one of the same event."""
        if self.microlocation is not None and self.microlocation.event_id != self.event_id:
            raise ValidationError(
                {"microlocation": ValidationError("It belongs to another event.", code="foreign_event")}
            )

    @property
    def room(self) -> str:
        """The name of its room."""
        return self.microlocation.name if self.microlocation else ""


class StationStorePax(models.Model):
    """How many people are counted at a station in a session: those of the log, and what was corrected by hand."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="store_paxs")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, null=True, blank=True, related_name="store_paxs")
    correction = models.IntegerField(default=0, editable=False)  # the sum of the corrections
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    modified_at = models.DateTimeField(auto_now=True)

    objects = StationStorePaxQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "session"],
                name="pax_once_a_session",
                nulls_distinct=False,
                violation_error_message="People are counted at this station in this session already.",
                violation_error_code="duplicate",
            ),
        ]

    def __str__(self) -> str:
        return f"people at {self.station}"

    def clean(self) -> None:
        """The session is one of the station's event."""
        if self.session is not None and self.session.event_id != self.station.event_id:
            raise ValidationError({"session": ValidationError("It belongs to another event.", code="foreign_event")})

    @property
    def event_id(self) -> int:
        """The event it belongs to, for the rules."""
        return self.station.event_id


class PaxCorrection(models.Model):
    """Somebody said that there are more or fewer people than the log knows."""

    pax = models.ForeignKey(StationStorePax, on_delete=models.CASCADE, related_name="corrections")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    counted = models.IntegerField()  # by the log, at that time
    said = models.IntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.said} instead of {self.counted}"
