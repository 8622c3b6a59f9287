"""Which attributes a resource has, and how each is read."""

import copy
import math
from collections.abc import Callable
from typing import Any

from django.db import models
from rest_framework import serializers

from openevent.secrets import MASK, SecretField

LARGEST_INTEGER = 2**63  # what JSON libraries and the database read back as the same number


class NumberField(serializers.DecimalField):
    """Money and rates: JSON numbers on the wire, Decimal inside."""

    def to_internal_value(self, data: Any) -> Any:
        """Numbers are read by their shortest spelling, so 19.99 is 19.99."""
        return super().to_internal_value(repr(data) if isinstance(data, float) else data)


class FiniteFloatField(serializers.FloatField):
    """A number that JSON can say: neither infinite nor NaN."""

    def to_internal_value(self, data: Any) -> Any:
        """The float; text such as ``nan`` is refused."""
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class LooseIntegerField(serializers.IntegerField):
    """A whole number that the column can hold."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_value", 2**31 - 1)
        kwargs.setdefault("min_value", -(2**31))
        super().__init__(**kwargs)


class FreeJSONField(serializers.JSONField):
    """Any JSON whose numbers come back from the database as they were."""

    default_error_messages = {"range": "A number in it is out of range."}

    def to_internal_value(self, data: Any) -> Any:
        """The value as it is."""
        waiting = [data]
        while waiting:
            value = waiting.pop()
            if isinstance(value, (dict, list)):
                waiting += value.values() if isinstance(value, dict) else value
            elif isinstance(value, (int, float)) and abs(value) >= LARGEST_INTEGER:
                self.fail("range")
        return super().to_internal_value(data)


class SecretTextField(serializers.CharField):
    """A secret: written, and shown as a mask. Clients send whole resources back, mask and all."""

    def to_representation(self, value: Any) -> Any:
        """That there is one."""
        return MASK if value else value


_fields: dict[type, dict[str, serializers.Field]] = {}


class ResourceSerializer(serializers.ModelSerializer):
    """Attributes of a resource. ``Meta`` says:

    ``type``        its name on the wire
    ``fields``      the attributes, explicitly; properties of the model and method fields are read-only
    ``relations``   foreign keys and many-to-many fields of the model that are relationships
    ``read_only_fields``, ``read_only_relations``, ``create_only`` (names settled when the row is made)
    ``restricted``  attribute → permission that a reader needs for the row; others get null, and strangers always
    ``link_needs``  relationship → permission on the target that linking to it takes
    ``scope``       the relation to the parent that rows cannot leave ("event" where there is one)
    ``columns``     attribute → column to filter and sort by, where the serializer computes the attribute
    ``identifier_field``, ``integer_id``

    ``prepare(rows, user, names)``, a static method, loads what the attributes ``names`` need for many rows at once.
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: NumberField,
        models.FloatField: FiniteFloatField,
        models.IntegerField: LooseIntegerField,
        models.PositiveIntegerField: LooseIntegerField,
        models.JSONField: FreeJSONField,
        SecretField: SecretTextField,
    }

    @classmethod
    def extend(cls, prepare: Callable[[list[Any], Any, set[str]], None], **fields: serializers.Field) -> None:
        """Add read-only ``fields`` that an app above knows the values of; ``prepare`` puts them onto the rows.

        Called while the apps' ``api`` modules load, before the serializer is first used.
        """
        before = getattr(cls, "prepare", None)

        def prepare_all(rows: list[Any], user: Any, names: set[str]) -> None:
            for step in filter(None, (before, prepare if names & fields.keys() else None)):
                step(rows, user, names)

        cls._declared_fields = {**cls._declared_fields, **fields}
        cls.Meta.fields = [*cls.Meta.fields, *fields]
        cls.prepare = staticmethod(prepare_all)

    def get_fields(self) -> dict[str, serializers.Field]:
        """DRF's, which looks at the model for each field: once for the class, and copied for each use."""
        fields = _fields.get(type(self))
        if fields is None:
            fields = _fields[type(self)] = super().get_fields()
        return copy.deepcopy(fields)

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """DRF's, without its own look-ups for uniqueness: the model's constraints speak (409)."""
        kind, options = super().build_standard_field(field_name, model_field)
        validators = options.get("validators")
        if validators:
            options["validators"] = [v for v in validators if not hasattr(v, "queryset")]
        return kind, options

    def get_validators(self) -> list[Any]:
        """None of DRF's: the model and the database judge rows (writing.judge)."""
        return []


def readable_attributes(given: dict[str, Any], serializer: ResourceSerializer) -> dict[str, Any]:
    """What of the given attributes is taken: known, writable, and no null where null cannot be."""
    settled = getattr(serializer.Meta, "create_only", ()) if serializer.instance is not None else ()
    taken = {}
    for name, value in given.items():
        field = serializer.fields.get(name)
        if field is None or field.read_only or name == "id" or name in settled:
            continue
        if value is None and not field.allow_null:
            continue
        if value == MASK and isinstance(field, SecretTextField):
            continue
        taken[name] = value
    return taken
