"""The registry and the URLs, held against the tables of the Open Event API in ../shared/contract.

Without the tables, which are not part of this repository, there is nothing to compare with.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve

from openevent import urls
from openevent.api.document import plan_of
from openevent.api.registry import Resource, dashed, registry
from openevent.api.relationships import RelationshipView

assert urls.urlpatterns  # fills the registry

TABLES = Path(__file__).resolve().parents[2] / "shared" / "contract"

pytestmark = pytest.mark.skipif(
    not TABLES.is_dir(), reason=f"the tables of the API ({TABLES.parent.name}/{TABLES.name}) are not beside this folder"
)

# Where the tables say what the interface cannot mean: the thing, and why.
ODDITIES = {
    # their own routes, and what clients do with them, are those of a list
    "relationship event.discount-codes: many is True",
    "relationship event.role-invites: many is True",
    "relationship user.access-codes: many is True",
    "relationship user.discount-codes: many is True",
    # the whole list of a role's or panel's partners is no row that could be changed or deleted
    "method PATCH /v1/custom-system-roles/<int:custom_system_role_id>/panel-permissions",
    "method DELETE /v1/custom-system-roles/<int:custom_system_role_id>/panel-permissions",
    "method PATCH /v1/panel-permissions/<int:role_id>/custom-system-roles",
    "method DELETE /v1/panel-permissions/<int:role_id>/custom-system-roles",
    # notifications have no actions of their own: their content says what they are about
    "route /v1/notification-actions/<int:notification_action_id>/notification",
    "route /v1/notifications/<int:id>/relationships/actions",
    # links lead to the address without the slash
    "route /v1/orders/<order_identifier>/relationships/event-invoice/",
    # input and output of one plain route each; they are no rows that anybody lists (API.md)
    "type charge",
    "type event-copy",
    "type on-site-ticket",
}

SAMPLES = {"int": "1", "string": "k3x9ab2c", "path": "k3x9ab2c", "float": "1.5"}


def table(name: str) -> Any:
    return json.loads((TABLES / f"{name}.json").read_text())


# -- types --------------------------------------------------------------------------------------


def written_attributes(resource: Resource) -> set[str]:
    """Everything that is read or taken by a name on the wire."""
    serializer = resource.serializer()
    return {dashed(name) for name in serializer.fields} | set(plan_of(resource).attributes.values())


def gaps_of_type(type_: str, row: dict[str, Any]) -> set[str]:
    resource = registry.by_type.get(type_)
    if resource is None:
        return {f"type {type_}"}
    gaps = set()
    known = written_attributes(resource)
    gaps |= {f"attribute {type_}.{name}" for name in row["attributes"].keys() - known}
    named = [*resource.relationships.values(), *getattr(resource.viewset, "written_with", ())]
    relationships = {r.wire: r for r in named if r.target in registry.by_model}
    for name, wanted in row["relationships"].items():
        found = relationships.get(name)
        if found is None:
            gaps.add(f"relationship {type_}.{name}")
        elif found.many != wanted["many"]:
            gaps.add(f"relationship {type_}.{name}: many is {found.many}")
        elif not same_type(registry.of(found.target).type, wanted["target"]):
            gaps.add(f"relationship {type_}.{name}: leads to {registry.of(found.target).type}")
    if resource.has_integer_id != (row["id"] == "integer"):
        gaps.add(f"id {type_}: the table says {row['id']}")
    if row["soft_deleted"] and not hasattr(resource.model, "deleted_at"):
        gaps.add(f"trash {type_}")
    return gaps


# -- routes -------------------------------------------------------------------------------------


def sample(pattern: str) -> str:
    """A URL that the pattern matches."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: SAMPLES[found[1] or "string"], pattern)


def same_type(one: str, other: str) -> bool:
    """Clients, and the tables, write some types in the plural or with underscores."""
    return dashed(one).rstrip("s") == dashed(other).rstrip("s")


def is_swallowed(pattern: str, keys: dict[str, Any]) -> bool:
    """Whether a word of the pattern was taken for the id of a row."""
    return bool({str(key) for key in keys.values()} & set(re.sub(r"<[^>]+>", "", pattern).split("/")))


def methods_of(view: Any) -> set[str]:
    """What a resolved view answers."""
    if hasattr(view, "actions"):
        return {method.upper() for method in view.actions}
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if cls is None:
        return {"GET", "POST", "PATCH", "DELETE"} if not hasattr(view, "methods") else set(view.methods)
    if issubclass(cls, RelationshipView):
        given = cls(**view.initkwargs)
        # a relation that may not change is only read, and to-one linkage is replaced (API.md, "Conventions")
        owed_by_none = {"POST", "DELETE"} if given.is_writable else {"PATCH", "POST", "DELETE"}
        offered = {"GET", "PATCH", "POST", "DELETE"} if given.relationship.many else {"GET", "PATCH"}
        return offered | owed_by_none
    return {method.upper() for method in cls.http_method_names if hasattr(cls, method)}


def gaps_of_route(route: dict[str, Any]) -> set[str]:
    gaps = set()
    for pattern in route["urls"]:
        try:
            match = resolve(sample(pattern))
        except Resolver404:
            gaps.add(f"route {pattern}")
            continue
        if is_swallowed(pattern, match.kwargs):
            gaps.add(f"route {pattern}")
        else:
            gaps |= {f"method {method} {pattern}" for method in set(route["methods"]) - methods_of(match.func)}
    return gaps


def gaps() -> set[str]:
    found: set[str] = set()
    for type_, row in table("resources").items():
        found |= gaps_of_type(type_, row)
    for route in table("routes"):
        found |= gaps_of_route(route)
    return found - ODDITIES


def test_every_type_attribute_and_route_of_the_tables_is_there() -> None:
    missing = gaps()

    assert not missing, "\n" + "\n".join(sorted(missing))
