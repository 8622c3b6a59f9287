"""The cast around one event."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db.models import QuerySet

from accounts.models import Mail, User
from events.models import Event
from tests.factories import give_role, make_event, make_user, switch_modules


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    return make_event()


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    """Olga owner, Otto organizer, Rita registrar, Ada attendee and buyer, Eve outsider, Adam admin."""
    return SimpleNamespace(
        olga=give_role(make_user("Olga"), event, "owner"),
        otto=give_role(make_user("Otto"), event, "organizer"),
        rita=give_role(make_user("Rita"), event, "registrar"),
        ada=make_user("Ada"),
        eve=make_user("Eve"),
        adam=make_user("Adam", is_admin=True),
    )


@pytest.fixture
def mails() -> Callable[[str], QuerySet[Mail]]:
    """``mails("order_cancelled")``: what was written with that template."""
    return lambda action: Mail.objects.filter(action=action)


@pytest.fixture
def ada(cast: SimpleNamespace) -> User:
    return cast.ada


@pytest.fixture
def olga(cast: SimpleNamespace) -> User:
    return cast.olga
