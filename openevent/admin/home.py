"""What the home page is made of; each app fills in what it knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .permissions import choices

MOST_EVENTS = 8  # cards


@dataclass(frozen=True)
class Attention:
    """Something that somebody should look at, and where."""

    text: Any
    url: str


@dataclass(frozen=True)
class Table:
    """Numbers of the whole site."""

    title: Any
    headings: list[Any]
    rows: list[list[Any]]


def shown_events(user: Any, model: Any, now: Any) -> list[Any]:
    """The events that have a card: those that are still to come or run, the next first; then the last ones."""
    if not hasattr(user, "_shown_events"):
        user._shown_events = _shown_events(choices(model, user), now)
    return list(user._shown_events)


def _shown_events(rows: Any, now: Any) -> list[Any]:
    coming = list(rows.filter(ends_at__gte=now).order_by("starts_at", "pk")[:MOST_EVENTS])
    missing = MOST_EVENTS - len(coming)
    return [*coming, *rows.filter(ends_at__lt=now).order_by("-ends_at", "-pk")[:missing]] if missing else coming


def is_site_view(user: Any) -> bool:
    """Whether the home page tells of the whole site."""
    return bool(user.is_any_admin)


def merged(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What the apps say, lists of the same name put together."""
    found: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            found[name] = [*found[name], *value] if isinstance(found.get(name), list) else value
    return found
