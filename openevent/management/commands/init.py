"""``manage.py init``: the first super admin of a new site."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from openevent import env

DEFAULT_EMAIL = "admin@openevent.localhost"


class Command(BaseCommand):
    help = (
        "Create the first super admin, unless there is one. The address and the password come from "
        "OPENEVENT_ADMIN_EMAIL and OPENEVENT_ADMIN_PASSWORD; a password that is not given is made and shown once."
    )

    def handle(self, *args: Any, **options: Any) -> str | None:
        with transaction.atomic():
            created = create_first_admin()
        if created is None:
            return None
        email, password = created
        shown = password if not env.text("OPENEVENT_ADMIN_PASSWORD") else "(as given)"
        return f"super admin {email}, password {shown}"


def create_first_admin() -> tuple[str, str] | None:
    """Address and password of the super admin that was created; None when the site has one already."""
    users = get_user_model()._default_manager
    if users.filter(is_super_admin=True).exists():
        return None
    email = env.text("OPENEVENT_ADMIN_EMAIL", DEFAULT_EMAIL)
    password = env.text("OPENEVENT_ADMIN_PASSWORD") or secrets.token_urlsafe(12)
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"OPENEVENT_ADMIN_EMAIL={email} is not an e-mail address.") from error
    if users.filter(email__iexact=email).exists():
        raise CommandError(f"{email} has an account that is no super admin: set OPENEVENT_ADMIN_EMAIL to another.")
    users.create_superuser(email=email, password=password)
    return email, password
