"""The people of these tests, and a way to call the API as one of them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.auth.jwt import AccessToken
from accounts.models import Mail, User
from accounts.placeholders import fill_in

from .pictures import data_url

PASSWORD = "correct horse"


def person(name: str, **attributes: Any) -> User:
    return User.objects.create_user(
        f"{name}@example.com", PASSWORD, first_name=name.title(), **{"is_verified": True, **attributes}
    )


@pytest.fixture
def ada(db: None) -> User:
    return person("ada")


@pytest.fixture
def eve(db: None) -> User:
    return person("eve")


@pytest.fixture
def adam(db: None) -> User:
    return person("adam", is_admin=True)


@pytest.fixture
def sue(db: None) -> User:
    return person("sue", is_admin=True, is_super_admin=True)


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    def make(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"JWT {AccessToken.for_user(user)}")
        return client

    return make


@pytest.fixture
def send(ada: User, client_of: Callable[[User], APIClient]) -> Callable[..., Any]:
    """Ada sends a picture as data URL."""
    return lambda raw, kind="image/png": client_of(ada).post("/v1/upload/image", data_url(raw, kind), format="json")


@pytest.fixture
def mailed_token() -> Callable[[str], str]:
    """The one-time token that the last mail to an address carries, as its reader sees it."""

    def find(address: str) -> str:
        mail = Mail.objects.filter(recipient=address).exclude(nonce="").order_by("-pk").first()
        assert mail is not None, f"no mail with a token to {address}"
        match = re.search(r"token=([\w-]+)", fill_in(mail.text, mail.nonce))
        assert match is not None
        return match.group(1)

    return find
