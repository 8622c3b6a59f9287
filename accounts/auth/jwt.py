"""The two kinds of JWT, and how they become void.

A token names its user (`identity`, a number) and the generation of the user's tokens: the exact
``tokens_valid_from`` of the moment it was made. A new password sets that to another moment, and all
tokens from before are void, those of the same second included. A single token is revoked by
its ``jti`` in simplejwt's blacklist; the tokens themselves are stored nowhere.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db.models import Exists, QuerySet
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import datetime_from_epoch

from openevent.prepared import PreparedSelect

from ..models import User

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IDENTITY, GENERATION, CSRF = "identity", "generation", "csrf"
LARGEST_ID = 2**63 - 1


def generation_of(user: User) -> int:
    """Microseconds since 1970, exact: floats would round them."""
    return (user.tokens_valid_from - EPOCH) // timedelta(microseconds=1)


def _unrevoked(jti: str, pk: int) -> QuerySet:
    """The user of a token, unless the token was revoked."""
    return User.objects.filter(~Exists(BlacklistedToken.objects.filter(token__jti=jti)), pk=pk)


_UNREVOKED = PreparedSelect(_unrevoked, str, int)


class UserToken(Token):
    """What both kinds have in common."""

    @classmethod
    def for_user(cls, user: User, **claims: Any) -> Self:
        """A new token of this kind, with more claims if wanted."""
        token = cls()
        token[IDENTITY] = user.pk
        token[GENERATION] = generation_of(user)
        for name, value in claims.items():
            token[name] = value
        return token

    def find_user(self) -> User | None:
        """The user, when the token is still good: one query. None: revoked, outdated, blocked or gone."""
        identity = self.get(IDENTITY)
        if type(identity) is not int or not 0 < identity <= LARGEST_ID:
            return None
        user = _UNREVOKED.first(self[api_settings.JTI_CLAIM], identity)
        if user is None or not user.is_active or self.get(GENERATION) != generation_of(user):
            return None
        return user

    def revoke(self) -> None:
        """Void this token alone, until it would have expired anyway. May be called twice."""
        row, _ = OutstandingToken.objects.get_or_create(
            jti=self[api_settings.JTI_CLAIM],
            defaults={
                "user_id": self[IDENTITY],
                "token": "",  # a stored token could be used by whoever reads the table
                "created_at": self.current_time,
                "expires_at": datetime_from_epoch(self["exp"]),
            },
        )
        BlacklistedToken.objects.get_or_create(token=row)


class AccessToken(UserToken):
    """Opens the API. ``fresh`` when it was made from a password, not from a refresh token."""

    token_type = "access"
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME


class RefreshToken(UserToken):
    """Gets new access tokens. In a cookie it works only together with its ``csrf`` claim."""

    token_type = "refresh"
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME

    @classmethod
    def for_user(cls, user: User, **claims: Any) -> Self:
        """A new refresh token with a CSRF secret of its own."""
        return super().for_user(user, **{CSRF: secrets.token_urlsafe(24), **claims})
