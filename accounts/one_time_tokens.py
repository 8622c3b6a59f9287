"""Random tokens that work once: to verify an address, to choose a new password.

Stored as a SHA-256 digest (the token has 192 bits of chance, so a slow hash would add nothing). A row
without user is a decoy: a request for an address without account writes one, so that it costs the
same statements and the same commit as a request for an account.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .models import OneTimeToken, User
from .placeholders import new_nonce, token_of

VERIFICATION_LIFETIME = timedelta(days=7)


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def lifetime_of(purpose: str) -> timedelta:
    """How long a token of this purpose works."""
    if purpose == OneTimeToken.Purpose.RESET_PASSWORD:
        return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return VERIFICATION_LIFETIME


def issue_token(*, user: User | None, purpose: str) -> str:
    """A new token for ``user``, voiding the last of its purpose; returns its nonce. None: a decoy."""
    nonce = new_nonce()
    token = OneTimeToken(
        user=user,
        purpose=purpose,
        digest=digest_of(token_of(nonce)),
        expires_at=timezone.now() + lifetime_of(purpose),
    )
    OneTimeToken.objects.bulk_create(
        [token],
        update_conflicts=True,
        unique_fields=["user", "purpose"],
        update_fields=["digest", "expires_at", "created_at"],
    )
    return nonce


@transaction.atomic
def redeem_token(*, token: str, purpose: str) -> User | None:
    """Use the token up and return its user, or None where it is unknown, used, void or too old.

    Of two that bring the same token at the same time, one deletes the row; the other finds nothing.
    A transaction that is rolled back gives the token back.
    """
    found = (
        OneTimeToken.objects.filter(digest=digest_of(token), purpose=purpose, expires_at__gt=timezone.now())
        .filter(user__isnull=False, user__deleted_at__isnull=True, user__is_blocked=False)
        .select_related("user")
        .first()
    )
    if found is None:
        return None
    deleted, _ = OneTimeToken.objects.filter(pk=found.pk, digest=found.digest).delete()
    return found.user if deleted else None


def void_tokens(*, user: User, purpose: str | None = None) -> None:
    """What was mailed to the user so far opens nothing any more."""
    tokens = OneTimeToken.objects.filter(user=user)
    (tokens.filter(purpose=purpose) if purpose else tokens).delete()
