"""``filter=[{"name", "op", "val"}, …]``: the filter language of the Open Event API, as conditions on rows.

Only attributes that the caller may read can be asked for. Everything unreadable is a 400 that names it.
"""

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from . import lookups  # noqa: F401  (registers LIKE and its kin)
from .errors import BadParameter
from .permissions import may
from .registry import Resource, registry, underscored

MAX_NODES = 200
COMPARISONS = {
    "eq": "exact",
    "ne": "exact",
    "gt": "gt",
    "ge": "gte",
    "gte": "gte",
    "lt": "lt",
    "le": "lte",
    "lte": "lte",
    "is": "exact",
    "isnot": "exact",
    "in": "in",
    "notin": "in",
    "like": "sql_like",
    "notlike": "sql_like",
    "ilike": "sql_ilike",
    "notilike": "sql_ilike",
    "startswith": "startswith",
    "endswith": "endswith",
    "contains": "contains",
    "between": "range",
    "match": "text_match",
}
NEGATIONS = {"ne", "isnot", "notin", "notlike", "notilike"}
PATTERNS = {"sql_like", "sql_ilike", "text_match", "startswith", "endswith", "contains"}
ALIASES = {
    "=": "eq",
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "equals": "eq",
    "isnotnull": "isnot",
    "isnull": "is",
}
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def parse_filter(text: str) -> list[Any]:
    """The JSON list in ``filter=``; a bare object is a list of one."""
    try:
        nodes = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadParameter("filter", "The filter is not valid JSON.") from error
    if isinstance(nodes, dict):
        nodes = [nodes]
    if not isinstance(nodes, list):
        raise BadParameter("filter", "The filter is a JSON list of conditions.")
    return nodes


class FilterCompiler:
    """Compiles the nodes of one request; ``scope`` is the parent row of a nested list, for restricted fields."""

    def __init__(self, user: Any, scope: Any = None) -> None:
        self.user = user
        self.scope = scope
        self._nodes = 0

    def condition(self, nodes: list[Any], resource: Resource) -> Q:
        """All of ``nodes``."""
        return self._group("and", nodes, resource)

    def _group(self, word: str, nodes: Any, resource: Resource) -> Q:
        if isinstance(nodes, dict):
            nodes = [nodes]
        if not isinstance(nodes, list):
            raise BadParameter("filter", f"«{word}» takes a list of conditions.")
        parts = [part for part in (self._node(node, resource) for node in nodes) if part]
        join: Callable[[Q, Q], Q] = operator.or_ if word == "or" else operator.and_
        return reduce(join, parts) if parts else Q()

    def _node(self, node: Any, resource: Resource) -> Q:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise BadParameter("filter", f"The filter has more than {MAX_NODES} conditions.")
        if not isinstance(node, dict):
            raise BadParameter("filter", "Each condition is an object.")
        for word in ("and", "or"):
            if word in node:
                return self._group(word, node[word], resource)
        if "not" in node:
            inner = self._group("and", node["not"], resource)
            return ~inner if inner else inner
        if not isinstance(node.get("name"), str):
            raise BadParameter("filter", "A condition needs a name.")
        return self._comparison(node, resource)

    def _comparison(self, node: dict[str, Any], resource: Resource) -> Q:
        name = underscored(node["name"])
        word = str(node.get("op", "eq")).strip().lower()
        word = ALIASES.get(word, word).replace("_", "")
        if "__" in name:
            first, rest = name.split("__", 1)
            inner = {**node, "name": rest}
            return self._related({"name": first, "val": inner}, first, resource)
        if word in ("has", "any"):
            return self._related(node, name, resource)
        if word not in COMPARISONS:
            raise BadParameter("filter", f"Unknown operator {node.get('op')}.")
        if name in resource.relationships and name not in columns_of(resource):
            return self._relationship_is(word, node, name, resource)
        field = self._field(name, resource)
        if "field" in node and node.get("field") is not None:
            other = self._field(underscored(str(node["field"])), resource)
            lookup = COMPARISONS[word]
            condition = Q(**{f"{field.name}__{lookup}": F(other.name)})
            return ~condition if word in NEGATIONS else condition
        return compare(field, word, node.get("val"))

    def _related(self, node: dict[str, Any], name: str, resource: Resource) -> Q:
        relationship = resource.relationships.get(name)
        if relationship is None or relationship.target not in registry.by_model:
            raise BadParameter("filter", f"{resource.type} has no relationship {node['name']}.")
        target = registry.of(relationship.target)
        rows = target.viewset.rows_for(self.user)
        inner = self._group("and", node.get("val") or [], target)
        return relationship.matching(rows.filter(inner).order_by())

    def _relationship_is(self, word: str, node: dict[str, Any], name: str, resource: Resource) -> Q:
        relationship = resource.relationships[name]
        value = node.get("val")
        if isinstance(value, (dict, list)):
            return self._related(node, name, resource)
        exists = relationship.matching(registry.of(relationship.target).viewset.rows_for(self.user).order_by())
        if relationship.foreign_key:
            exists = Q(**{f"{relationship.attr}__isnull": False})
        if value is None:
            return exists if word in NEGATIONS else ~exists
        key = {"name": "id", "op": word if word not in NEGATIONS else "eq", "val": value}
        same = self._related({"name": name, "val": key}, name, resource)
        return ~same if word in NEGATIONS else same

    def _field(self, name: str, resource: Resource) -> models.Field:
        column = columns_of(resource).get(name)
        if column is None:
            raise BadParameter("filter", f"{resource.type} has no attribute {name} to filter by.")
        demand_readable(self.user, resource, name, "filter", self.scope)
        return column


def demand_readable(user: Any, resource: Resource, name: str, parameter: str, scope: Any) -> None:
    """400 where the caller may not read the attribute: asking for it would tell its value."""
    perm = getattr(resource.serializer.Meta, "restricted", {}).get(name)
    if perm is not None and not may(user, perm, scope):
        raise BadParameter(parameter, f"{resource.type} has no attribute {name} to ask for.")


_column_cache: dict[str, dict[str, models.Field]] = {}


def columns_of(resource: Resource) -> dict[str, models.Field]:
    """The attributes of a resource that are columns of its table, by name on the wire (underscored)."""
    found = _column_cache.get(resource.type)
    if found is None:
        from .document import plan_of

        concrete = {f.name: f for f in resource.model._meta.concrete_fields}
        concrete |= {f.attname: f for f in resource.model._meta.concrete_fields if f.is_relation}
        sources = getattr(resource.serializer.Meta, "columns", {})
        names = {*plan_of(resource).attributes, *sources}
        found = {n: concrete[sources.get(n, n)] for n in names if sources.get(n, n) in concrete}
        found["id"] = resource.model._meta.pk  # type: ignore[assignment]
        for name in ("created_at", "deleted_at", *[r.foreign_key for r in resource.relationships.values()]):
            if name and name in concrete:
                found.setdefault(name, concrete[name])
        _column_cache[resource.type] = found
    return found


def compare(field: models.Field, word: str, value: Any) -> Q:
    """``field word value`` as a condition; NULL counts as different."""
    name, lookup = field.name, COMPARISONS[word]
    if value is None:
        is_null = word not in NEGATIONS
        if lookup != "exact":
            return Q(pk__in=[])
        return Q(**{f"{name}__isnull": is_null})
    if lookup in PATTERNS:
        if isinstance(value, (dict, list)):
            raise BadParameter("filter", f"{name} is compared with a text.")
        if lookup in ("startswith", "endswith", "contains"):
            value = _escaped(str(value))
            value = {"startswith": f"{value}%", "endswith": f"%{value}", "contains": f"%{value}%"}[lookup]
            lookup = "sql_like"
        value = str(value).replace("\x00", "")
    elif lookup in ("in", "range"):
        if isinstance(value, str):
            value = [v.strip() for v in value.split(",")]
        if not isinstance(value, list) or (lookup == "range" and len(value) != 2):
            raise BadParameter("filter", f"{name}: «{word}» takes a list" + (" of two." if lookup == "range" else "."))
        value = [converted(field, v) for v in value]
    else:
        value = converted(field, value)
    condition = Q(**{f"{name}__{lookup}": value})
    return ~condition if word in NEGATIONS else condition


def _boolean(field: models.Field, value: Any) -> bool:
    flag = BOOLEANS.get(str(value).strip().lower())
    if flag is None:
        raise BadParameter("filter", f"{field.name} is true or false.")
    return flag


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def converted(field: models.Field, value: Any) -> Any:
    """``value`` as the column's type; clients send booleans, numbers and dates as text, dates also in ``%…%``."""
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(value, (dict, list)):
        raise BadParameter("filter", f"{field.name} is compared with a single value.")
    if isinstance(field, models.BooleanField):
        return _boolean(field, value)
    if isinstance(value, str) and isinstance(field, models.DateTimeField):
        value = value.strip("%").replace(" ", "+" if value.count(":") > 2 else " ")
    if isinstance(field, models.CharField | models.TextField) and not isinstance(value, str):
        value = str(value)
    if isinstance(value, str) and "\x00" in value:
        raise BadParameter("filter", f"{field.name}: the value holds a NUL character.")
    try:
        value = field.to_python(value)
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise BadParameter("filter", f"{value!r} does not fit {field.name}.") from error
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise BadParameter("filter", f"{value} is too large for {field.name}.")
    return value
