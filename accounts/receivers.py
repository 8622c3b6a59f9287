"""Signals this app listens to; each receiver calls its service."""

from typing import Any

from django.apps import apps as installed
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from . import services, standard_rows
from .models import User
from .signals import user_saved


@receiver(user_saved, sender=User, dispatch_uid="accounts.welcome_new_user")
def welcome_new_user(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    """A new account gets a welcome mail after commit; loaded fixtures do not."""
    if created and not raw:
        services.send_welcome_mail(user=instance)


@receiver(post_migrate, dispatch_uid="accounts.make_standard_rows")
def make_standard_rows(sender: Any, apps: Any = installed, **kwargs: Any) -> None:
    """A new installation gets its standard rows, an updated one those that are new."""
    if sender.name == "accounts":
        standard_rows.make_standard_rows(apps)
