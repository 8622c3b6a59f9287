"""Logging in, staying in, logging out."""

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts import services
from accounts.auth.jwt import AccessToken, RefreshToken
from accounts.models import User
from tests.accounts.conftest import PASSWORD

WHO_AM_I = "/v1/users/user-details/get-user-id"


def payload_of(token: str) -> dict:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def status_with(token: str, scheme: str = "JWT") -> int:
    return APIClient().get(WHO_AM_I, HTTP_AUTHORIZATION=f"{scheme} {token}").status_code


@pytest.mark.parametrize("url", ["/auth/session", "/auth/session/", "/v1/auth/login", "/v1/auth/login/"])
@pytest.mark.parametrize("media_type", ["application/json", "application/vnd.api+json; charset=utf-8"])
@pytest.mark.parametrize("name", ["email", "username"])
def test_login_answers_an_access_token(anonymous, ada, url, media_type, name):
    body = json.dumps({name: "ADA@example.com ", "password": PASSWORD, "remember-me": False})

    answer = anonymous.post(url, body, content_type=media_type)

    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token"}
    claims = payload_of(answer.json()["access_token"])
    assert claims["identity"] == ada.pk
    assert type(claims["exp"]) is int
    assert not answer.cookies


def test_login_ignores_a_stale_token_in_the_header(anonymous, ada):
    body = {"email": ada.email, "password": PASSWORD}
    for stale in ("JWT nonsense", "JWT", "Bearer a b c", "Basic YTpi"):
        answer = anonymous.post("/auth/session", body, format="json", HTTP_AUTHORIZATION=stale)
        assert answer.status_code == 200, stale


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ada@example.com", "password": "wrong"},
        {"email": "nobody@example.com", "password": PASSWORD},
        {"username": "ada", "password": PASSWORD},
    ],
)
def test_login_with_wrong_credentials_says_so_in_the_clients_form(anonymous, ada, body):
    answer = anonymous.post("/auth/session", body, format="json")

    assert answer.status_code == 401
    assert answer.json() == {"error": "Invalid Credentials"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "ada@example.com"},
        {"password": PASSWORD},
        {"email": None, "password": PASSWORD},
        {"email": ["ada@example.com"], "password": {"a": 1}},
        {"email": "ada@example.com", "password": "x" * 5000},
        [],
        "text",
    ],
)
def test_login_without_a_field_is_a_400_with_error(anonymous, ada, body):
    answer = anonymous.post("/auth/session", json.dumps(body), content_type="application/json")

    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("body", ["{", "\x00", '{"email": "a\\u0000b@example.com", "password": "x"}'])
def test_login_with_a_body_that_cannot_be_read_is_a_400(anonymous, db, body):
    answer = anonymous.post("/auth/session", body, content_type="application/json")

    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


def test_login_of_a_blocked_or_deleted_account_is_refused_like_a_wrong_password(anonymous, ada, eve, sue):
    services.block_user(user=ada, by=sue)
    services.trash_user(user=eve, by=eve)
    for user in (ada, eve):
        answer = anonymous.post("/auth/session", {"email": user.email, "password": PASSWORD}, format="json")
        assert (answer.status_code, answer.json()) == (401, {"error": "Invalid Credentials"})


@pytest.mark.parametrize("scheme", ["JWT", "Bearer"])
def test_access_token_opens_the_api_under_both_schemes(ada, scheme):
    assert status_with(str(AccessToken.for_user(ada)), scheme) == 200


def test_who_am_i_tells_the_id(client_of, ada):
    assert client_of(ada).get(WHO_AM_I).json() == {"user_id": str(ada.pk)}


def test_who_am_i_costs_one_query(client_of, ada, django_assert_num_queries):
    client = client_of(ada)
    with django_assert_num_queries(1):
        client.get(WHO_AM_I)


@pytest.mark.parametrize("header", [None, "JWT", "JWT x", "JWT a b", "Bearer ey.ey.ey"])
def test_a_missing_or_bad_token_is_a_401(anonymous, db, header):
    extra = {"HTTP_AUTHORIZATION": header} if header else {}
    answer = anonymous.get(WHO_AM_I, **extra)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("JWT")


def test_tokens_that_do_not_open_the_api(ada, eve, sue):
    expired = AccessToken.for_user(ada)
    expired.set_exp(from_time=timezone.now() - timedelta(days=3))
    foreign = AccessToken.for_user(ada)
    foreign["identity"] = str(ada.pk)
    huge = AccessToken.for_user(ada)
    huge["identity"] = 2**70
    nobody = AccessToken.for_user(ada)
    nobody["identity"] = 0
    blocked = AccessToken.for_user(eve)
    services.block_user(user=eve, by=sue)
    for token in (expired, foreign, huge, nobody, blocked, RefreshToken.for_user(ada)):
        assert status_with(str(token)) == 401


def test_a_token_stays_void_when_the_account_is_unblocked(eve, sue):
    token = str(AccessToken.for_user(eve))
    services.block_user(user=eve, by=sue)
    services.unblock_user(user=eve, by=sue)

    assert status_with(token) == 401
    assert status_with(str(AccessToken.for_user(User.objects.get(pk=eve.pk)))) == 200


def remember(client: APIClient, **more: object):
    body = {"email": "ada@example.com", "password": PASSWORD, "remember-me": True, **more}
    return client.post("/v1/auth/login", body, format="json")


def test_remember_me_puts_the_refresh_token_into_cookies(anonymous, ada):
    answer = remember(anonymous)

    assert set(answer.json()) == {"access_token"}
    assert answer.cookies["refresh_token_cookie"]["httponly"]
    assert not answer.cookies["csrf_refresh_token"]["httponly"]
    assert {c["samesite"] for c in answer.cookies.values()} == {"Lax"}


def test_cookies_are_secure_where_the_site_is(anonymous, ada, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert all(cookie["secure"] for cookie in remember(anonymous).cookies.values())


def test_include_in_response_puts_the_refresh_token_into_the_body(anonymous, ada):
    answer = remember(anonymous, **{"include-in-response": True})

    assert set(answer.json()) == {"access_token", "refresh_token"}
    assert not answer.cookies


def test_refresh_by_header_makes_an_access_token(anonymous, ada):
    refresh = remember(anonymous, **{"include-in-response": True}).json()["refresh_token"]

    answer = anonymous.post("/v1/auth/token/refresh", HTTP_AUTHORIZATION=f"JWT {refresh}")

    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token"}
    assert status_with(answer.json()["access_token"]) == 200


def test_refresh_by_cookie_needs_the_csrf_secret(anonymous, ada):
    secret = remember(anonymous).cookies["csrf_refresh_token"].value

    assert anonymous.post("/v1/auth/token/refresh").status_code == 401
    assert anonymous.post("/v1/auth/token/refresh", HTTP_X_CSRF_TOKEN="guess").status_code == 401
    answer = anonymous.post("/v1/auth/token/refresh", HTTP_X_CSRF_TOKEN=secret)
    assert answer.status_code == 200
    assert status_with(answer.json()["access_token"]) == 200


def test_refresh_by_cookie_works_beside_an_expired_access_token(anonymous, ada):
    secret = remember(anonymous).cookies["csrf_refresh_token"].value

    answer = anonymous.post("/v1/auth/token/refresh", HTTP_X_CSRF_TOKEN=secret, HTTP_AUTHORIZATION="JWT expired")

    assert answer.status_code == 200


def test_refresh_without_a_refresh_token_is_a_401_with_error(anonymous, ada):
    for header in ({}, {"HTTP_AUTHORIZATION": f"JWT {AccessToken.for_user(ada)}"}):
        answer = anonymous.post("/v1/auth/token/refresh", **header)
        assert answer.status_code == 401
        assert set(answer.json()) == {"error"}


def test_fresh_login_needs_a_token_and_the_same_account(anonymous, client_of, ada, eve):
    own = {"email": ada.email, "password": PASSWORD}

    assert anonymous.post("/v1/auth/fresh-login", own, format="json").status_code == 401
    assert set(anonymous.post("/v1/auth/fresh-login", own, format="json").json()) == {"error"}
    answer = client_of(ada).post("/v1/auth/fresh-login", own, format="json")
    assert answer.status_code == 200
    assert payload_of(answer.json()["access_token"])["fresh"] is True
    other = client_of(ada).post("/v1/auth/fresh-login", {"email": eve.email, "password": PASSWORD}, format="json")
    assert (other.status_code, other.json()) == (401, {"error": "Invalid Credentials"})


def test_logout_forgets_the_cookies_and_leaves_the_access_token_to_blacklist(anonymous, ada):
    token = remember(anonymous).json()["access_token"]

    answer = anonymous.post("/v1/auth/logout", HTTP_AUTHORIZATION=f"JWT {token}")

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert {cookie.value for cookie in answer.cookies.values()} == {""}
    assert status_with(token) == 200


def test_logout_voids_the_refresh_token_of_the_cookie(anonymous, ada):
    kept = remember(anonymous).cookies["refresh_token_cookie"].value
    anonymous.post("/v1/auth/logout")

    assert APIClient().post("/v1/auth/token/refresh", HTTP_AUTHORIZATION=f"JWT {kept}").status_code == 401


def test_logout_without_a_session_succeeds(anonymous, db):
    for header in ({}, {"HTTP_AUTHORIZATION": "JWT nonsense"}):
        answer = anonymous.post("/v1/auth/logout", **header)
        assert (answer.status_code, answer.json()) == (200, {"success": True})


def test_blacklist_voids_this_token_and_no_other(client_of, ada):
    client, other = client_of(ada), client_of(ada)

    assert client.post("/v1/auth/blacklist").json() == {"success": True}
    assert client.get(WHO_AM_I).status_code == 401
    assert client.post("/v1/auth/blacklist").status_code == 401
    assert other.get(WHO_AM_I).status_code == 200


def test_revoked_tokens_are_not_stored(client_of, ada):
    client_of(ada).post("/v1/auth/blacklist")

    assert [row.token for row in OutstandingToken.objects.all()] == [""]


def test_visit_is_noted_every_few_minutes(
    client_of, ada, django_capture_on_commit_callbacks, django_assert_num_queries
):
    client = client_of(ada)
    with django_capture_on_commit_callbacks(execute=True):
        client.get(WHO_AM_I)
    ada.refresh_from_db()
    first = ada.last_accessed_at
    assert first is not None
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        client.get(WHO_AM_I)
    assert not callbacks
    User.objects.update(last_accessed_at=first - timedelta(minutes=6))
    with django_capture_on_commit_callbacks(execute=True):
        client.get(WHO_AM_I)
    ada.refresh_from_db()
    assert ada.last_accessed_at > first
