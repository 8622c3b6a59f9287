"""Secrets at rest: columns that are encrypted in the database and readable in Python alone.

The keys are ``settings.PAYMENT_SECRETS_KEYS``: the first one encrypts, all of them decrypt, so that a key is
changed by putting the new one in front.
"""

import base64
import hashlib
from functools import lru_cache, partial
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

MASK = "********"  # what is shown of a secret, and taken back as no change


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


class Sealed(SimpleLazyObject):
    """A stored secret, which is opened when somebody reads it: a row can be loaded, and asked whether it has one,
    without the key. It shows itself in no log."""

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Sealed: {MASK}>"


class SecretFormField(forms.CharField):
    """Never shown; left empty, what is stored stays."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.PasswordInput(attrs={"autocomplete": "off"})
        kwargs["help_text"] = kwargs.get("help_text") or _("Not shown. Leave it empty to keep what is stored.")
        super().__init__(**kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether a new one was typed."""
        return bool(data)


class SecretField(models.TextField):
    """Text that is encrypted in the database. It can be neither searched nor sorted by."""

    def formfield(self, **kwargs: Any) -> Any:
        """A field that does not show it."""
        return super().formfield(**{**kwargs, "form_class": SecretFormField, "widget": None})

    def save_form_data(self, instance: Any, data: Any) -> None:
        """What was typed; nothing changes nothing."""
        if data:
            super().save_form_data(instance, data)

    def get_prep_value(self, value: Any) -> Any:
        """The token that is stored; nothing stays nothing."""
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The secret, still sealed."""
        return Sealed(partial(decrypt, value)) if value else value


@lru_cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])
