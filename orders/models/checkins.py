"""The log of the door, and who scans there."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from events.models import Event, Microlocation, Session

from ..querysets import CheckInQuerySet, DoorDeviceQuerySet
from .attendees import Attendee
from .stations import Station

NO_DEVICE = "-"
WITHOUT_COMMA = RegexValidator(r"^[^,\x00-\x1f]+$", "A name without commas.", "name")  # lists are joined by commas


class DoorDevice(models.Model):
    """A phone or scanner at the door of one event, with a token that can do nothing but scan there."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="door_devices")
    name = models.CharField(max_length=100, validators=[WITHOUT_COMMA])
    station = models.ForeignKey(Station, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the token
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DoorDeviceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "name"],
                condition=Q(revoked_at=None),
                name="door_device_name_unique",
                violation_error_message="The event has a device of this name already.",
                violation_error_code="duplicate",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CheckIn(models.Model):
    """One scan; rows are only ever added (the database refuses anything else). Written by orders/checkins/.

    An accepted row says that somebody went in or out, or registered; a refused one that somebody was turned away, and
    why. A row of the kind ``void`` takes back the row that it names. Everything else that is known about the door
    follows from these rows.
    """

    class Kind(models.TextChoices):
        IN = "in"
        OUT = "out"
        REGISTER = "register"
        VOID = "void"

    class Result(models.TextChoices):
        ACCEPTED = "accepted"
        REFUSED = "refused"

    class Reason(models.TextChoices):
        UNKNOWN_CODE = "unknown_code"
        OTHER_EVENT = "other_event"
        NOT_PAID = "not_paid"
        CANCELLED = "cancelled"
        ALREADY_INSIDE = "already_inside"
        CHECKED_IN_BY_HAND = "checked_in_by_hand"
        NOT_INSIDE = "not_inside"
        ALREADY_REGISTERED = "already_registered"
        WRONG_TICKET = "wrong_ticket"
        BY_DEVICE = "refused_by_device"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="scans")
    attendee = models.ForeignKey(Attendee, on_delete=models.PROTECT, null=True, blank=True, related_name="scans")
    scan_id = models.CharField(max_length=64)  # by whoever scanned: the same scan sent twice is one row
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.IN)
    result = models.CharField(max_length=16, choices=Result.choices, default=Result.ACCEPTED)
    reason = models.CharField(max_length=32, choices=Reason.choices, default="", blank=True)
    message = models.CharField(max_length=255, default="", blank=True)  # what the volunteer was told
    code = models.CharField(max_length=128, default="", blank=True)  # what was scanned, where it was no ticket
    at = models.DateTimeField()  # by the device's clock
    written = models.CharField(max_length=64, default="", blank=True)  # the same, as the client spelled it
    recorded_at = models.DateTimeField(default=timezone.now)  # by the server's
    # where it stands in the order of things: the server's time of a scan that was decided here, the device's (less what
    # its clock was known to be ahead) of one that was decided without us
    happened_at = models.DateTimeField()
    device = models.CharField(max_length=255, default=NO_DEVICE)
    door_device = models.ForeignKey(DoorDevice, on_delete=models.PROTECT, null=True, blank=True, related_name="scans")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, null=True, blank=True, related_name="scans")
    microlocation = models.ForeignKey(  # the station's room at that time
        Microlocation, on_delete=models.PROTECT, null=True, blank=True, related_name="scans"
    )
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, blank=True, related_name="scans")
    is_daily = models.BooleanField(default=False)  # whether it lets in again on another day without a check-out
    voids = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="voided_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "scan_id"], name="scan_counted_once"),
            models.CheckConstraint(
                condition=Q(attendee__isnull=False) | Q(result="refused"), name="scan_accepted_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(result="accepted", reason="") | Q(result="refused") & ~Q(reason=""),
                name="scan_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind="void", voids__isnull=False) | ~Q(kind="void") & Q(voids=None),
                name="scan_void_names_what_it_voids",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "recorded_at"], name="scan_of_event_by_time"),
            models.Index(
                fields=["event", "session", "microlocation"],
                name="scan_in_a_room",
                condition=Q(session__isnull=False) | Q(microlocation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of attendee {self.attendee_id} at {self.at:%H:%M:%S}"

    @property
    def success(self) -> bool:
        """Whether somebody passed."""
        return self.result == self.Result.ACCEPTED

    @property
    def gate(self) -> str:
        """Where it was, for people: the station, else the device, else nothing."""
        if self.station is not None:
            return self.station.station_name
        return "" if self.device == NO_DEVICE else self.device
