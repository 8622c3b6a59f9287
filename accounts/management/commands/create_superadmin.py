"""The first super admin of a site."""

import os
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from accounts.services.passwords import check_password_rules
from openevent.exceptions import DomainError


class Command(BaseCommand):
    help = "Makes a super admin, once: an account that exists already keeps its password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--password-env", metavar="VAR", help="the environment variable that holds the password")
        source.add_argument("--generate", action="store_true", help="make a password and print it, once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exactly one of: made, promoted, nothing to do."""
        email = options["email"].strip()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        with transaction.atomic():
            user = User.objects.by_email(email).select_for_update().first()
            if user is None:
                self.create(email, options["password_env"])
            elif user.is_super_admin:
                self.stdout.write(f"{user.email} is a super admin already.")
            else:
                user.is_admin = user.is_super_admin = user.is_verified = True
                user.save(update_fields=["is_admin", "is_super_admin", "is_verified"])
                self.stdout.write(f"{user.email} is a super admin now, with the password it had.")

    def create(self, email: str, variable: str | None) -> None:
        """A new account; the password comes from the environment, or is printed."""
        password = os.environ.get(variable, "") if variable else secrets.token_urlsafe(12)
        if not password:
            raise CommandError(f"{variable} is empty: it holds the password.")
        try:
            check_password_rules(password, user=User(email=email))
        except DomainError as error:
            raise CommandError(str(error)) from error
        User.objects.create_superuser(email, password)
        self.stdout.write(f"Super admin: {email}")
        if variable is None:
            self.stdout.write(f"Password: {password}")
