"""Which URLs exist: derived from the registry, nothing else."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, include, path

from .registry import Relationship, Resource, registry
from .relationships import RelationshipView

COLLECTION = {"list": ("get", "list"), "create": ("post", "create")}
MEMBER = {
    "retrieve": ("get", "retrieve"),
    "update": ("patch", "partial_update"),
    "destroy": ("delete", "destroy"),
}


def _methods(resource: Resource, table: dict[str, tuple[str, str]]) -> dict[str, str]:
    return dict(table[action] for action in resource.viewset.actions if action in table)


def _related(relationship: Relationship) -> URLPattern:
    """/v1/<source>/<id>/<name>: the target's own list or detail, narrowed to the parent."""
    target = registry.of(relationship.target)
    methods = _methods(target, COLLECTION if relationship.many else MEMBER)
    methods.setdefault("get", "list" if relationship.many else "retrieve")
    view = target.viewset.as_view(methods, relationship=relationship, detail=not relationship.many)
    source = registry.of(relationship.source)
    return path(f"<str:pk>/{relationship.path}", view, name=f"{source.type}-{relationship.path}")


def member_urls(resource: Resource) -> Iterator[URLPattern]:
    """The routes below a collection, without the slash they begin with."""
    viewset = resource.viewset
    yield from viewset.extra_urls()
    member = _methods(resource, MEMBER)
    if member:
        yield path("<str:pk>", viewset.as_view(member, detail=True), name=f"{resource.type}-detail")
    for relationship in resource.relationships.values():
        if relationship.target in registry.by_model:
            yield _related(relationship)
            yield path(
                f"<str:pk>/relationships/{relationship.self_path}",
                RelationshipView.as_view(relationship=relationship),
                name=f"{resource.type}-relationship-{relationship.wire}",
            )


def urlpatterns() -> list[URLPattern | URLResolver]:
    """The whole API below /v1."""
    patterns: list[URLPattern | URLResolver] = []
    for resource in sorted(registry, key=lambda entry: not entry.viewset.is_busy):  # Django looks one by one
        viewset, base = resource.viewset, f"v1/{resource.path}"
        methods = viewset.collection_methods or _methods(resource, COLLECTION)
        if methods:
            is_record = bool(viewset.collection_methods)
            patterns.append(path(base, viewset.as_view(methods, detail=is_record), name=f"{resource.type}-list"))
        members = list(member_urls(resource))
        patterns += [path(f"v1/{other}/", include(members)) for other in (resource.path, *viewset.aliases)]
    return patterns
