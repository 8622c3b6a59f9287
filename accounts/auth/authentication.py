"""Who is calling: ``Authorization: JWT <token>`` or ``Bearer <token>``."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request
from rest_framework_simplejwt import authentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, TokenError

from ..models import User
from .jwt import AccessToken, UserToken

# "Last seen" is no more exact than this: a write for each request would cost more than it tells.
SEEN_EVERY = timedelta(minutes=5)


class JWTAuthentication(authentication.JWTAuthentication):
    """One query: the user, unless the token is revoked or older than the password, or the account blocked."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The user and the token; None for a request without token; 401 for a bad one."""
        found = super().authenticate(request)
        if found is not None:
            note_visit(found[0])
        return found

    def get_validated_token(self, raw_token: bytes) -> UserToken:
        """The token, signed by us and not expired."""
        try:
            return AccessToken(raw_token)
        except TokenError as error:
            raise AuthenticationFailed(str(error), code="token_not_valid") from error

    def get_user(self, validated_token: UserToken) -> User:
        """The user of a token that is still good."""
        user = validated_token.find_user()
        if user is None:
            raise AuthenticationFailed("Token is no longer valid", code="token_not_valid")
        return user


def note_visit(user: User) -> None:
    """Remember when the user was here, every few minutes, outside the request's transaction."""
    now = timezone.now()
    if user.last_accessed_at is not None and user.last_accessed_at > now - SEEN_EVERY:
        return

    def write() -> None:
        long_ago = Q(last_accessed_at__isnull=True) | Q(last_accessed_at__lte=now - SEEN_EVERY)
        User.objects.filter(long_ago, pk=user.pk).update(last_accessed_at=now)

    transaction.on_commit(write, robust=True)


def raw_token(request: Request) -> bytes | None:
    """The token in the Authorization header, unread; None without one. 401 for a header of another shape."""
    reader = JWTAuthentication()
    header = reader.get_header(request)
    return reader.get_raw_token(header) if header else None
