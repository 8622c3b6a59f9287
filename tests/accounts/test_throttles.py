"""How often one may try."""

import json
import multiprocessing
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import RequestFactory
from rest_framework.exceptions import Throttled
from rest_framework.test import APIClient, APIRequestFactory

from accounts.auth.forms import ThrottledLoginForm
from openevent.api import throttling
from openevent.cache import FailOpenRedisCache
from tests.accounts.conftest import PASSWORD

RIGHT = {"email": "ada@example.com", "password": PASSWORD}
WRONG = {**RIGHT, "password": "wrong"}


@pytest.fixture
def rates(settings: Any) -> dict[str, str]:
    """The rates of this test, in windows so long that none of them ends during it."""
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES, "1000/d")
    return settings.THROTTLES


def login(body: dict[str, str], ip: str = "192.0.2.1") -> Any:
    return APIClient().post("/auth/session", body, format="json", REMOTE_ADDR=ip)


def test_each_scope_that_the_code_names_has_a_rate():
    for scope, text in django_settings.THROTTLES.items():
        assert throttling.parse_rates(text), scope


@pytest.mark.parametrize("text", ["10", "10/x", "/m", "10/m,5/h"])
def test_rate_that_cannot_be_read_is_an_error(text):
    with pytest.raises(ValueError, match="no rate"):
        throttling.parse_rates(text)


def test_too_many_wrong_passwords_are_a_429_that_says_when_to_come_back(ada, rates):
    rates["login"] = "3/d"
    assert [login(WRONG).status_code for _ in range(4)] == [401, 401, 401, 429]

    answer = login(RIGHT)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 86401
    assert set(answer.json()) == {"error"}


def test_logins_that_succeed_do_not_count(ada, rates):
    rates.update({"login": "2/d", "login_ip": "2/d", "login_account": "2/d"})

    assert {login(RIGHT).status_code for _ in range(6)} == {200}


def test_guesses_at_many_accounts_from_one_place_are_stopped(ada, rates):
    rates["login_ip"] = "3/d"
    answers = [login({"email": f"{n}@example.com", "password": "x"}).status_code for n in range(5)]

    assert answers == [401, 401, 401, 429, 429]
    assert login(RIGHT, ip="192.0.2.2").status_code == 200


def test_guesses_from_many_places_are_stopped_and_the_owner_gets_in(ada, rates):
    home = "198.51.100.7"
    assert login(RIGHT, ip=home).status_code == 200
    rates["login_account"] = "3/d"

    answers = [login(WRONG, ip=f"192.0.2.{n}").status_code for n in range(5)]

    assert answers == [401, 401, 401, 429, 429]
    assert login(RIGHT, ip="192.0.2.99").status_code == 429
    assert login(RIGHT, ip=home).status_code == 200


def test_owner_away_from_home_gets_in_with_a_new_password(ada, rates, mailed_token):
    rates["login_account"] = "1/d"
    for n in range(3):
        login(WRONG, ip=f"192.0.2.{n}")
    hotel = APIClient(REMOTE_ADDR="198.51.100.9")
    hotel.post("/v1/auth/reset-password", {"data": {"email": ada.email}}, format="json")
    new = {"token": mailed_token(ada.email), "password": "another horse"}
    assert hotel.patch("/v1/auth/reset-password", {"data": new}, format="json").status_code == 200

    assert login({**RIGHT, "password": "another horse"}, ip="198.51.100.9").status_code == 200


def test_login_to_the_back_office_counts_with_the_others(sue, rates):
    rates["login"] = "2/d"
    wrong = {"email": sue.email, "password": "wrong"}
    assert login(wrong).status_code == 401

    def enter(password: str) -> ThrottledLoginForm:
        request = RequestFactory().post("/admin/login/", REMOTE_ADDR="192.0.2.1")
        return ThrottledLoginForm(request, data={"username": sue.email, "password": password})

    assert enter(PASSWORD).is_valid()
    assert enter("wrong").has_error("__all__", "invalid_login")
    assert enter(PASSWORD).has_error("__all__", "throttled")
    assert login({**wrong, "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize(
    ("scope", "method", "url", "body"),
    [
        ("check_email", "post", "/v1/users/check_email", {"email": "ada@example.com"}),
        ("reset", "post", "/v1/auth/reset-password", {"data": {"email": "nobody@example.com"}}),
        ("reset_ip", "post", "/v1/auth/reset-password", {"data": {"email": "ada@example.com"}}),
        ("verify", "patch", "/v1/auth/reset-password", {"data": {"token": "x", "password": "another horse"}}),
        ("verify", "post", "/v1/auth/verify-email", {"data": {"token": "x"}}),
        ("resend", "post", "/v1/auth/resend-verification-email", {"data": {"email": "ada@example.com"}}),
        ("reset_ip", "post", "/v1/auth/resend-verification-email", {"data": {"email": "ada@example.com"}}),
        ("token", "post", "/v1/auth/token/refresh", {}),
        ("token", "post", "/v1/auth/logout", {}),
    ],
)
def test_every_open_door_has_a_limit(db, rates, scope, method, url, body):
    rates[scope] = "2/d"
    client = APIClient()
    answers = [getattr(client, method)(url, body, format="json") for _ in range(3)]

    assert 429 not in [answer.status_code for answer in answers[:2]]
    assert answers[2].status_code == 429
    assert int(answers[2]["Retry-After"]) > 0


def test_wrong_guesses_by_somebody_logged_in_are_stopped(client_of, ada, rates):
    rates["password"] = "2/d"
    client = client_of(ada)

    def check(password: str) -> int:
        return client.post("/v1/auth/verify-password", {"password": password}, format="json").status_code

    assert [check(PASSWORD), check("a"), check(PASSWORD), check("b"), check(PASSWORD)] == [200] * 4 + [429]
    change = {"data": {"old-password": "c", "new-password": "another horse"}}
    assert client.post("/v1/auth/change-password", change, format="json").status_code == 429


def test_blacklist_has_a_limit(client_of, ada, rates):
    rates["token"] = "1/d"
    assert [client_of(ada).post("/v1/auth/blacklist").status_code for _ in range(2)] == [200, 429]


def test_accounts_made_from_one_place_are_limited(db, rates):
    rates["register"] = "1/d"
    answers = [
        APIClient().post(
            "/v1/users",
            json.dumps({"data": {"type": "user", "attributes": {"email": f"{n}@example.com", "password": "password"}}}),
            content_type="application/vnd.api+json",
        )
        for n in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 429]
    assert int(answers[1]["Retry-After"]) > 0


def _take_many(count: int) -> int:
    from django.core.cache import caches

    caches.close_all()
    taken = 0
    for _ in range(count):
        try:
            throttling.take("login", "many processes")
        except Throttled:
            continue
        taken += 1
    return taken


def test_limit_holds_across_processes(rates):
    rates["login"] = "25/d"
    with multiprocessing.get_context("fork").Pool(4) as pool:
        taken = pool.map(_take_many, [20] * 4)

    assert sum(taken) == 25


def test_two_windows_of_one_scope_hold_both(rates):
    rates["login"] = "5/d 2/h"
    throttling.take("login", "x")
    throttling.take("login", "x")
    with pytest.raises(Throttled) as refusal:
        throttling.take("login", "x")
    assert refusal.value.wait <= 3600


def test_nobody_is_refused_while_the_cache_is_away(ada, rates, settings, monkeypatch, caplog):
    rates["login"] = "1/d"
    client = cache._cache
    monkeypatch.setattr(client, "_servers", ["unix:///nowhere.sock"])
    monkeypatch.setattr(client, "_pools", {})
    monkeypatch.setattr(FailOpenRedisCache, "resume_at", {})

    assert [login(WRONG).status_code for _ in range(3)] == [401] * 3
    assert "cache is away" in caplog.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1", "unknown"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        (0, "", "", "unknown"),
    ],
)
def test_caller_is_who_our_own_proxies_saw(settings, proxies, forwarded, remote, expected):
    settings.NUM_PROXIES = proxies
    request = APIRequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=remote)

    assert throttling.client_ip(request) == expected


def test_forged_header_does_not_reset_a_limit(ada, rates):
    rates["login"] = "1/d"
    answers = [
        APIClient().post("/auth/session", WRONG, format="json", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}") for n in range(3)
    ]
    assert [a.status_code for a in answers] == [401, 429, 429]
