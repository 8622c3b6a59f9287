"""JSON:API documents from model rows, fast: each serializer is compiled once into getters (see ADR 3)."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import orjson
from rest_framework import serializers

from .permissions import may
from .registry import Relationship, Resource, dashed, registry

Getter = Callable[[Any], Any]
# what orjson writes as the wire has it: no conversion needed
PLAIN = (
    serializers.CharField,
    serializers.BooleanField,
    serializers.IntegerField,
    serializers.FloatField,
    serializers.DateTimeField,
    serializers.JSONField,
    serializers.ChoiceField,
    serializers.UUIDField,
)
ID_SLOT = "\x00"


def decimal_as_number(value: Any) -> float | None:
    """Money and rates are JSON numbers."""
    return None if value is None else float(value)


class Plan:
    """How rows of one resource are written: attribute getters, link templates and what is restricted."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        serializer = resource.serializer()
        names = [n for n in serializer.fields if n not in resource.relationships]
        self.attributes: dict[str, tuple[str, Getter]] = {
            name: (dashed(name), self._getter(serializer.fields[name]))
            for name in names
            if not serializer.fields[name].write_only and name != "id"
        }
        self.restricted: dict[str, str] = getattr(resource.serializer.Meta, "restricted", {})
        self._foreign_keys = [(r.name, r.foreign_key) for r in resource.relationships.values() if r.foreign_key]
        self._templates: dict[Any, bytes] = {}

    @staticmethod
    def _getter(field: serializers.Field) -> Getter:
        if isinstance(field, serializers.SerializerMethodField):
            return getattr(field.parent, field.method_name or f"get_{field.field_name}")
        get = attrgetter(".".join(field.source_attrs) if field.source_attrs else field.field_name)
        if isinstance(field, serializers.DecimalField):
            return lambda row: decimal_as_number(get(row))
        if isinstance(field, PLAIN):
            return get
        return lambda row: None if get(row) is None else field.to_representation(get(row))

    def id_of(self, row: Any) -> Any:
        """The row's id as this type writes it."""
        return row.pk if self.resource.has_integer_id else str(row.pk)

    def link(self, relationship: Relationship, key: Any, is_null: bool = False) -> dict[str, str]:
        """``self`` and ``related`` of one relationship; without ``related`` where there is nothing to fetch."""
        base = f"/v1/{self.resource.path}/{key}"
        links = {"self": f"{base}/relationships/{relationship.self_path}"}
        return links if is_null else {**links, "related": f"{base}/{relationship.path}"}

    def relationships(self, row: Any, wanted: frozenset[str] | None, linked: dict[str, Any]) -> Any:
        """The relationships object; ``linked`` has the resource linkage of those that were included."""
        nulls = tuple(n for n, column in self._foreign_keys if getattr(row, column) is None)
        if linked:
            return self._relationships(str(row.pk), wanted, nulls, linked)
        template = self._templates.get((wanted, nulls))
        if template is None:
            template = orjson.dumps(self._relationships(ID_SLOT, wanted, nulls, {}))
            self._templates[wanted, nulls] = template
        return orjson.Fragment(template.replace(b"\\u0000", str(row.pk).encode()))

    def _relationships(
        self, key: str, wanted: frozenset[str] | None, nulls: tuple[str, ...], linked: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            r.wire: {"links": self.link(r, key, name in nulls), **linked.get(name, {})}
            for name, r in self.resource.relationships.items()
            if (wanted is None or name in wanted) and r.target in registry.by_model
        }


_plans: dict[str, Plan] = {}


def plan_of(resource: Resource) -> Plan:
    """The compiled plan of a resource, made when it is first needed."""
    plan = _plans.get(resource.type)
    if plan is None:
        plan = _plans[resource.type] = Plan(resource)
    return plan


class Writer:
    """Turns rows into resource objects for one request: knows who asks and which fields are wanted."""

    def __init__(self, user: Any, fields: dict[str, frozenset[str]] | None = None) -> None:
        self.user = user
        self.fields = fields or {}

    def write(
        self, resource: Resource, rows: Iterable[Any], linked: dict[Any, dict[str, Any]] | None = None
    ) -> list[dict[str, Any]]:
        """Resource objects for ``rows``; ``linked`` maps a row's pk to its included relationships' data."""
        rows = list(rows)
        if not rows:
            return []
        plan = plan_of(resource)
        wanted = self.fields.get(resource.type)
        getters = [
            (name, wire, get) for name, (wire, get) in plan.attributes.items() if wanted is None or name in wanted
        ]
        prepare = getattr(resource.serializer, "prepare", None)
        if prepare is not None:
            prepare(rows, self.user, {name for name, _, _ in getters})
        hidden = self._restrictions(resource, plan, {name for name, _, _ in getters})
        objects = []
        for row in rows:
            denied = hidden(row)
            objects.append(
                {
                    "type": resource.type,
                    "id": plan.id_of(row),
                    "attributes": {wire: (None if name in denied else get(row)) for name, wire, get in getters},
                    "relationships": plan.relationships(row, wanted, (linked or {}).get(row.pk, {})),
                    "links": {"self": f"/v1/{resource.path}/{row.pk}"},
                }
            )
        return objects

    def _restrictions(
        self, resource: Resource, plan: Plan, names: set[str]
    ) -> Callable[[Any], frozenset[str] | set[str]]:
        """Which attributes of a row this user may not read (they are written as null)."""
        restricted = {n: p for n, p in plan.restricted.items() if n in names}
        if not restricted:
            return lambda row: frozenset()
        return lambda row: {n for n, perm in restricted.items() if not may(self.user, perm, row)}
