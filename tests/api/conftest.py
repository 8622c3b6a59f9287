"""One row of every type, in one event, and a way to call the API as somebody."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.auth.jwt import AccessToken
from accounts.models import User
from tests.factories import make_user
from tests.rows import make_rows


def client_of(user: User | None) -> APIClient:
    """A client that speaks JSON:API as ``user``; a stranger without."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"JWT {AccessToken.for_user(user)}")
    return client


@pytest.fixture
def sue(db: None) -> User:
    """Super admin: sees every row."""
    return make_user("Sue", is_admin=True, is_super_admin=True)


@pytest.fixture
def rows(sue: User) -> dict[str, Any]:
    """A row of each type of the registry, by type."""
    return make_rows()
