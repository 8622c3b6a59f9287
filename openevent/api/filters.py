"""``filter=[{"name", "op", "val"}, …]``: the filter language of the Open Event API, as conditions on rows.

Only attributes that the caller may read can be asked for. Everything unreadable is a 400 that names it.
"""

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import orjson
from django.db import models
from django.db.models import Q

from .columns import columns_of, readable
from .comparisons import COMPARISONS, NEGATIONS, compare, compare_fields, operator_named
from .errors import BadParameter
from .registry import Resource, dashed, registry, underscored

MAX_NODES = 200
MAX_RELATED = 40  # conditions on related rows: each is a query within the query
MAX_DEPTH = 16


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
    """Compiles the nodes of one request; ``parent`` is the row that a nested list is of, for restricted attributes."""

    def __init__(self, user: Any, parent: Any = None) -> None:
        self.user = user
        self.parent = parent
        self._nodes = 0
        self._depth = 0
        self._related_conditions = 0

    def condition(self, nodes: list[Any], resource: Resource) -> Q:
        """All of ``nodes``."""
        return self._group("and", nodes, resource)

    def _group(self, word: str, nodes: Any, resource: Resource) -> Q:
        if isinstance(nodes, dict):
            nodes = [nodes]
        if not isinstance(nodes, list):
            raise BadParameter("filter", f"«{word}» takes a list of conditions.")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadParameter("filter", f"The filter is nested deeper than {MAX_DEPTH} levels.")
        parts = [part for part in (self._node(node, resource) for node in nodes) if part]
        self._depth -= 1
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
        name, word = underscored(node["name"]), operator_named(node.get("op", "eq"))
        if "__" in name:
            first, rest = name.split("__", 1)
            return self._related(first, {**node, "name": rest}, resource)
        if word in ("has", "any"):
            return self._related(name, node.get("val"), resource)
        if name not in columns_of(resource):
            if name in resource.relationships:
                return self._relationship_is(name, word, node.get("val"), resource)
            if name.endswith("_id") and name[:-3] in resource.relationships:
                return self._relationship_is(name[:-3], word, node.get("val"), resource)
        column, condition = self._column(name, resource)
        if node.get("field") is None:
            return condition & compare(column, word, node.get("val"))
        other, other_condition = self._column(underscored(str(node["field"])), resource)
        return condition & other_condition & compare_fields(column, word, other)

    def _column(self, name: str, resource: Resource) -> tuple[models.Field, Q]:
        column = columns_of(resource).get(name)
        if column is None:
            raise BadParameter("filter", f"{resource.type} has no attribute {dashed(name)[:80]} to filter by.")
        return column, readable(resource, name, self.user, "filter", self.parent)

    def _related(self, name: str, nodes: Any, resource: Resource) -> Q:
        """``has`` and ``any``: some related row that the caller sees fulfils ``nodes``."""
        relationship = resource.relationships.get(name)
        if relationship is None or relationship.target not in registry.by_model:
            raise BadParameter("filter", f"{resource.type} has no relationship {dashed(name)[:80]}.")
        self._related_conditions += 1
        if self._related_conditions > MAX_RELATED:
            raise BadParameter("filter", f"The filter has more than {MAX_RELATED} conditions on related rows.")
        target = registry.of(relationship.target)
        rows = target.viewset.rows_for(self.user)
        return relationship.matching(rows.filter(self._group("and", nodes or [], target)).order_by())

    def _relationship_is(self, name: str, word: str, value: Any, resource: Resource) -> Q:
        """A relationship compared with null, or with an id."""
        if isinstance(value, dict):
            return self._related(name, value, resource)
        if COMPARISONS[word] not in ("exact", "in"):
            raise BadParameter("filter", f"{dashed(name)} is a relationship: «{word}» does not fit it.")
        if value is None:
            relationship = resource.relationships[name]
            exists = self._related(name, [], resource)
            if relationship.foreign_key:
                exists = Q(**{f"{relationship.attr}__isnull": False})
            return exists if word in NEGATIONS else ~exists
        is_one = {"name": "id", "op": "in" if COMPARISONS[word] == "in" else "eq", "val": value}
        same = self._related(name, is_one, resource)
        return ~same if word in NEGATIONS else same
