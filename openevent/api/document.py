"""JSON:API documents from model rows, fast: each serializer is compiled once into getters (see ADR 3)."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import orjson
from rest_framework import serializers

from .permissions import may
from .registry import Relationship, Resource, dashed, registry
from .serializers import SecretTextField

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
    serializers.ReadOnlyField,
)
ID_SLOT = "\x00"  # stands in no name
ID_SLOT_WRITTEN = b"\\u0000"


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
        self.restricted: dict[str, set[str]] = {}  # by the permission that its readers need
        for name, perm in getattr(resource.serializer.Meta, "restricted", {}).items():
            self.restricted.setdefault(perm, set()).add(name)
        self._foreign_keys = [(r.name, r.foreign_key) for r in resource.relationships.values() if r.foreign_key]
        self._templates: dict[tuple[str, ...], list[bytes]] = {}

    @staticmethod
    def _getter(field: serializers.Field) -> Getter:
        if isinstance(field, serializers.SerializerMethodField):
            return getattr(field.parent, field.method_name or f"get_{field.field_name}")
        if not field.source_attrs:  # source="*": the field looks at the whole row
            return field.to_representation
        get = attrgetter(".".join(field.source_attrs))
        if isinstance(field, serializers.DecimalField):
            return lambda row: decimal_as_number(get(row))
        if isinstance(field, PLAIN) and not isinstance(field, SecretTextField):
            return get
        return lambda row: None if (value := get(row)) is None else field.to_representation(value)

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
        nulls = tuple([n for n, column in self._foreign_keys if getattr(row, column) is None])
        if linked or wanted is not None:
            return self._relationships(str(row.pk), wanted, nulls, linked)
        template = self._templates.get(nulls)
        if template is None:
            template = orjson.dumps(self._relationships(ID_SLOT, None, nulls, {})).split(ID_SLOT_WRITTEN)
            self._templates[nulls] = template
        return orjson.Fragment(str(row.pk).encode().join(template))

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
        plan, linked = plan_of(resource), linked or {}
        wanted = self.fields.get(resource.type)
        names = plan.attributes.keys() if wanted is None else plan.attributes.keys() & wanted
        prepare = getattr(resource.serializer, "prepare", None)
        if prepare is not None:
            prepare(rows, self.user, set(names))
        getters = [(name, *pair) for name, pair in plan.attributes.items() if name in names]
        type_, base, denied_to = resource.type, f"/v1/{resource.path}/", self._restrictions(plan, names)
        objects = []
        for row in rows:
            denied = denied_to(row)
            objects.append(
                {
                    "type": type_,
                    "id": plan.id_of(row),
                    "attributes": {wire: None if name in denied else get(row) for name, wire, get in getters},
                    "relationships": plan.relationships(row, wanted, linked.get(row.pk, {})),
                    "links": {"self": f"{base}{row.pk}"},
                }
            )
        return objects

    def _restrictions(self, plan: Plan, names: Iterable[str]) -> Callable[[Any], set[str]]:
        """Which attributes of a row this user may not read (they are written as null)."""
        asked = set(names)
        restricted = [(perm, asked & of_perm) for perm, of_perm in plan.restricted.items() if asked & of_perm]
        nothing: set[str] = set()
        if not restricted:
            return lambda row: nothing
        return lambda row: nothing.union(*(n for perm, n in restricted if not may(self.user, perm, row)))
