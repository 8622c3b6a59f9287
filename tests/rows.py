"""One row of every type of the API, all in one event, for tests that walk them all."""

from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from model_bakery import baker

from accounts.models import User
from events.models import Event
from openevent.api.registry import registry
from tests.factories import give_role, make_event, make_ticket, make_user, order_of, switch_modules

baker.generators.add("openevent.fields.RichTextField", lambda: "text")

# what the rules of a model ask for beyond the types of its columns
VALUES: dict[str, dict[str, Any]] = {
    "track": {"color": "#a04b4b"},
    "sessiontype": {"length": "00:30"},
    "sociallink": {"link": "https://example.org"},
    "discountcode": {"type": "percent", "value": 10, "valid_from": timezone.now()},
    "accesscode": {"valid_from": timezone.now()},
    "speakerscall": {
        "starts_at": datetime(2026, 1, 1, tzinfo=UTC),
        "ends_at": datetime(2027, 1, 1, tzinfo=UTC),
    },
    "feedback": {"rating": 4, "session": None},
}


def make_rows() -> dict[str, Any]:
    """A row of each type, by type. Olga owns the event and has an order in it."""
    switch_modules()
    event = make_event(owner_name="Olga", latitude=52.5, longitude=13.4)
    olga = give_role(make_user("Olga"), event, "owner")
    ticket = make_ticket(event)
    order = order_of(ticket, olga)
    made: dict[type, Any] = {Event: event, User: olga, type(ticket): ticket, type(order): order}
    for resource in registry:
        row_of(resource.model, made)
    return {resource.type: made[resource.model] for resource in registry}


def row_of(model: Any, made: dict[type, Any]) -> Any:
    """The row of a model, made where there is none; its relations lead to the rows made before."""
    if model in made:
        return made[model]
    found = model.load() if hasattr(model, "load") else model._default_manager.order_by("pk").first()
    if found is None:
        needed = [f for f in model._meta.concrete_fields if f.is_relation]
        relations = {f.name: row_of(f.related_model, made) for f in needed if f.related_model in made or not f.null}
        found = baker.make(model, **{**relations, **VALUES.get(model._meta.model_name, {})})
    made[model] = found
    return found
