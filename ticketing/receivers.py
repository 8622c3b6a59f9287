"""Signals this app listens to; each receiver calls its service."""

from typing import Any

from django.dispatch import receiver

from events.models import Event
from events.signals import event_copied

from .copying import copy_tickets


@receiver(event_copied, sender=Event, dispatch_uid="ticketing.copy_tickets")
def copy_tickets_with_event(copier: Any, **kwargs: Any) -> None:
    """A copied event has the same things to buy."""
    copy_tickets(copier=copier)
