"""Signals this app listens to; each receiver calls its service."""

from typing import Any

from django.apps import apps as installed
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from . import standard_rows


@receiver(post_migrate, dispatch_uid="events.make_standard_rows")
def make_standard_rows(sender: Any, apps: Any = installed, **kwargs: Any) -> None:
    """A new installation gets its standard rows."""
    if sender.name == "events":
        standard_rows.make_standard_rows(apps)
