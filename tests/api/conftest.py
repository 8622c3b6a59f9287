"""One row of every type, in one event, and a way to call the API as somebody."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from events.models import Event
from tests.factories import make_cast, make_event, switch_modules
from tests.world import RESOURCES, World


@pytest.fixture
def event(db: None) -> Event:
    """A published event of a site that has everything switched on."""
    switch_modules()
    return make_event(is_sessions_speakers_enabled=True)


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    """The people around that event."""
    return make_cast(event)


@pytest.fixture
def sue(cast: SimpleNamespace) -> User:
    """Super admin: sees every row."""
    return cast.sue  # type: ignore[no-any-return]


@pytest.fixture
def rows(sue: User, event: Event, cast: SimpleNamespace) -> dict[str, Any]:
    """A row of each type of the registry, by type; those with an event are of the same."""
    world = World(event, cast)
    return {resource.type: world.row_of(resource) for resource in RESOURCES}


Call = Callable[..., Any]
