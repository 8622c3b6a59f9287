"""Logging in by an account elsewhere: OAuth 2 with the providers that the operator has keys of (OAUTH_<NAME>_ID)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.core import signing
from rest_framework.exceptions import AuthenticationFailed

from openevent.exceptions import NotFound, Unavailable

from ..mail import frontend_url

SALT = "accounts.oauth"
STATE_SECONDS = 15 * 60


@dataclass(frozen=True)
class Provider:
    """Where a provider is asked what."""

    name: str
    authorize: str
    token: str
    profile: str
    scope: str


PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider(
            "google",
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
            "https://openidconnect.googleapis.com/v1/userinfo",
            "openid email profile",
        ),
        Provider(
            "facebook",
            "https://www.facebook.com/v19.0/dialog/oauth",
            "https://graph.facebook.com/v19.0/oauth/access_token",
            "https://graph.facebook.com/v19.0/me?fields=id,email,first_name,last_name",
            "email",
        ),
    )
}


@dataclass(frozen=True)
class Profile:
    """Who the provider says it is. ``email`` is an address that the provider has proved."""

    email: str
    first_name: str
    last_name: str


class Connection:
    """One provider with this site's keys."""

    def __init__(self, name: str) -> None:
        provider = PROVIDERS.get(name)
        if provider is None:
            raise NotFound(f"There is no log-in by {name[:40]}.", "unknown_provider")
        self.provider = provider
        self.client_id, self.secret = settings.OAUTH_CLIENTS.get(name, ("", ""))
        if not (self.client_id and self.secret):
            raise Unavailable(f"This site has no log-in by {name}: it is not configured.", "not_configured")

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        return f"{frontend_url()}/oauth/callback/{self.provider.name}"

    def start(self) -> str:
        """The provider's page that asks people whether they want to log in here."""
        query = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": self.provider.scope,
            "state": signing.TimestampSigner(salt=SALT).sign(self.provider.name),
        }
        return f"{self.provider.authorize}?{urlencode(query)}"

    def check_state(self, state: str) -> None:
        """AuthenticationFailed unless the log-in began here, with this provider, a while ago at most."""
        try:
            began = signing.TimestampSigner(salt=SALT).unsign(state, max_age=STATE_SECONDS)
        except signing.BadSignature:
            began = ""
        if began != self.provider.name:
            raise AuthenticationFailed("The log-in did not begin here, or took too long.", code="bad_state")

    def exchange(self, code: str) -> str:
        """The provider's token for the code that it gave; AuthenticationFailed for a code that it does not know."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.client_id,
            "client_secret": self.secret,
            "redirect_uri": self.redirect_uri,
        }
        token = self._ask("POST", self.provider.token, data=body).get("access_token")
        if not isinstance(token, str):
            raise AuthenticationFailed("The provider gave no token.", code="bad_code")
        return token

    def profile(self, token: str) -> Profile:
        """Who the token is of; AuthenticationFailed where the provider has not proved an address."""
        found = self._ask("GET", self.provider.profile, headers={"Authorization": f"Bearer {token}"})
        email = found.get("email")
        if not isinstance(email, str) or "@" not in email or found.get("email_verified", True) not in (True, "true"):
            raise AuthenticationFailed("The provider has no proved address of yours.", code="no_address")
        first = found.get("given_name") or found.get("first_name") or ""
        last = found.get("family_name") or found.get("last_name") or ""
        return Profile(email, str(first)[:255], str(last)[:255])

    @staticmethod
    def _ask(method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            answer = requests.request(method, url, timeout=settings.PROVIDER_TIMEOUT, **options)
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unavailable("The provider does not answer.", "provider_unavailable") from error
        if answer.status_code >= 500:
            raise Unavailable("The provider does not answer.", "provider_unavailable")
        if answer.status_code >= 400 or not isinstance(found, dict):
            raise AuthenticationFailed("The provider does not know this code.", code="bad_code")
        return found
