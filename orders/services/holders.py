"""Whose account holds a ticket: the one with the address on it, once its owner has proved that address."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower

from accounts.models import User

from ..models import Attendee


def holders_of(emails: Iterable[str | None]) -> dict[str, User]:
    """The proved accounts with these addresses, by the address in small letters."""
    addresses = {email.strip().lower() for email in emails if email}
    if not addresses:
        return {}
    proved = User.objects.living().filter(is_verified=True)
    return {user.email.lower(): user for user in proved.alias(written=Lower("email")).filter(written__in=addresses)}


def holder_of(email: str | None) -> User | None:
    """The proved account with this address, or None."""
    return holders_of([email]).get((email or "").strip().lower())


@transaction.atomic
def give_tickets_to(*, user: User) -> int:
    """Let ``user``, who has just proved his address, hold the tickets that wait for it; how many."""
    if not user.is_verified:
        return 0
    waiting = Attendee.objects.filter(user=None, email__isnull=False).alias(written=Lower("email"))
    return waiting.filter(written=Lower(Value(user.email))).update(user=user)
