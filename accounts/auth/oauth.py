"""``/v1/auth/oauth/…``: log in by an account elsewhere. 503 for providers that the site has no keys of."""

from rest_framework.request import Request
from rest_framework.response import Response

from openevent.api.inputs import plain_body
from openevent.api.schema.plain import documents, members

from ..services.registration import enter_by_address
from .base import PlainErrors, PublicView
from .jwt import AccessToken
from .providers import Connection


def given(request: Request, name: str) -> str:
    """A text from the query or the body; "" without it."""
    value = request.query_params.get(name, plain_body(request).get(name))
    return value[:4096] if isinstance(value, str) else ""


class OAuthView(PlainErrors, PublicView):
    throttle_scope = "token"


class StartView(OAuthView):
    """``GET /v1/auth/oauth/<provider>``."""

    @documents(answer=members({"url": str}), errors=[404, 429, 503], plain_errors=True)
    def get(self, request: Request, provider: str) -> Response:
        """The page of the provider; it leads back to the front end with ``code`` and ``state``."""
        return Response({"url": Connection(provider).start()})


class TokenView(OAuthView):
    """``GET /v1/auth/oauth/token/<provider>?code=…&state=…``."""

    @documents(
        answer=members({"token": str}),
        errors=[401, 404, 429, 503],
        plain_errors=True,
        parameters={"code": str, "state": str},
    )
    def get(self, request: Request, provider: str) -> Response:
        """The provider's own token."""
        connection = Connection(provider)
        connection.check_state(given(request, "state"))
        return Response({"token": connection.exchange(given(request, "code"))})


class OAuthLoginView(OAuthView):
    """``POST /v1/auth/oauth/login/<provider>?code=…&state=…``."""

    @documents(
        body=members({}, {"code": str, "state": str}),
        answer=members({"access_token": str, "user_id": int, "email": str}),
        errors=[400, 401, 404, 429, 503],
        plain_errors=True,
        parameters={"code": str, "state": str},
    )
    def post(self, request: Request, provider: str) -> Response:
        """A token of the account with the address that the provider has proved; made where there is none."""
        connection = Connection(provider)
        connection.check_state(given(request, "state"))
        profile = connection.profile(connection.exchange(given(request, "code")))
        user = enter_by_address(email=profile.email, first_name=profile.first_name, last_name=profile.last_name)
        token = AccessToken.for_user(user, fresh=True)
        return Response({"access_token": str(token), "user_id": user.pk, "email": user.email})
