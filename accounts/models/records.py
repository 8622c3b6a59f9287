"""What happened on the site: the activity log, and the imports people asked for."""

from django.db import models
from django.utils import timezone

from openevent.fields import text

from ..querysets import AdminOnlyQuerySet, OwnQuerySet
from .users import User


class Activity(models.Model):
    """A line of the log: who did what. Text, so that it outlives what it tells of."""

    actor = models.CharField(max_length=512, null=True, blank=True)
    action = text()
    time = models.DateTimeField(null=True, blank=True, default=timezone.now, db_index=True)

    objects = AdminOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return f"{self.actor}: {self.action}"


class ImportJob(models.Model):
    """An import that somebody asked for: the task that does it, and how it ended."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="import_jobs")
    task = models.CharField(max_length=255, default="", blank=True)
    starts_at = models.DateTimeField()
    result = text()
    result_status = models.CharField(max_length=255, null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import {self.task}"
