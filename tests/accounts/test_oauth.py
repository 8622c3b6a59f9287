"""Logging in by an account elsewhere. The provider is across the internet, so its answers are made up here."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from rest_framework.test import APIClient

from accounts.auth import providers
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LOGIN = "/v1/auth/oauth/login/google"


class Elsewhere:
    """What the provider answers, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.profile: dict[str, Any] = {"email": "ada@example.org", "email_verified": True, "given_name": "Ada"}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def request(self, method: str, url: str, **options: Any) -> Any:
        self.asked.append((url, options))
        answer = requests.Response()
        answer.status_code = self.status
        body = {"access_token": "theirs"} if method == "POST" else self.profile
        answer.json = lambda **kwargs: body  # type: ignore[method-assign]
        return answer


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Elsewhere:
    found = Elsewhere()
    settings.OAUTH_CLIENTS = {"google": ("our-id", "our-secret")}
    monkeypatch.setattr(providers.requests, "request", found.request)
    return found


def state_of(client: APIClient) -> str:
    url = client.get("/v1/auth/oauth/google").json()["url"]
    query = parse_qs(urlsplit(url).query)
    assert (query["client_id"], query["response_type"]) == (["our-id"], ["code"])
    return query["state"][0]


def log_in(client: APIClient, **given: str) -> Any:
    return client.post(LOGIN, given, format="json")


def test_without_keys_the_site_says_that_it_has_no_such_log_in(client: Any) -> None:
    for method, path in (("get", "google"), ("get", "token/google"), ("post", "login/facebook")):
        answer = getattr(client, method)(f"/v1/auth/oauth/{path}")
        assert answer.status_code == 503
        assert "not configured" in answer.json()["error"]
    assert client.get("/v1/auth/oauth/nobody").status_code == 404


def test_proved_address_opens_the_account_or_makes_one(elsewhere: Elsewhere) -> None:
    client = APIClient()

    answer = log_in(client, code="abc", state=state_of(client))

    assert answer.status_code == 200, answer.content
    user = User.objects.get(email="ada@example.org")
    assert (user.first_name, user.is_verified, user.has_usable_password()) == ("Ada", True, False)
    client.credentials(HTTP_AUTHORIZATION=f"JWT {answer.json()['access_token']}")
    assert client.get(f"/v1/users/{user.pk}").status_code == 200
    assert elsewhere.asked[0][1]["data"]["client_secret"] == "our-secret"
    client.credentials()
    assert log_in(client, code="abc", state=state_of(client)).json()["user_id"] == user.pk


def test_who_registered_with_an_unproved_address_loses_the_password(elsewhere: Elsewhere) -> None:
    squatter = make_user("Ada", is_verified=False)
    client = APIClient()
    assert log_in(client, code="abc", state=state_of(client)).json()["user_id"] == squatter.pk
    squatter.refresh_from_db()
    assert (squatter.is_verified, squatter.has_usable_password()) == (True, False)


def test_log_in_must_have_begun_here_and_be_proved(elsewhere: Elsewhere) -> None:
    client = APIClient()
    assert log_in(client, code="abc", state="made up").status_code == 401
    assert log_in(client, code="abc").status_code == 401
    assert not elsewhere.asked, "nobody is asked about a log-in that did not begin here"
    state = state_of(client)
    elsewhere.profile["email_verified"] = False
    assert log_in(client, code="abc", state=state).status_code == 401
    elsewhere.status = 400
    assert log_in(client, code="abc", state=state).status_code == 401
    elsewhere.status = 502
    assert log_in(client, code="abc", state=state).status_code == 503
    assert not User.objects.filter(email="ada@example.org").exists()


def test_blocked_account_stays_shut(elsewhere: Elsewhere) -> None:
    make_user("Ada", is_blocked=True)
    client = APIClient()
    assert log_in(client, code="abc", state=state_of(client)).status_code == 403
