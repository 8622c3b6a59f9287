"""Links on a row's page to what can be done with it. Apps above add theirs: an event's page does not know orders."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest


@dataclass(frozen=True)
class Link:
    """A button that leads somewhere, or (``is_post``) does something. ``is_main`` ones stand out; of the others those
    with a lower ``place`` come first."""

    title: Any
    url: str
    icon: str = "arrow_forward"
    is_main: bool = False
    is_post: bool = False
    fields: dict[str, Any] | None = None  # of the form, where it does something
    place: int = 50


Source = Callable[[HttpRequest, Any], Iterable[Link]]
_sources: dict[type[models.Model], list[Source]] = {}


def add_links(model: type[models.Model]) -> Callable[[Source], Source]:
    """Decorates a function that says which links a row of ``model`` has for the user of a request."""

    def note(source: Source) -> Source:
        _sources.setdefault(model, []).append(source)
        return source

    return note


def links_of(request: HttpRequest, obj: Any) -> list[Link]:
    """All links of a row, those that stand out first, then by their places."""
    found = [link for source in _sources.get(type(obj), []) for link in source(request, obj)]
    return sorted(found, key=lambda link: (not link.is_main, link.place))
