"""The query parameters of JSON:API routes, by what ``params.py``, ``filters.py`` and ``includes.py`` read."""

import re
from typing import Any

from django.conf import settings
from django.db import models

from ..columns import columns_of
from ..comparisons import COMPARISONS
from ..document import plan_of
from ..includes import MAX_DEPTH
from ..pagination import DEFAULT_PAGE_SIZE
from ..registry import Resource, dashed, registry
from .resources import Schema, shown_relationships

Parameter = dict[str, Any]
PATH_KINDS: dict[str, Schema] = {
    "int": {"type": "integer"},
    "uuid": {"type": "string", "format": "uuid"},
    "str": {"type": "string"},
}
CONVERTERS = re.compile(r"<(?:(\w+):)?\w+>")  # of the parts of a route that vary, in their order


def of_path(names: list[str], route: str, description: str) -> list[Parameter]:
    """The parts of a path, of the kinds that the converters of ``route`` say."""
    kinds = [PATH_KINDS.get(converter, PATH_KINDS["str"]) for converter in CONVERTERS.findall(route)]
    return [
        {"name": name, "in": "path", "required": True, "schema": kind, "description": description}
        for name, kind in zip(names, kinds, strict=True)
    ]


def query(name: str, schema: Schema, description: str = "") -> Parameter:
    """A query parameter of one value."""
    return {"name": name, "in": "query", "schema": schema, **({"description": description} if description else {})}


def comma_list(name: str, items: Schema, description: str) -> Parameter:
    """A query parameter that takes several values with commas between."""
    return {**query(name, {"type": "array", "items": items}, description), "style": "form", "explode": False}


def include(resource: Resource) -> list[Parameter]:
    """``include``: relationships of the resource, and of those that they lead to."""
    names = [r.wire for r in shown_relationships(resource).values()]
    if not names:
        return []
    either = "|".join(name.replace("-", "[-_]") for name in names)
    pattern = f"^(({either})([.][a-z_-]+){{0,{MAX_DEPTH - 1}}})?$"
    text = f"Relationships to include, and with dots the relationships of those: {', '.join(names)}."
    return [comma_list("include", {"type": "string", "pattern": pattern}, text)]


def fields(resource: Resource) -> list[Parameter]:
    """``fields[type]`` for the resource and what it can include."""
    shown = [registry.of(r.target) for r in shown_relationships(resource).values()]
    types = {entry.type: entry for entry in [resource, *shown]}
    return [_fields_of(entry) for entry in types.values()]


def _fields_of(resource: Resource) -> Parameter:
    names = [*plan_of(resource).attributes, *shown_relationships(resource)]
    items = {"type": "string", "enum": list(dict.fromkeys(["id", *map(dashed, names), ""]))}
    return comma_list(f"fields[{resource.type}]", items, f"Only these attributes and relationships of {resource.type}.")


def pages() -> list[Parameter]:
    """``page[number]`` and ``page[size]``."""
    most = settings.API_MAX_PAGE_SIZE
    size = {"type": "integer", "minimum": 0, "maximum": most, "default": DEFAULT_PAGE_SIZE}
    return [
        query("page[number]", {"type": "integer", "minimum": 1, "default": 1}),
        query("page[size]", size, f"0 asks for everything; lists of more than {most} rows then answer 400."),
    ]


def sort(resource: Resource) -> list[Parameter]:
    """``sort``: columns of the resource and of those that it belongs to."""
    names = [dashed(name) for name in _sortable(resource)]
    for relationship in shown_relationships(resource).values():
        if relationship.foreign_key:
            target = registry.of(relationship.target)
            names += [f"{relationship.wire}.{dashed(name)}" for name in _sortable(target)]
    items = {"type": "string", "enum": ["", *(f"{sign}{name}" for name in names for sign in ("", "-"))]}
    return [comma_list("sort", items, "A minus before the name turns the order round.")]


def _sortable(resource: Resource) -> list[str]:
    return sorted(name for name, column in columns_of(resource).items() if not isinstance(column, models.JSONField))


def filters(resource: Resource) -> list[Parameter]:
    """Both filter languages."""
    schema = {"oneOf": [{"type": "array", "items": {"$ref": NODE_REF}}, {"$ref": NODE_REF}]}
    text = (
        "A JSON list of conditions that all hold. Names are attributes; `has` and `any` take a condition on the rows "
        "of a relationship."
    )
    languages = [
        {"name": "filter", "in": "query", "description": text, "content": {"application/json": {"schema": schema}}}
    ]
    names = [*map(dashed, _sortable(resource)), *[r.wire for r in shown_relationships(resource).values()]]
    return languages + [query(f"filter[{name}]", {"type": "string"}) for name in dict.fromkeys(names)]


NODE_REF = "#/components/schemas/FilterNode"
OPERATORS = [*COMPARISONS, "has", "any"]
NODE: Schema = {
    "type": "object",
    "description": "One condition, or a group of them under `and`, `or` or `not`.",
    "properties": {
        "name": {"type": "string"},
        "op": {
            "type": "string",
            "default": "eq",
            "description": f"{', '.join(OPERATORS)}; a trailing _ and the usual signs (=, <, …) are understood too.",
        },
        "val": {"description": "What to compare with: a value, a list, or a condition."},
        "field": {"type": "string", "description": "Instead of val: another attribute to compare with."},
        "and": {"type": "array", "items": {"$ref": NODE_REF}},
        "or": {"type": "array", "items": {"$ref": NODE_REF}},
        "not": {"$ref": NODE_REF},
    },
}

# as ``params.flag`` reads them
SWITCH: Schema = {
    "anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["1", "0", "yes", "no", "True", "False", ""]}],
    "default": False,
}
TRASHED = query("get_trashed", SWITCH, "With the rows in the trash; only for the team and admins.")
PERMANENT = query("permanent", SWITCH, "Remove it for good; only for administrators.")
