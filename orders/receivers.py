"""Signals this app listens to; each receiver calls its service."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import user_saved
from events.models import Event
from events.signals import event_copied
from ticketing.querysets import DISCOUNTS_USED_BY, HELD_BY

from . import services
from .copying import copy_door
from .models import Order
from .querysets import among_attendees
from .signals import order_completed
from .tasks import issue_tickets_task


@receiver(order_completed, sender=Order)
def queue_tickets(order: Order, **kwargs: Any) -> None:
    """One task makes the PDFs and mails of the order."""
    issue_tickets_task.publish(order.pk)


@receiver(event_copied, sender=Event, dispatch_uid="orders.copy_door")
def copy_door_with_event(copier: Any, **kwargs: Any) -> None:
    """A copied event has the same stations."""
    copy_door(copier=copier)


@receiver(user_saved, sender=User, dispatch_uid="orders.give_tickets_to_their_holder")
def give_tickets_to_their_holder(instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    """Who has proved an address holds the tickets that were sent there."""
    if not raw and (update_fields is None or {"is_verified", "email"} & set(update_fields)):
        services.give_tickets_to(user=instance)


def held_by(user: Any) -> Q:
    """Tickets that the user has bought or holds: seen though they are hidden."""
    return among_attendees("ticket_id", Q(order__user=user), Q(user=user), Q(created_by=user, order=None))


HELD_BY.append(held_by)


def used_by(user: Any) -> Q:
    """Discount codes of the user's orders: shops show them with the order."""
    return Q(pk__in=Order.objects.filter(user=user).exclude(discount_code=None).values("discount_code_id"))


DISCOUNTS_USED_BY.append(used_by)
