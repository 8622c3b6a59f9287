"""Changing a password, and getting a new one by mail."""

from datetime import timedelta

import pytest
from django.utils import timezone
from freezegun import freeze_time

from accounts import services
from accounts.auth.jwt import AccessToken, RefreshToken
from accounts.models import Mail, OneTimeToken, User
from accounts.one_time_tokens import digest_of
from openevent.exceptions import NotFound
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_sessions import status_with

CHANGE, RESET = "/v1/auth/change-password", "/v1/auth/reset-password"
NEW = "another horse"


def change(client, old: str = PASSWORD, new: str = NEW):
    return client.post(CHANGE, {"data": {"old-password": old, "new-password": new}}, format="json")


def ask(client, email: str):
    return client.post(RESET, {"data": {"email": email}}, format="json")


def choose(client, token: str, password: str = NEW):
    return client.patch(RESET, {"data": {"token": token, "password": password}}, format="json")


def test_change_password_answers_who_it_was(client_of, ada):
    answer = change(client_of(ada))

    assert answer.status_code == 200
    assert answer.json() == {"email": ada.email, "id": ada.pk, "name": "Ada", "password-changed": True}
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert Mail.objects.filter(action="password_changed", recipient=ada.email).count() == 1


def test_change_password_voids_all_tokens_even_those_of_the_same_moment(client_of, anonymous, ada):
    with freeze_time(timezone.now()):
        access, refresh = AccessToken.for_user(ada), RefreshToken.for_user(ada)
        assert status_with(str(access)) == 200
        assert change(client_of(ada)).status_code == 200
        renewed = AccessToken.for_user(User.objects.get(pk=ada.pk))
        assert renewed["iat"] == access["iat"]

        assert status_with(str(access)) == 401
        by_header = {"HTTP_AUTHORIZATION": f"JWT {refresh}"}
        assert anonymous.post("/v1/auth/token/refresh", **by_header).status_code == 401
        assert status_with(str(renewed)) == 200


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [("wrong", NEW, 400), (PASSWORD, "short", 422), (PASSWORD, PASSWORD, 400), (PASSWORD, "", 400)],
)
def test_change_password_that_is_refused_changes_nothing(client_of, ada, old, new, status):
    client = client_of(ada)

    assert change(client, old, new).status_code == status
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert client.get("/v1/users/user-details/get-user-id").status_code == 200


def test_change_password_needs_a_login(anonymous, db):
    assert change(anonymous).status_code == 401


def test_verify_password_tells_right_from_wrong(client_of, ada):
    client = client_of(ada)
    for password, result in ((PASSWORD, True), ("wrong", False)):
        answer = client.post(
            "/v1/auth/verify-password",
            f'{{"password": "{password}"}}',
            content_type="application/vnd.api+json",
        )
        assert (answer.status_code, answer.json()) == (200, {"result": result})


def test_reset_mails_a_token_that_works_once(anonymous, ada, mailed_token):
    assert ask(anonymous, "ADA@example.com").status_code == 200
    token = mailed_token(ada.email)
    before = str(AccessToken.for_user(ada))

    answer = choose(anonymous, token)

    assert answer.status_code == 200
    assert answer.json() == {"email": ada.email, "id": ada.pk, "name": "Ada"}
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert status_with(before) == 401
    assert choose(anonymous, token, "a third horse").status_code == 404


def test_reset_with_a_newer_token_only(anonymous, ada, mailed_token):
    ask(anonymous, ada.email)
    first = mailed_token(ada.email)
    ask(anonymous, ada.email)

    assert choose(anonymous, first).status_code == 404
    assert choose(anonymous, mailed_token(ada.email)).status_code == 200


def test_reset_with_an_expired_or_unknown_token_is_a_404(anonymous, ada, mailed_token):
    ask(anonymous, ada.email)
    OneTimeToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert choose(anonymous, mailed_token(ada.email)).status_code == 404
    assert choose(anonymous, "guess").status_code == 404


def test_reset_token_survives_a_password_that_is_too_weak(anonymous, ada, mailed_token):
    ask(anonymous, ada.email)
    token = mailed_token(ada.email)

    assert choose(anonymous, token, "short").status_code == 422
    assert choose(anonymous, token).status_code == 200


def test_reset_token_of_an_account_that_was_blocked_is_void(anonymous, ada, sue, mailed_token):
    ask(anonymous, ada.email)
    token = mailed_token(ada.email)
    services.block_user(user=ada, by=sue)

    assert choose(anonymous, token).status_code == 404


def test_verification_token_does_not_reset_a_password(anonymous, ada, mailed_token):
    services.send_verification_mail(user=ada)

    assert choose(anonymous, mailed_token(ada.email)).status_code == 404


def test_token_is_nowhere_in_the_database(anonymous, ada, mailed_token):
    ask(anonymous, ada.email)
    token = mailed_token(ada.email)

    stored = OneTimeToken.objects.get(user=ada, purpose="reset_password")
    assert stored.digest == digest_of(token)
    for mail in Mail.objects.values():
        assert token not in str(mail)


def test_reset_of_an_unknown_address_writes_a_decoy_that_nobody_sees(anonymous, ada, sue):
    Mail.objects.all().delete()

    assert ask(anonymous, "nobody@example.com").status_code == 200
    decoy = Mail.objects.get()
    assert decoy.state == Mail.State.DECOY
    assert not Mail.objects.visible_to(sue).exists()
    with pytest.raises(NotFound):
        services.reset_password(token=fill(decoy), password=NEW)


def fill(mail: Mail) -> str:
    from accounts.placeholders import token_of

    return token_of(mail.nonce)


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": None}, {"data": {"email": 7}}, [], {"data": []}])
def test_reset_without_an_address_is_a_400(anonymous, db, body):
    assert anonymous.post(RESET, body, format="json").status_code == 400
    assert anonymous.patch(RESET, body, format="json").status_code == 400
