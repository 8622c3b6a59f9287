"""One row of every type, in one event, and the people around another one."""

from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from events.models import Event
from tests.factories import make_cast, make_event, make_user, switch_modules
from tests.rows import make_rows


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
def sue(db: None) -> User:
    """Super admin: sees every row."""
    return make_user("Sue", is_admin=True, is_super_admin=True)


@pytest.fixture
def rows(sue: User) -> dict[str, Any]:
    """A row of each type of the registry, by type; those with an event are of the same."""
    return make_rows()
