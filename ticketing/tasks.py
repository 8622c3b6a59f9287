"""What the workers do for tickets; each task fetches and delegates."""

from celery import shared_task

from openevent.tasks import Task

from . import reminders


@shared_task(base=Task)
def remind_of_ending_sales_task() -> None:
    """Write to the teams whose ticket sale ends."""
    reminders.remind_of_ending_sales()
