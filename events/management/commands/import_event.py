"""manage.py import_event FILE.zip: an event in the Open Event zip format."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from events.imports import import_event
from events.imports.terminal import ProgressLine
from openevent.exceptions import DomainError


class Command(BaseCommand):
    help = "Import an event from an Open Event zip. It is a draft with a new identifier, unless --publish."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the zip")
        parser.add_argument(
            "--owner", metavar="EMAIL", help="who owns the event (default: the first super admin)"
        )
        state = parser.add_mutually_exclusive_group()
        state.add_argument("--publish", action="store_true", help="publish the event at once")
        state.add_argument("--draft", action="store_true", help="leave it a draft (the default)")
        parser.add_argument(
            "--all-notes", action="store_true", help="name every row that was mended, not only some"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = ProgressLine(options.get("stderr") or sys.stderr)
        try:
            summary = import_event(
                file=options["file"],
                owner=find_owner(options["owner"]),
                publish=options["publish"],
                new_topics=True,
                progress=progress,
            )
        except DomainError as error:
            progress.end()
            raise CommandError(error.message) from None
        progress.end()
        self.stdout.write("\n".join(summary.lines(every_row=options["all_notes"])))


def find_owner(email: str | None) -> User:
    """The account with this address, or the first super admin; CommandError where there is none."""
    if email:
        owner = User.objects.by_email(email).first()
        if owner is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        return owner
    owner = User.objects.filter(is_super_admin=True).order_by("pk").first()
    if owner is None:
        raise CommandError("There is no super admin to own the event: name an account with --owner EMAIL.")
    return owner
