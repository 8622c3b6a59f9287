"""Signals this app listens to; each receiver calls its service."""

from typing import Any

from django.dispatch import receiver

from . import services
from .models import User
from .signals import user_saved


@receiver(user_saved, sender=User, dispatch_uid="accounts.welcome_new_user")
def welcome_new_user(instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    """A new account gets a welcome mail after commit; loaded fixtures do not."""
    if created and not raw:
        services.send_welcome_mail(user=instance)
