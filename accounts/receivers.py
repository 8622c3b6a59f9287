"""Signals this app listens to; each receiver calls its service."""

from typing import Any

from django.apps import apps as installed
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from openevent.api.signals import row_written

from . import services, standard_rows
from .models import User
from .signals import user_saved


@receiver(user_saved, sender=User, dispatch_uid="accounts.welcome_new_user")
def welcome_new_user(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    """A new account gets a welcome mail after commit; loaded fixtures do not."""
    if created and not raw:
        services.send_welcome_mail(user=instance)


@receiver(row_written, dispatch_uid="accounts.log_what_was_written")
def log_what_was_written(sender: Any, row: Any, verb: str, by: Any, **kwargs: Any) -> None:
    """The activity log has a line for what people do to the parts of events and of the site."""
    services.log_written_row(row=row, verb=verb, by=by)


@receiver(post_migrate, dispatch_uid="accounts.make_standard_rows")
def make_standard_rows(sender: Any, apps: Any = installed, **kwargs: Any) -> None:
    """A new installation gets its standard rows, an updated one those that are new."""
    if sender.name == "accounts":
        standard_rows.make_standard_rows(apps)
