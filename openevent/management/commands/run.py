"""``manage.py run``: the whole installation in the foreground (`make run` calls it)."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from openevent.local.process import LocalError, die_with_parent


class Command(BaseCommand):
    help = "Start database, broker and mail server (unless given), web server, worker and beat; Ctrl-C stops all."
    requires_system_checks: list[str] = []  # migrate runs them, on a database that is there

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--die-with", type=int, metavar="PID", help="Our parent's process id: stop when it ends, however it ends."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from openevent.local.installation import Installation
        from openevent.local.supervisor import make_was_interrupted

        is_parent_waiting = None
        if options["die_with"]:
            die_with_parent(signal.SIGTERM, options["die_with"])
            is_parent_waiting = make_was_interrupted(options["die_with"])
        try:
            Installation(is_parent_waiting=is_parent_waiting).run()
        except LocalError as error:
            raise CommandError(str(error)) from error
