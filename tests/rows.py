"""One row of every type of the API, all in one event, for tests that walk them all."""

from typing import Any

from accounts.models import User
from events.models import Event
from openevent.api.registry import registry
from tests.factories import give_role, make_event, make_row, make_ticket, make_user, order_of, switch_modules


def make_rows() -> dict[str, Any]:
    """A row of each type, by type. Olga owns the event and has an order in it."""
    switch_modules()
    event = make_event(owner_name="Olga", latitude=52.5, longitude=13.4)
    olga = give_role(make_user("Olga"), event, "owner")
    ticket = make_ticket(event)
    order = order_of(ticket, olga)
    made: dict[type, Any] = {Event: event, User: olga, type(ticket): ticket, type(order): order}
    for resource in registry:
        if resource.model not in made:
            made[resource.model] = row_of(resource.model, made)
    return {resource.type: made[resource.model] for resource in registry}


def row_of(model: Any, made: dict[type, Any]) -> Any:
    """The row there is, or a new one whose relations lead to rows made before."""
    found = model.load() if hasattr(model, "load") else model._default_manager.order_by("pk").first()
    return found or make_row(model, made)
