"""Log in, stay in, log out: /auth/session and /v1/auth/{login,fresh-login,token/refresh,logout,blacklist}."""

from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.schema.plain import documents, members
from openevent.api.throttling import ScopedThrottle

from ..models import User
from . import cookies
from .base import PlainErrors, PublicView, text_of
from .jwt import AccessToken, RefreshToken
from .login import log_in

CREDENTIALS = members({"email": str, "password": str}, {"remember-me": bool, "include-in-response": bool})
ACCESS = members({"access_token": str}, {"refresh_token": str})
SUCCESS = members({"success": bool})


def check_credentials(request: Request) -> User:
    """The account whose address (``email`` or ``username``) and password the body has."""
    email = text_of(request.data, "email", "username")
    return log_in(request, email=email, password=text_of(request.data, "password"))


class LoginView(PlainErrors, PublicView):
    """An access token for address and password.

    With ``remember-me`` a refresh token too: in cookies, or in the body with ``include-in-response``.
    """

    @documents(body=CREDENTIALS, answer=ACCESS, errors=[400, 401, 429], plain_errors=True)
    def post(self, request: Request) -> Response:
        """200 with ``access_token``; 400, 401 or 429 with ``error``."""
        user = check_credentials(request)
        body = {"access_token": str(AccessToken.for_user(user, fresh=True))}
        if request.data.get("remember-me") is not True:
            return Response(body)
        refresh = RefreshToken.for_user(user)
        if request.data.get("include-in-response") is True:
            return Response({**body, "refresh_token": str(refresh)})
        response = Response(body)
        cookies.set_refresh_cookies(response, refresh)
        return response


class FreshLoginView(PlainErrors, APIView):
    """An access token for somebody who is logged in and proves it once more."""

    @documents(body=CREDENTIALS, answer=ACCESS, errors=[400, 401, 429], plain_errors=True)
    def post(self, request: Request) -> Response:
        """200 with ``access_token``; 401 with ``error`` for a wrong password or another account's."""
        user = check_credentials(request)
        if user.pk != request.user.pk:
            raise AuthenticationFailed("Invalid Credentials", code="invalid_credentials")
        return Response({"access_token": str(AccessToken.for_user(user, fresh=True))})


class RefreshView(PlainErrors, PublicView):
    """A new access token for a refresh token."""

    throttle_scope = "token"

    @documents(answer=ACCESS, errors=[401, 429], plain_errors=True)
    def post(self, request: Request) -> Response:
        """200 with ``access_token``; 401 with ``error``."""
        user = cookies.refresh_token_of(request).find_user()
        if user is None:
            raise AuthenticationFailed("Token is no longer valid", code="token_not_valid")
        return Response({"access_token": str(AccessToken.for_user(user, fresh=False))})


class LogoutView(PlainErrors, PublicView):
    """The end of a session in a browser: refresh tokens that come along are void, the cookies are gone.

    An access token stays good until it expires, as clients know it; ``blacklist`` voids it, too.
    """

    throttle_scope = "token"

    @documents(answer=SUCCESS, errors=[401, 429], plain_errors=True)
    def post(self, request: Request) -> Response:
        """200 ``{"success": true}``."""
        for token in cookies.tokens_of(request):
            if isinstance(token, RefreshToken) and token.find_user() is not None:
                token.revoke()
        response = Response({"success": True})
        cookies.unset_refresh_cookies(response)
        return response


class BlacklistView(PlainErrors, APIView):
    """Void the access token of this request, and the refresh token in its cookies."""

    throttle_classes = [ScopedThrottle]
    throttle_scope = "token"

    @documents(answer=SUCCESS, errors=[401, 429], plain_errors=True)
    def post(self, request: Request) -> Response:
        """200 ``{"success": true}``."""
        for token in cookies.tokens_of(request):
            token.revoke()
        response = Response({"success": True})
        cookies.unset_refresh_cookies(response)
        return response
