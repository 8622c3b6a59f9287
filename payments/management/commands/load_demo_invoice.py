"""manage.py load_demo_invoice: a bill of the site for its demo event, so that there is one to look at."""

from typing import Any

from django.core.management.base import BaseCommand

from events.models import Event
from payments.demo import load_demo_invoice
from ticketing.demo import IDENTIFIER


class Command(BaseCommand):
    help = "Bill the owner of the demo event for last month. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        event = Event.objects.filter(identifier=IDENTIFIER).first()
        if event is not None:
            load_demo_invoice(event=event)
