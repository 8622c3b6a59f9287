"""Secrets at rest: columns that are encrypted in the database and readable in Python alone.

The keys are ``settings.PAYMENT_SECRETS_KEYS``: the first one encrypts, all of them decrypt, so that a key is
changed by putting the new one in front.
"""

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Unreadable(Exception):
    """A secret was encrypted with a key that this site does not have (any more)."""


def encrypt(value: str) -> str:
    """The text as it may lie in a database or a backup."""
    return _box(tuple(settings.PAYMENT_SECRETS_KEYS)).encrypt(value.encode()).decode()


def decrypt(value: str) -> str:
    """What ``encrypt`` was given; Unreadable with another site's keys."""
    try:
        return _box(tuple(settings.PAYMENT_SECRETS_KEYS)).decrypt(value.encode()).decode()
    except InvalidToken:
        raise Unreadable("A stored secret cannot be read: is PAYMENT_SECRETS_KEY the one it was stored with?") from None


class SecretField(models.TextField):
    """Text that is encrypted in the database. It can be neither searched nor sorted by."""

    def get_prep_value(self, value: Any) -> Any:
        """The token that is stored; nothing stays nothing."""
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The secret itself."""
        return decrypt(value) if value else value


@lru_cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])
