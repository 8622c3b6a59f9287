"""Play the main job against a running server, over HTTP as clients do, and show each step."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from openevent.local.walkthrough import Refused, Walkthrough


class Command(BaseCommand):
    help = "From registration to check-in, over HTTP: what was sent, what came back, where PDF and mails lie."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", default=f"http://127.0.0.1:{settings.PORT}", help="the running server")
        parser.add_argument("--mails", default=str(settings.PLACES.mail), help="where its mails lie as files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play it; CommandError at the first step that is not answered as it should be."""
        walkthrough = Walkthrough(options["base_url"], Path(options["mails"]), self.stdout.write)
        try:
            walkthrough.play()
        except Refused as error:
            raise CommandError(str(error)) from error
