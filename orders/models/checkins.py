"""The log of the door."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from ..querysets import CheckInQuerySet
from .attendees import Attendee


class CheckIn(models.Model):
    """One scan; rows are only ever added. Written by orders/checkins.py."""

    class Kind(models.TextChoices):
        IN = "in"
        OUT = "out"
        REGISTER = "register"

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="scans")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField()  # by the device's clock
    recorded_at = models.DateTimeField(default=timezone.now)  # by the server's
    device = models.CharField(max_length=255, default="-")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["attendee", "kind", "at", "device"], name="scan_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of attendee {self.attendee_id} at {self.at:%H:%M:%S}"
