"""Reading resource objects: from JSON:API to validated attributes of a model."""

from typing import Any

from django.db import models
from rest_framework import serializers

from openevent.exceptions import Conflict, InvalidInput, MalformedInput, NotFound

from .registry import Relationship, Resource, registry, underscored


class NumberField(serializers.DecimalField):
    """Money and rates: JSON numbers on the wire, Decimal inside."""

    def to_internal_value(self, data: Any) -> Any:
        """Numbers are read by their shortest spelling, so 19.99 is 19.99."""
        return super().to_internal_value(repr(data) if isinstance(data, float) else data)


class LooseIntegerField(serializers.IntegerField):
    """A whole number that the column can hold."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_value", 2**31 - 1)
        kwargs.setdefault("min_value", -(2**31))
        super().__init__(**kwargs)


class ResourceSerializer(serializers.ModelSerializer):
    """Attributes of a resource. ``Meta`` says:

    ``type``        its name on the wire
    ``fields``      the attributes, explicitly; properties of the model and method fields are read-only
    ``relations``   foreign keys and many-to-many fields of the model that are relationships
    ``read_only_fields``, ``read_only_relations``, ``create_only`` (names settled when the row is made)
    ``restricted``  attribute → permission that a reader needs for the row; others get null
    ``link_needs``  relationship → permission on the target that linking to it takes
    ``scope``       the relation to the parent that rows cannot leave ("event" where there is one)
    ``columns``     attribute → column, where their names differ (for filter and sort)
    ``identifier_field``, ``integer_id``
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: NumberField,
        models.IntegerField: LooseIntegerField,
        models.PositiveIntegerField: LooseIntegerField,
    }

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """DRF's, without its own look-ups for uniqueness: the model's constraints speak (409)."""
        kind, options = super().build_standard_field(field_name, model_field)
        validators = options.get("validators")
        if validators:
            options["validators"] = [v for v in validators if not hasattr(v, "queryset")]
        return kind, options

    def get_validators(self) -> list[Any]:
        """None of DRF's: the model and the database judge rows (viewsets.judge)."""
        return []


class ResourceInput:
    """The resource object in a request body, checked for form and split into its parts."""

    def __init__(self, body: Any, resource: Resource) -> None:
        if not isinstance(body, dict) or "data" not in body:
            raise MalformedInput("The document has no data.", pointer="/data")
        data = body["data"]
        if not isinstance(data, dict):
            raise MalformedInput("data is one resource object.", pointer="/data")
        if "type" not in data:
            raise MalformedInput("The resource object has no type.", pointer="/data/type")
        if data["type"] != resource.type:
            raise Conflict(f"This takes the type {resource.type}, not {data['type']}.", "wrong_type", "/data/type")
        self.id = data.get("id")
        self.attributes = self._members(data, "attributes")
        self.relationships = self._members(data, "relationships")

    @staticmethod
    def _members(data: dict[str, Any], name: str) -> dict[str, Any]:
        members = data.get(name)
        if members is None:
            return {}
        if not isinstance(members, dict):
            raise MalformedInput(f"{name} is an object.", pointer=f"/data/{name}")
        return {underscored(key): value for key, value in members.items()}

    def linkage(self, name: str) -> Any:
        """The identifiers under ``data`` of a relationship; ``MISSING`` where it is not given."""
        if name not in self.relationships:
            return MISSING
        value = self.relationships[name]
        if value is None:
            return None
        if not isinstance(value, dict):
            raise MalformedInput("A relationship is an object with data.", pointer=pointer(name))
        return value.get("data", MISSING)


MISSING: Any = object()


def pointer(name: str) -> str:
    """The JSON pointer to a relationship."""
    return f"/data/relationships/{name.replace('_', '-')}"


def readable_attributes(given: dict[str, Any], serializer: ResourceSerializer) -> dict[str, Any]:
    """What of the given attributes is taken: known, writable, and no null where null cannot be."""
    taken = {}
    for name, value in given.items():
        field = serializer.fields.get(name)
        if field is None or field.read_only or name == "id":
            continue
        if value is None and not field.allow_null:
            continue
        taken[name] = value
    return taken


def resolve(relationship: Relationship, linkage: Any, user: Any) -> Any:
    """The row, or rows, that resource linkage names; 404 for those the user cannot see."""
    if relationship.many:
        if not isinstance(linkage, list):
            raise InvalidInput("A list of resource identifiers.", pointer=pointer(relationship.name))
        return resolve_many(relationship, linkage, user)
    if linkage is None:
        return None
    return resolve_many(relationship, [linkage], user)[0]


def resolve_many(relationship: Relationship, linkage: list[Any], user: Any) -> list[Any]:
    """Rows in the order of ``linkage``, by one query."""
    from .params import key_condition

    target = registry.of(relationship.target)
    where = pointer(relationship.name)
    keys: list[str] = []
    for identifier in linkage:
        if not isinstance(identifier, dict) or identifier.get("id") in (None, ""):
            raise InvalidInput("A resource identifier with type and id.", "invalid_identifier", where)
        given = str(identifier.get("type", target.type))
        if given.replace("_", "-").rstrip("s") != target.type.replace("_", "-").rstrip("s"):
            raise Conflict(f"This takes the type {target.type}, not {given}.", "wrong_type", where)
        keys.append(str(identifier["id"]))
    if not keys:
        return []
    condition = key_condition(target, keys[0])
    for key in keys[1:]:
        condition |= key_condition(target, key)
    rows = list(target.viewset.rows_for(user).filter(condition))
    by_key = {str(row.pk): row for row in rows}
    if target.identifier_field:
        by_key |= {str(getattr(row, target.identifier_field)): row for row in rows}
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise NotFound(f"There is no {target.type} {missing[0]}.", "does_not_exist", where)
    return [by_key[key] for key in dict.fromkeys(keys)]
