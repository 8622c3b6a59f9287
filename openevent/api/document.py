"""JSON:API documents from model rows, fast: each serializer is compiled once into getters (see ADR 3)."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import orjson
from rest_framework import serializers

from .permissions import may
from .registry import Relationship, Resource, dashed, registry
from .serializers import SecretTextField
from .templates import ID_SLOT, Template, data_slot

Getter = Callable[[Any], Any]
MOST_SHAPES = 500  # templates that a type keeps: clients make up what they include
# what is written as the wire has it: no conversion needed
PLAIN = (
    serializers.CharField,
    serializers.BooleanField,
    serializers.IntegerField,
    serializers.FloatField,
    serializers.DecimalField,  # a number, by wire.dumps
    serializers.DateTimeField,
    serializers.JSONField,
    serializers.ChoiceField,
    serializers.UUIDField,
    serializers.ReadOnlyField,
)


class Attributes:
    """How attributes are read from rows of one type: those that are values of the row in one go."""

    def __init__(self, fields: Iterable[tuple[str, serializers.Field]]) -> None:
        named = list(fields)
        plain = {wire: field for wire, field in named if _is_plain(field)}
        self._wires = tuple(plain)
        self._values = _all_of([".".join(field.source_attrs) for field in plain.values()])
        self._computed = [(wire, _getter(field)) for wire, field in named if wire not in plain]

    def of(self, row: Any) -> dict[str, Any]:
        """The attributes by their names on the wire."""
        found = dict(zip(self._wires, self._values(row), strict=True))
        for wire, get in self._computed:
            found[wire] = get(row)
        return found


def _is_plain(field: serializers.Field) -> bool:
    special = (serializers.SerializerMethodField, SecretTextField)
    return isinstance(field, PLAIN) and not isinstance(field, special) and bool(field.source_attrs)


def _all_of(paths: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(paths) > 1:
        return attrgetter(*paths)
    getters = [attrgetter(path) for path in paths]  # of a single path it would give the bare value
    return lambda row: tuple(get(row) for get in getters)


def _getter(field: serializers.Field) -> Getter:
    if isinstance(field, serializers.SerializerMethodField):
        return getattr(field.parent, field.method_name or f"get_{field.field_name}")
    if not field.source_attrs:  # source="*": the field looks at the whole row
        return field.to_representation
    get = attrgetter(".".join(field.source_attrs))
    return lambda row: None if (value := get(row)) is None else field.to_representation(value)


class Plan:
    """How rows of one resource are written: attribute getters, link templates and what is restricted."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        serializer = resource.serializer()
        self._fields = {
            name: field
            for name, field in serializer.fields.items()
            if name not in resource.relationships and not field.write_only and name != "id"
        }
        self.attributes = {name: dashed(name) for name in self._fields}
        self._all = Attributes((wire, self._fields[name]) for name, wire in self.attributes.items())
        self.restricted: dict[str, set[str]] = {}  # by the permission that its readers need
        for name, perm in getattr(resource.serializer.Meta, "restricted", {}).items():
            self.restricted.setdefault(perm, set()).add(name)
        self._foreign_keys = [(r.name, r.foreign_key) for r in resource.relationships.values() if r.foreign_key]
        self._templates: dict[tuple[tuple[str, ...], ...], Template] = {}
        self.id_of: Getter = (lambda key: key) if resource.has_integer_id else str  # as this type writes a key

    def reader(self, names: Iterable[str] | None) -> Attributes:
        """What reads these attributes, or all of them."""
        if names is None:
            return self._all
        return Attributes((self.attributes[name], self._fields[name]) for name in self.attributes if name in names)

    def link(self, relationship: Relationship, key: Any, is_null: bool = False) -> dict[str, str]:
        """``self`` and ``related`` of one relationship; without ``related`` where there is nothing to fetch."""
        base = f"/v1/{self.resource.path}/{key}"
        links = {"self": f"{base}/relationships/{relationship.self_path}"}
        return links if is_null else {**links, "related": f"{base}/{relationship.path}"}

    def relationships(self, row: Any, key: Any, wanted: frozenset[str] | None, linked: dict[str, Any]) -> Any:
        """The relationships object; ``linked`` has the resource linkage of those that were included."""
        nulls = tuple([n for n, column in self._foreign_keys if getattr(row, column) is None])
        if wanted is not None:
            return self._relationships(str(key), wanted, nulls, linked)
        shape = (nulls, tuple(linked))
        template = self._templates.get(shape)
        if template is None:
            slots = {name: data_slot(n) for n, name in enumerate(linked)}
            template = Template(self._relationships(ID_SLOT, None, nulls, slots))
            if len(self._templates) < MOST_SHAPES:
                self._templates[shape] = template
        return template.fill(str(key).encode(), [orjson.dumps(data) for data in linked.values()])

    def _relationships(
        self, key: str, wanted: frozenset[str] | None, nulls: tuple[str, ...], linked: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            r.wire: {"links": self.link(r, key, name in nulls), **({"data": linked[name]} if name in linked else {})}
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
        """Resource objects for ``rows``; ``linked`` maps a row's pk to the data of its included relationships."""
        rows = list(rows)
        if not rows:
            return []
        plan, linked = plan_of(resource), linked or {}
        wanted = self.fields.get(resource.type)
        names = plan.attributes.keys() if wanted is None else plan.attributes.keys() & wanted
        prepare = getattr(resource.serializer, "prepare", None)
        if prepare is not None:
            prepare(rows, self.user, set(names))
        attributes, hide = plan.reader(None if wanted is None else names).of, self._hiding(plan, set(names))
        type_, base = resource.type, f"/v1/{resource.path}/"
        objects = []
        for row in rows:
            shown, key = attributes(row), row.pk
            hide(row, shown)
            objects.append(
                {
                    "type": type_,
                    "id": plan.id_of(key),
                    "attributes": shown,
                    "relationships": plan.relationships(row, key, wanted, linked.get(key, {})),
                    "links": {"self": f"{base}{key}"},
                }
            )
        return objects

    def _hiding(self, plan: Plan, names: set[str]) -> Callable[[Any, dict[str, Any]], None]:
        """What writes null for the attributes of a row that this user may not read."""
        restricted = [
            (perm, [plan.attributes[name] for name in names & private]) for perm, private in plan.restricted.items()
        ]

        is_stranger = not self.user.is_authenticated

        def hide(row: Any, shown: dict[str, Any]) -> None:
            for perm, wires in restricted:
                told = [wire for wire in wires if shown[wire] is not None]
                if told and (is_stranger or not may(self.user, perm, row)):
                    shown.update(dict.fromkeys(told))

        return hide
