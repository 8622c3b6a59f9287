"""Which resources the wire has and how they hang together. Filled when the apps' ``api`` modules load."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q


def dashed(name: str) -> str:
    """A Python name as it stands on the wire."""
    return name.replace("_", "-")


def underscored(name: str) -> str:
    """A name from the wire, dashed or underscored, as it stands in Python."""
    return name.replace("-", "_")


@dataclass(frozen=True)
class Relationship:
    """How rows of ``source`` lead to rows of ``target``.

    Forward ones are a field of the source (``attr``); derived ones are found from the target by ``lookup``, a
    path to the source, among the rows that fulfil ``where``.
    """

    source: type[models.Model]
    target: type[models.Model]
    name: str
    many: bool
    attr: str | None = None
    lookup: str = ""
    where: Q | None = None
    is_writable: bool = False
    wire: str = ""
    path: str = ""  # the last part of the related URL, where it is not the name
    self_path: str = ""  # the last part of the relationship URL, where it is not the name

    @cached_property
    def is_plain_lookup(self) -> bool:
        """Whether ``lookup`` is a foreign key of the target, so that each row has one source at most."""
        if "__" in self.lookup:
            return False
        target_field = self.target._meta.get_field(self.lookup)
        return bool(target_field.concrete and not target_field.many_to_many)

    @property
    def foreign_key(self) -> str | None:
        """The column that holds the id of the target, where the source has one."""
        return f"{self.attr}_id" if self.attr and not self.many else None

    def rows(self, queryset: models.QuerySet, source: Any) -> models.QuerySet:
        """Those of ``queryset`` (rows of the target) that belong to ``source``, one row or an iterable of ids."""
        if self.foreign_key:
            ids = [getattr(source, self.foreign_key)]
            return queryset.filter(pk__in=[i for i in ids if i is not None])
        condition = Q(**{self.lookup: getattr(source, "pk", source)})
        if self.where is not None:
            condition &= self.where
        if self.is_plain_lookup:
            return queryset.filter(condition)
        # a path over several tables may find a row twice: ask by key
        return queryset.filter(pk__in=self.target._base_manager.filter(condition).values("pk"))

    def matching(self, targets: models.QuerySet) -> Q:
        """The condition on source rows that one of ``targets`` belongs to them."""
        if self.foreign_key:
            return Q(**{f"{self.attr}__in": targets.values("pk")})
        rows = self.target._base_manager.filter(pk__in=targets.values("pk"))
        if self.where is not None:
            rows = rows.filter(self.where)
        return Q(pk__in=rows.exclude(**{self.lookup: None}).values(self.lookup))


@dataclass
class Resource:
    """A type on the wire: its model, its view set and its relationships."""

    type: str  # on the wire
    path: str
    model: Any
    viewset: Any
    relationships: dict[str, Relationship] = field(default_factory=dict)

    @property
    def serializer(self) -> Any:
        """The class that reads and writes its attributes."""
        return self.viewset.serializer_class

    @property
    def has_integer_id(self) -> bool:
        """Whether ids of this type are JSON numbers (API.md, "Conventions")."""
        return bool(getattr(self.serializer.Meta, "integer_id", False))

    @property
    def identifier_field(self) -> str | None:
        """The second name of a row that URLs take as well as the id."""
        return getattr(self.serializer.Meta, "identifier_field", None)

    @property
    def scope_name(self) -> str | None:
        """The relation to the parent that rows of this type cannot leave, on the whole the event."""
        meta = self.serializer.Meta
        return getattr(meta, "scope", "event" if "event" in getattr(meta, "relations", []) else None)

    def scope_of(self, parent: Any) -> Any:
        """The id of the scope that all rows below ``parent`` share: that of the parent itself, or the one it is in.

        None where the rows may be of several scopes, for instance the sessions of a user.
        """
        if parent is None or self.scope_name is None:
            return None
        model = self.model._meta.get_field(self.scope_name).related_model
        if isinstance(parent, model):
            return parent.pk
        above = registry.by_model.get(type(parent))
        if above is None or above.scope_name is None:
            return None
        scope = above.model._meta.get_field(above.scope_name)
        return getattr(parent, scope.attname) if scope.related_model is model else None


class Registry:
    """All resources, by type and by model."""

    def __init__(self) -> None:
        self.by_type: dict[str, Resource] = {}
        self.by_model: dict[type[models.Model], Resource] = {}
        self._nested: list[Relationship] = []

    def add(self, viewset: type) -> Resource:
        """Register a view set under its serializer's type."""
        serializer = viewset.serializer_class  # type: ignore[attr-defined]
        meta = serializer.Meta
        path = getattr(viewset, "path", None) or f"{meta.type}s"
        entry = Resource(meta.type, path, meta.model, viewset)
        if entry.type in self.by_type:
            raise ValueError(f"the type {entry.type} is registered twice")
        self.by_type[entry.type] = entry
        if not getattr(viewset, "is_secondary", False):
            self.by_model[entry.model] = entry
        for name in getattr(meta, "relations", []):
            self._connect(entry, _forward(meta.model, name, name not in getattr(meta, "read_only_relations", ())))
        for relationship in self._nested:
            if relationship.source is entry.model:
                self._connect(entry, relationship)
        viewset.resource = entry  # type: ignore[attr-defined]
        return entry

    def add_view(self, viewset: Any) -> None:
        """Let rows of a proxy model be shown as the type of its parent, by a view set that narrows them further."""
        meta = viewset.serializer_class.Meta
        base = self.by_type[meta.type]
        viewset.resource = self.by_model[viewset.model] = Resource(
            base.type, base.path, viewset.model, viewset, base.relationships
        )

    def nest(self, relationship: Relationship) -> None:
        """Make ``relationship`` known, before or after its source is."""
        self._nested.append(relationship)
        source = self.by_model.get(relationship.source)
        if source:
            self._connect(source, relationship)

    @staticmethod
    def _connect(entry: Resource, relationship: Relationship) -> None:
        if relationship.name in entry.relationships:
            raise ValueError(f"{entry.type} has two relationships {relationship.name}")
        entry.relationships[relationship.name] = relationship

    def of(self, model: type[models.Model]) -> Resource:
        """The resource that shows rows of ``model``."""
        return self.by_model[model]

    def __iter__(self) -> Any:
        return iter(self.by_type.values())


def _forward(model: type[models.Model], name: str, is_writable: bool) -> Relationship:
    model_field: Any = model._meta.get_field(name)
    many = bool(model_field.many_to_many)
    return Relationship(
        source=model,
        target=model_field.related_model,
        name=name,
        many=many,
        attr=name,
        lookup=model_field.remote_field.name or model_field.remote_field.get_accessor_name(),
        is_writable=is_writable,
        wire=dashed(name),
        path=dashed(name),
        self_path=dashed(name),
    )


registry = Registry()


def resource(viewset: type) -> type:
    """Class decorator: put the view set on the wire."""
    registry.add(viewset)
    return viewset


def narrowed(viewset: type) -> type:
    """Class decorator: show the rows of ``viewset.model``, a proxy, as the type of its parent."""
    registry.add_view(viewset)
    return viewset


def nest(
    source: type[models.Model],
    target: type[models.Model],
    name: str,
    *,
    lookup: str,
    many: bool = True,
    where: Q | None = None,
    is_writable: bool = False,
    path: str = "",
    self_path: str = "",
) -> None:
    """Declare that ``source`` has a relationship ``name`` to the rows of ``target`` that point to it by ``lookup``.

    Makes the link on the source, ``/<source>/<id>/<name>``, the relationship route and ``?include=<name>``.
    ``is_writable``: the relationship route may move rows (``lookup`` must then be a nullable foreign key or a
    many-to-many field). ``path`` and ``self_path``: the last part of the related URL and of the relationship URL,
    where clients know them by another name.
    """
    registry.nest(
        Relationship(
            source=source,
            target=target,
            name=underscored(name),
            many=many,
            lookup=lookup,
            where=where,
            is_writable=is_writable,
            wire=dashed(name),
            path=path or dashed(name),
            self_path=self_path or dashed(name),
        )
    )
