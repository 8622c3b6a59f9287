"""What lists can be filtered and sorted by: the attributes that are columns, and who may ask for them."""

from typing import Any

from django.db import models
from django.db.models import Q
from rest_framework import serializers

from .errors import BadParameter
from .permissions import may
from .registry import Resource, dashed

_known: dict[str, dict[str, models.Field]] = {}


def columns_of(resource: Resource) -> dict[str, models.Field]:
    """The attributes of a resource that are columns of its table, by name on the wire (underscored)."""
    found = _known.get(resource.type)
    if found is None:
        found = _known[resource.type] = _columns(resource)
    return found


def _columns(resource: Resource) -> dict[str, models.Field]:
    concrete = {f.name: f for f in resource.model._meta.concrete_fields if not f.is_relation}
    sources = dict(getattr(resource.serializer.Meta, "columns", {}))
    for name, attribute in resource.serializer().fields.items():
        is_column = not isinstance(attribute, (serializers.SerializerMethodField, serializers.ReadOnlyField))
        if is_column and not attribute.write_only and name not in resource.relationships:
            sources.setdefault(name, attribute.source)
    found = {name: concrete[source] for name, source in sources.items() if source in concrete}
    if "deleted_at" in concrete:
        found.setdefault("deleted_at", concrete["deleted_at"])
    return {**found, "id": resource.model._meta.pk}


def readable(resource: Resource, name: str, user: Any, parameter: str, parent: Any) -> Q:
    """The rows of which the caller may read an attribute, as a condition that is empty for all of them.

    Restricted attributes can be asked for by who reads them on every row of the list, or on every row of the
    scope (the event) that the list is of; BadParameter for others: the answer would tell the value.
    """
    perm = getattr(resource.serializer.Meta, "restricted", {}).get(name)
    if perm is None or may(user, perm):
        return Q()
    scope_id = resource.scope_of(parent)
    if scope_id is not None:
        scope = resource.model._meta.get_field(resource.scope_name)
        if may(user, perm, scope.related_model(pk=scope_id)):
            return Q(**{scope.attname: scope_id})
    raise BadParameter(parameter, f"{resource.type} has no attribute {dashed(name)} that you may ask for.")
