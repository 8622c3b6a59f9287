"""The cast around one event, and clients of the API."""

from types import SimpleNamespace

import pytest

from events.models import Event
from tests.factories import make_cast, make_event, switch_modules


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    return make_event()


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    return make_cast(event)
