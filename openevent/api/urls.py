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
    return dict(table[action] for action in resource.viewset.actions if action in table)  # type: ignore[attr-defined]


def _related(relationship: Relationship) -> URLPattern | None:
    """/v1/<source>/<id>/<name>: the target's own list or detail, narrowed to the parent."""
    target = registry.of(relationship.target)
    methods = _methods(target, COLLECTION if relationship.many else MEMBER)
    if relationship.many:
        methods.setdefault("get", "list")
    else:
        methods.setdefault("get", "retrieve")
    view = target.viewset.as_view(  # type: ignore[attr-defined]
        methods, relationship=relationship, detail=not relationship.many
    )
    return path(f"<str:pk>/{relationship.wire}", view, name=f"{relationship.source.__name__}-{relationship.wire}")


def resource_urls(resource: Resource) -> Iterator[URLPattern]:
    """All routes of one resource, below its collection."""
    viewset = resource.viewset
    collection, member = _methods(resource, COLLECTION), _methods(resource, MEMBER)
    if collection:
        yield path("", viewset.as_view(collection, detail=False), name=f"{resource.type}-list")  # type: ignore[attr-defined]
    yield from getattr(viewset, "extra_urls", list)()
    if member:
        yield path("/<str:pk>", viewset.as_view(member, detail=True), name=f"{resource.type}-detail")  # type: ignore[attr-defined]
    for relationship in resource.relationships.values():
        if relationship.target in registry.by_model:
            related = _related(relationship)
            yield path("/", include([related]))  # type: ignore[list-item]
            yield path(
                f"/<str:pk>/relationships/{relationship.wire}",
                RelationshipView.as_view(relationship=relationship),
                name=f"{resource.type}-relationship-{relationship.wire}",
            )


def urlpatterns() -> list[URLPattern | URLResolver]:
    """The whole API below /v1."""
    return [path(f"v1/{resource.path}", include(list(resource_urls(resource)))) for resource in registry]
