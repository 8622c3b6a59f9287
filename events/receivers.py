"""Signals this app listens to; each receiver calls its service."""

from typing import Any

from django.apps import apps as installed
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from accounts.models import Job
from accounts.signals import job_finished

from . import standard_rows
from .services.jobs import tell_of_job


@receiver(post_migrate, dispatch_uid="events.make_standard_rows")
def make_standard_rows(sender: Any, apps: Any = installed, **kwargs: Any) -> None:
    """A new installation gets its standard rows."""
    if sender.name == "events":
        standard_rows.make_standard_rows(apps)


@receiver(job_finished, sender=Job, dispatch_uid="events.tell_who_asked")
def tell_who_asked(sender: Any, job: Job, **kwargs: Any) -> None:
    """Who asked for a whole event to be exported or imported hears how it ended."""
    tell_of_job(job=job)
