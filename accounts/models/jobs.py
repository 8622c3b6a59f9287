"""Work that somebody asked for and comes back for: exports and imports."""

import secrets
import uuid

from django.db import models
from django.utils import timezone

from openevent.fields import line, moment, text

from ..querysets import JobQuerySet
from .users import User


def new_token() -> str:
    """What a download's address ends in: nobody guesses it."""
    return secrets.token_urlsafe(32)


class Job(models.Model):
    """One piece of work for a worker, and what came of it. The row is the truth, the queue is a hint (jobs.py)."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        STARTED = "STARTED"
        SUCCESS = "SUCCESS"
        FAILURE = "FAILURE"

    UNFINISHED = (State.WAITING, State.STARTED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=64)
    params = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    error = text()

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    input = models.FileField(max_length=255, null=True, blank=True, editable=False)
    output = models.FileField(max_length=255, null=True, blank=True, editable=False)
    output_name = line(editable=False)
    output_type = line(editable=False)
    is_personal = models.BooleanField(default=False, editable=False)  # fetched by the person alone, not by its token

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)  # free to be taken by a worker from here on
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = moment(editable=False)
    expires_at = moment(editable=False)  # then the row and its file go

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["due_at"], name="job_unfinished", condition=models.Q(state__in=["WAITING", "STARTED"]))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_finished(self) -> bool:
        """Whether it came to an end, good or bad."""
        return self.state not in self.UNFINISHED
