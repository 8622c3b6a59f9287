"""One row of every type, in one event, and a way to call the API as somebody."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Module, Setting, User
from events.models import Event
from openevent.api.registry import registry
from tests.factories import give_role, make_cast, make_event, make_row, make_ticket, make_user, order_of, switch_modules


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
    switch_modules()
    event = make_event(owner_name="Olga", latitude=52.5, longitude=13.4)
    olga = give_role(make_user("Olga"), event, "owner")
    ticket = make_ticket(event)
    order = order_of(ticket, olga)
    made: dict[type, Any] = {
        Event: event,
        User: olga,
        type(ticket): ticket,
        type(order): order,
        Module: Module.load(),
        Setting: Setting.load(),
    }
    for resource in registry:
        if resource.model not in made:
            made[resource.model] = row_of(resource.model, made)
    return {resource.type: made[resource.model] for resource in registry}


def row_of(model: type, made: dict[type, Any]) -> Any:
    """The row there is, or a new one whose relations lead to rows made before."""
    found = model._default_manager.order_by("pk").first()
    if found is not None:
        return found
    return make_row(model, made)


Call = Callable[..., Any]
