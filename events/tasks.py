"""What the workers do for events; each task fetches and delegates."""

from celery import shared_task

from openevent.tasks import Task

from .services import reminders


@shared_task(base=Task)
def thank_after_events_task() -> None:
    """Write to the people of events that have ended."""
    reminders.thank_after_events()
