"""Finding a route by its first words: Django tries one pattern after the other, and the API has a thousand."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import ResolverMatch, RoutePattern

Route = URLPattern | URLResolver
WORDS = 2  # /v1/events


def indexed(routes: Iterable[Route]) -> list[Route]:
    """The same routes as one, which looks only at those that begin like the path. Their order stays."""
    return [_Index(_flat(routes))]


class _Index(URLResolver):
    """All routes, and for finding one: small resolvers by what a path begins with."""

    def __init__(self, routes: Iterable[Route]) -> None:
        everything = list(routes)
        super().__init__(RoutePattern(""), everything)
        begins = [(_beginning(route), route) for route in everything]
        # a route whose beginning varies stands in each group, at its place
        self._groups = {key: _group(begins, key) for key, _ in begins if key is not None}
        self._others = _group(begins, None)

    def resolve(self, path: Any) -> ResolverMatch:
        """The match among the routes that begin with the first words of ``path``."""
        return self._groups.get("/".join(str(path).split("/", WORDS)[:WORDS]), self._others).resolve(path)


def _group(begins: list[tuple[str | None, Route]], key: str | None) -> URLResolver:
    return URLResolver(RoutePattern(""), [route for begin, route in begins if begin in (key, None)])


def _flat(routes: Iterable[Route]) -> Iterator[Route]:
    """What is included without a prefix counts as if it stood here."""
    for route in routes:
        if isinstance(route, URLResolver) and str(route.pattern) == "" and route.namespace is None:
            yield from _flat(route.url_patterns)
        else:
            yield route


def _beginning(route: Route) -> str | None:
    """The first words of a route; None where they vary or are too few."""
    words = str(route.pattern).split("/", WORDS)
    is_open = isinstance(route, URLResolver) and len(words) <= WORDS
    begin = "/".join(words[:WORDS])
    return begin if isinstance(route.pattern, RoutePattern) and "<" not in begin and not is_open else None
