"""manage.py seed_demo --attendees N: invented orders and attendees by COPY."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from events.imports.terminal import ProgressLine
from events.models import Event
from openevent.exceptions import DomainError
from orders.models import Attendee, CheckIn, Order, OrderLine, OrderTransition
from orders.seeding import seed_orders
from ticketing.demo import IDENTIFIER


class Command(BaseCommand):
    help = "Add tickets, codes, orders and attendees to the demo event or another; run again, it adds more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--attendees", type=int, required=True, metavar="N")
        parser.add_argument("--event", default=IDENTIFIER, help="id or identifier (default: the demo event)")
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same people")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = ProgressLine(options.get("stderr") or sys.stderr)
        started = time.monotonic()
        try:
            result = seed_orders(
                event=find_event(options["event"]),
                attendees=options["attendees"],
                seed=options["seed"],
                progress=progress,
            )
        except DomainError as error:
            raise CommandError(error.message) from None
        finally:
            progress.end()
        refresh_statistics()
        statuses = ", ".join(f"{count:,} {status}" for status, count in result.statuses.most_common())
        self.stdout.write(
            f"Made {result.orders:,} orders ({statuses}), {result.attendees:,} attendees and "
            f"{result.scans:,} scans in {time.monotonic() - started:.1f} s."
        )


def refresh_statistics() -> None:
    """Tell PostgreSQL's planner at once how large the tables have become."""
    tables = [model._meta.db_table for model in (Order, OrderLine, OrderTransition, Attendee, CheckIn)]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def find_event(name: str) -> Event:
    """The event with this id or identifier; CommandError where there is none."""
    event = Event.objects.filter(**{"pk" if name.isdigit() else "identifier": name}).first()
    if event is None:
        hint = " Load it with `manage.py load_demo`." if name == IDENTIFIER else ""
        raise CommandError(f"There is no event {name}.{hint}")
    return event
