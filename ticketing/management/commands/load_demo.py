"""manage.py load_demo: the example event, published, with tickets; once."""

from typing import Any

from django.core.management.base import BaseCommand

from events.management.commands.import_event import find_owner
from ticketing.demo import ACCESS_CODE, DISCOUNT_CODE, load_demo


class Command(BaseCommand):
    help = (
        "Load the demo event with its tickets, owned by the first super admin. A second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        event, is_new = load_demo(owner=find_owner(None))
        if not options["verbosity"]:
            return
        if not is_new:
            self.stdout.write(
                f"The demo event is there already: {event.name}, identifier {event.identifier}."
            )
            return
        self.stdout.write(
            f"Made the demo event: {event.name}, identifier {event.identifier}. "
            f"Discount code {DISCOUNT_CODE}, access code {ACCESS_CODE}."
        )
