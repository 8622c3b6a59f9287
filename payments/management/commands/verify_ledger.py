"""manage.py verify_ledger: does everything that knows about the same money agree?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.ledger import differences


class Command(BaseCommand):
    help = (
        "Compare orders, payments, refunds and the ledger, with --providers also what Stripe and PayPal say, and name "
        "every difference. There should be none, ever."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--providers", action="store_true", help="Ask the providers about every payment.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for sentence in differences(ask_providers=options["providers"]):
            found += 1
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{found} differences.")
        self.stdout.write("Orders, payments, refunds and the ledger agree.")
