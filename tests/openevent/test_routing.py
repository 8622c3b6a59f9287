"""The index of routes finds what Django's own search finds."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.urls import Resolver404, URLResolver, resolve
from django.urls.resolvers import RoutePattern

from openevent.urls import routes

PLAIN = URLResolver(RoutePattern(""), routes)
EXAMPLES = {"int": "7", "str": "a1b2c3d4", "uuid": "0b8f6a8e-5c5e-4c3e-9d7b-3b0c9f1a2d4e", "path": "a/b", "slug": "a-b"}


def addresses(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    """An address of each route."""
    for pattern in patterns:
        text = before + str(pattern.pattern).removeprefix("^").replace("/?$", "").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, text)
        else:
            yield re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES.get(found[1] or "str", "x"), text)


def found(resolver: Any, path: str) -> Any:
    try:
        match = resolver(path)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.view_name, match.route


def test_every_route_is_found_as_without_the_index() -> None:
    paths = [*addresses(routes)]
    assert len(paths) > 1000
    differing = [path for path in paths if found(resolve, f"/{path}") != found(PLAIN.resolve, path)]
    assert differing == []
    assert sum(found(resolve, f"/{path}") is not None for path in paths) > 1000


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/nothing", "/v1/events/", "/v1/events/1/nothing", "/nothing/at/all"]
)
def test_what_is_nowhere_is_not_found(path: str) -> None:
    assert found(resolve, path) == found(PLAIN.resolve, path[1:])
