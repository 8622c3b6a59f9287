"""Resource objects in request bodies: their form, and the rows that their linkage names."""

from typing import Any

from rest_framework.request import Request

from openevent.exceptions import Conflict, InvalidInput, MalformedInput, NotFound

from .keys import keys_condition
from .registry import Relationship, Resource, dashed, registry, underscored

MISSING: Any = object()


class ResourceInput:
    """The resource object in a request body, checked for form and split into its parts."""

    def __init__(self, body: Any, resource: Resource) -> None:
        data = document_data(body)
        if not isinstance(data, dict):
            raise MalformedInput("data is one resource object.", pointer="/data")
        if "type" not in data:
            raise MalformedInput("The resource object has no type.", pointer="/data/type")
        if data["type"] != resource.type:
            raise Conflict(f"This takes the type {resource.type}, not {data['type']}.", "wrong_type", "/data/type")
        self.id = data.get("id")
        if isinstance(self.id, (bool, float, list, dict)):
            raise MalformedInput("An id is a text or a whole number.", "invalid", "/data/id")
        self.attributes = self._members(data, "attributes")
        self.relationships = self._members(data, "relationships")

    @classmethod
    def linking(cls, resource: Resource, name: str, linkage: Any) -> "ResourceInput":
        """The input that changes one relationship and nothing else."""
        return cls({"data": {"type": resource.type, "relationships": {name: {"data": linkage}}}}, resource)

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


def document_data(body: Any) -> Any:
    """The ``data`` of a request's document; 400 where it has none."""
    if not isinstance(body, dict) or "data" not in body:
        raise MalformedInput("The document has no data.", pointer="/data")
    return body["data"]


def plain_body(request: Request) -> dict[str, Any]:
    """The object in the body of a plain route, empty where there is no body; 400 where it is something else."""
    if not isinstance(request.data, dict):
        raise MalformedInput("The body is a JSON object.", pointer="")
    return request.data


def pointer(name: str) -> str:
    """The JSON pointer to a relationship."""
    return f"/data/relationships/{dashed(name)}"


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
    target = registry.of(relationship.target)
    where = pointer(relationship.name)
    keys = list(dict.fromkeys(_key(identifier, target, where) for identifier in linkage))
    if not keys:
        return []
    rows = list(target.viewset.rows_for(user).filter(keys_condition(target, keys)))
    by_key = {str(row.pk): row for row in rows}
    if target.identifier_field:
        by_key |= {str(getattr(row, target.identifier_field)): row for row in rows}
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise NotFound(f"There is no {target.type} {missing[0]}.", "does_not_exist", where)
    return list(dict.fromkeys(by_key[key] for key in keys))


def _key(identifier: Any, target: Resource, where: str) -> str:
    if not isinstance(identifier, dict) or identifier.get("id") in (None, ""):
        raise InvalidInput("A resource identifier with type and id.", "invalid_identifier", where)
    given = str(identifier.get("type", target.type))
    if _loosely(given) != _loosely(target.type):
        raise Conflict(f"This takes the type {target.type}, not {given}.", "wrong_type", where)
    return str(identifier["id"])


def _loosely(type_: str) -> str:
    """Clients write some types in the plural or with underscores."""
    return dashed(type_).rstrip("s")
