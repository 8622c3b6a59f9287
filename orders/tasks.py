"""What the workers do for orders; each task fetches and delegates."""

import logging

from celery import shared_task

from openevent.tasks import Task

from . import badges, services, tallies
from .models import Order

logger = logging.getLogger(__name__)
MOST_BATCHES = 50  # of one run; the next one goes on


@shared_task(base=Task)
def issue_tickets_task(order_id: int) -> None:
    """Make the PDFs and write the mails of a completed order."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        logger.info("order %s is gone: no tickets", order_id)
        return
    services.issue_tickets(order=order)


@shared_task(base=Task)
def issue_owed_tickets_task() -> None:
    """Queue the orders whose tickets never went out: the broker was away, or a worker died."""
    for order_id in services.orders_owed_tickets():
        issue_tickets_task.publish(order_id)


@shared_task(base=Task)
def expire_overdue_orders_task() -> None:
    """Give back what orders hold that were not paid in time."""
    for _ in range(MOST_BATCHES):
        if not services.expire_overdue():
            return


@shared_task(base=Task)
def remove_orphans_task() -> None:
    """Remove attendees that were left in a cart."""
    services.remove_orphans()


@shared_task(base=Task)
def print_badge_task(print_id: int) -> None:
    """Draw a badge that somebody asked for."""
    badges.draw_badge(print_id=print_id)


@shared_task(base=Task)
def print_owed_badges_task() -> None:
    """Queue the badges that were never drawn: the broker was away, or a worker died."""
    for print_id in badges.badges_owed():
        print_badge_task.publish(print_id)


@shared_task(base=Task)
def fold_tallies_task() -> None:
    """Put together what was tallied since the last time."""
    tallies.fold_tallies()
