"""Whether mail works: one mail through the outbox, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.delivery import deliver_mail
from accounts.mail import send_mail


class Command(BaseCommand):
    help = "Sends a test mail at once, without the worker, and says what the mail server answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sent, or the error."""
        mail = send_mail(action="test", to=options["address"], context={})
        if mail is None:
            raise CommandError("The mail was not written.")
        deliver_mail(mail_id=mail.pk)
        mail.refresh_from_db()
        if mail.state != mail.State.SENT:
            raise CommandError(f"Not sent: {mail.error or mail.state}")
        self.stdout.write(f"Sent to {mail.recipient}.")
