"""The cast around one event, and a way to call the API as one of them."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.auth.jwt import AccessToken
from accounts.models import User
from events.models import Event
from tests.factories import make_cast, make_event, switch_modules

JSONAPI = "application/vnd.api+json"


class Caller(APIClient):
    """An API client that speaks JSON:API as one person, or as a stranger."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        if user is not None:
            self.credentials(HTTP_AUTHORIZATION=f"JWT {AccessToken.for_user(user)}")

    def send(
        self,
        method: str,
        url: str,
        kind: str,
        pk: Any = None,
        relations: dict[str, Any] | None = None,
        /,
        **attributes: Any,
    ) -> Any:
        """A resource object; ``relations`` maps a name to (type, row) or to a list of such pairs."""
        data: dict[str, Any] = {"type": kind, "attributes": {k.replace("_", "-"): v for k, v in attributes.items()}}
        if pk is not None:
            data["id"] = str(pk)
        if relations:
            data["relationships"] = {name: {"data": linkage(to)} for name, to in relations.items()}
        return self.generic(method, url, json.dumps({"data": data}), content_type=JSONAPI)

    def create(self, url: str, kind: str, relations: dict[str, Any] | None = None, /, **attributes: Any) -> Any:
        return self.send("POST", url, kind, None, relations, **attributes)

    def change(
        self, url: str, kind: str, pk: Any, relations: dict[str, Any] | None = None, /, **attributes: Any
    ) -> Any:
        return self.send("PATCH", url, kind, pk, relations, **attributes)


def linkage(to: Any) -> Any:
    if to is None:
        return None
    if isinstance(to, list):
        return [linkage(one) for one in to]
    type_, row = to
    return {"type": type_, "id": str(row.pk)}


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    return make_event()


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    """The people of DESIGN §7 around the event."""
    return make_cast(event)


@pytest.fixture
def call(cast: SimpleNamespace) -> Callable[[str], Caller]:
    """``call("olga")`` calls as Olga, ``call("")`` as a stranger."""

    def make(name: str = "") -> Caller:
        return Caller(getattr(cast, name) if name else None)

    return make
