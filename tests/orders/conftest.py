"""The cast around one event."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db.models import QuerySet

from accounts.models import Mail, User
from events.models import Event
from tests.factories import make_cast, make_event, switch_modules


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    return make_event()


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    """The people of DESIGN §7 around the event."""
    return make_cast(event)


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
