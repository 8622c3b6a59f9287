"""The refresh token in the browser: in a cookie that scripts cannot read, and only with its CSRF secret.

The secret is a claim of the token and lies in a second cookie, which the web app reads and sends
back as X-CSRF-Token. Another site can make the browser send the cookies, but cannot read them.
"""

from typing import TypeVar

from django.conf import settings
from django.utils.crypto import constant_time_compare
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.exceptions import TokenError

from .authentication import raw_token
from .jwt import CSRF, AccessToken, RefreshToken, UserToken

Token = TypeVar("Token", bound=UserToken)

REFRESH_COOKIE = "refresh_token_cookie"
CSRF_COOKIE = "csrf_refresh_token"
REFRESH_PATH = "/v1/auth"  # the only place where the token is of use


def set_refresh_cookies(response: Response, token: RefreshToken) -> None:
    """Give the browser a refresh token to keep."""
    age = int(token.lifetime.total_seconds())
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(
        REFRESH_COOKIE,
        str(token),
        max_age=age,
        path=REFRESH_PATH,
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
    response.set_cookie(CSRF_COOKIE, token[CSRF], max_age=age, secure=secure, samesite="Lax")


def unset_refresh_cookies(response: Response) -> None:
    """Make the browser forget it."""
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH, samesite="Lax")
    response.delete_cookie(CSRF_COOKIE, samesite="Lax")


def refresh_token_of(request: Request) -> RefreshToken:
    """The one in the Authorization header (apps) or in the cookie with its secret (browsers). Else 401."""
    raw = raw_token(request)
    token = _read(RefreshToken, raw) if raw else None
    if token is None:
        token = _read(RefreshToken, request.COOKIES.get(REFRESH_COOKIE))
        if token is not None and not _knows_secret(request, token):
            raise AuthenticationFailed("CSRF double submit tokens do not match", code="csrf")
    if token is None:
        raise AuthenticationFailed("Missing or invalid refresh token", code="token_not_valid")
    return token


def tokens_of(request: Request) -> list[UserToken]:
    """All valid tokens that the request carries, in header or cookie: what a logout is to end."""
    raw = raw_token(request)
    candidates = [
        _read(AccessToken, raw),
        _read(RefreshToken, raw),
        _read(RefreshToken, request.COOKIES.get(REFRESH_COOKIE)),
    ]
    return [token for token in candidates if token is not None]


def _read(kind: type[Token], raw: str | bytes | None) -> Token | None:
    """The token, when it is one of this kind that we signed and that has not expired."""
    if not raw:
        return None
    try:
        return kind(raw)
    except TokenError:
        return None


def _knows_secret(request: Request, token: RefreshToken) -> bool:
    return constant_time_compare(request.headers.get("X-CSRF-Token", ""), token.get(CSRF) or "")
