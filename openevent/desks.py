"""Whose work the rows of a model are in the back office. openevent/policy.py fills the table.

The API shows a published event to everybody; the back office shows people what they work on. A *desk* says which
roles work with the rows of a model, and which lookup leads from a row to its event. Administrators work with
everything; a model without a desk is theirs alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Desk:
    """``roles`` None: any role. ``event`` "" means that the row is the event, a name that ends in "_id" that the
    row knows no more of its event than the id."""

    roles: tuple[str, ...] | None = None
    event: str = "event"


class Unbound(Exception):
    """The table was asked before openevent/policy.py filled it."""


def _unbound(*args: Any) -> Any:
    raise Unbound


_table: dict[str, Desk] = {}
_roles_of: Callable[[Any], dict[int, set[str]]] = _unbound
_events: Callable[[], models.QuerySet] = _unbound


def install(
    table: dict[str, Desk],
    roles_of: Callable[[Any], dict[int, set[str]]],
    events: Callable[[], models.QuerySet],
) -> None:
    """Bind the table, the roles that a user has by event id, and what all events are."""
    global _roles_of, _events
    _table.update(table)
    _roles_of, _events = roles_of, events


def may_enter(user: Any) -> bool:
    """Administrators, and whoever has a role in an event."""
    if not (user.is_authenticated and user.is_active):
        return False
    return bool(user.is_any_admin or _roles_of(user))


def desk_of(model: type[models.Model]) -> Desk | None:
    """The desk of a model; None: administrators only."""
    return _table.get(model._meta.label_lower)


def works_with(user: Any, model: type[models.Model], obj: Any = None) -> bool:
    """Whether ``user`` works with rows of ``model``: with this one, with those of the parent ``obj``, or (None)
    with any at all."""
    if not (user.is_authenticated and user.is_active):
        return False
    if user.is_any_admin:
        return True
    desk = desk_of(model)
    if desk is None:
        return False
    if obj is None:
        return any(_fits(desk, names) for names in _roles_of(user).values())
    return _fits(desk, _roles_of(user).get(event_id_of(obj) or 0, set()))


def rows_for(user: Any, rows: models.QuerySet) -> models.QuerySet:
    """Those of ``rows`` that are the user's work."""
    if user.is_any_admin:
        return rows
    desk = desk_of(rows.model)
    if desk is None:
        return rows.none()
    ids = [event_id for event_id, names in _roles_of(user).items() if _fits(desk, names)]
    return rows.filter(**{f"{desk.event or 'pk'}__in": ids})


def events_of(user: Any) -> list[Any]:
    """The events that somebody below the administrators works on, read once for a user object."""
    if not hasattr(user, "_desk_events"):
        user._desk_events = list(_events().filter(pk__in=_roles_of(user)))
    return list(user._desk_events)


def all_events() -> models.QuerySet:
    """Every event, the newest first; who may see which is not asked."""
    return _events()


def event_id_of(obj: Any) -> int | None:
    """The id of the event that a row belongs to, by the desk of its model."""
    desk = desk_of(type(obj))
    if desk is None:
        return getattr(obj, "event_id", None)
    if not desk.event:
        return int(obj.pk)
    *steps, last = desk.event.split("__")
    for step in steps:
        obj = getattr(obj, step, None)
    return getattr(obj, last if last.endswith("_id") else f"{last}_id", None)


def event_of(obj: Any) -> Any:
    """The event that a row belongs to, or None; also where the row knows nothing but its id."""
    desk = desk_of(type(obj))
    if desk and desk.event.endswith("_id"):
        return None
    for step in (desk.event if desk else "event").split("__"):
        obj = getattr(obj, step, None) if step else obj
    return obj


def _fits(desk: Desk, names: set[str]) -> bool:
    return bool(names) if desk.roles is None else bool(names & set(desk.roles))
