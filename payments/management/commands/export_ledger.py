"""manage.py export_ledger: the ledger of an event as CSV, for the treasurer."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.models import Event
from openevent.exceptions import MalformedInput
from payments.ledger import rows_of


class Command(BaseCommand):
    help = "Write every movement of an event's money as CSV to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("event", help="The event's identifier.")
        parser.add_argument("--since", help="The first day, as 2026-01-31.")
        parser.add_argument("--until", help="The day after the last.")

    def handle(self, *args: Any, **options: Any) -> None:
        event = Event.with_trashed.filter(identifier=options["event"]).first()
        if event is None:
            raise CommandError(f"There is no event {options['event']}.")
        try:
            csv.writer(self.stdout).writerows(rows_of(event, options["since"], options["until"]))
        except MalformedInput as error:
            raise CommandError(error.message) from error
