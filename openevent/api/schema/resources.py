"""JSON:API objects and documents as JSON Schema, in the dialect of OpenAPI 3.0."""

from typing import Any

from drf_spectacular_jsonapi.schemas.converters import JsonApiResourceObject
from drf_spectacular_jsonapi.schemas.plumbing import build_json_api_data_frame

from ..document import plan_of
from ..errors import TITLES
from ..registry import Relationship, Resource, dashed, registry
from ..relationships import may_change

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
JSONAPI: Schema = {"type": "object", "properties": {"version": {"type": "string", "enum": ["1.0"]}}}
LINKS: Schema = {
    "type": "object",
    "required": ["self"],
    "properties": {name: {"type": "string", "format": "uri-reference"} for name in ("self", "related")},
}
PAGE_LINKS: Schema = {
    "type": "object",
    "required": ["self"],
    "properties": {
        name: {"type": "string", "format": "uri-reference"} for name in ("self", "first", "prev", "next", "last")
    },
}
INCLUDED: Schema = {
    "type": "array",
    "description": "The resource objects that `include` asked for, each once, as their own type describes them.",
    "items": {
        "type": "object",
        "required": ["type", "id", "attributes", "relationships", "links"],
        "properties": {
            "type": STRING,
            "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "attributes": {"type": "object"},
            "relationships": {"type": "object"},
            "links": LINKS,
        },
    },
}
DELETED: Schema = {
    "type": "object",
    "required": ["meta", "jsonapi"],
    "properties": {
        "meta": {"type": "object", "required": ["message"], "properties": {"message": STRING}},
        "jsonapi": JSONAPI,
    },
}
ERRORS: Schema = {
    "type": "object",
    "required": ["errors", "jsonapi"],
    "properties": {
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["status", "title", "detail", "source", "code"],
                "properties": {
                    "status": {
                        "description": 'The text "422" for validation errors, the number for all others.',
                        "oneOf": [
                            {"type": "string", "enum": ["422"]},
                            {"type": "integer", "enum": [status for status in TITLES if status != 422]},
                        ],
                    },
                    "title": STRING,
                    "detail": {"type": "string", "description": "For people."},
                    "code": {"type": "string", "description": "For programs."},
                    "source": {
                        "type": "object",
                        "description": "What is to blame: a JSON pointer into the body, or a query parameter.",
                        "properties": {"pointer": STRING, "parameter": STRING},
                    },
                    "id": {"type": "string", "description": "The request, as the server's logs name it."},
                },
            },
        },
        "jsonapi": JSONAPI,
    },
}


def component_name(resource: Resource) -> str:
    """How the components of a type are called: ``session-type`` is SessionType."""
    return "".join(part.capitalize() for part in resource.type.replace("_", "-").split("-"))


def shown_relationships(resource: Resource) -> dict[str, Relationship]:
    """The relationships that are on the wire: those whose target is."""
    return {name: r for name, r in resource.relationships.items() if r.target in registry.by_model}


def id_schema(resource: Resource) -> Schema:
    """Ids are strings, and JSON numbers for the types that clients compare as such."""
    return {"type": "integer"} if resource.has_integer_id else {"type": "string"}


def identifier(resource: Resource) -> Schema:
    """A resource identifier object."""
    return {
        "type": "object",
        "required": ["type", "id"],
        "properties": {"type": {"type": "string", "enum": [resource.type]}, "id": id_schema(resource)},
    }


def linkage(relationship: Relationship) -> Schema:
    """The ``data`` of a relationship: identifiers, or one of them or null."""
    one = identifier(registry.of(relationship.target))
    return {"type": "array", "items": one} if relationship.many else {**one, "nullable": True}


class ResourceObject(JsonApiResourceObject):
    """A resource object of one of our serializers, as requests write it or as answers have it.

    The extension knows how the parts of a resource object hang together; names, ids and relationships come
    from the registry, because most relationships are no field of a serializer.
    """

    def __init__(self, serializer: Any, drf_spectactular_schema: Schema, method: str, direction: str) -> None:
        self.resource = registry.by_type[serializer.Meta.type]
        self.is_answer = direction == "response"
        super().__init__(serializer=serializer, drf_spectactular_schema=drf_spectactular_schema, method=method)
        if not self.is_answer:
            self._schema.pop("additionalProperties")  # what is not known is ignored

    def _patch_type_enum(self) -> None:
        self._schema["properties"]["type"] = {"type": "string", "enum": [self.resource.type]}

    def _patch_id_for_json_api_resource_object(self) -> None:
        self._schema["properties"]["id"] = id_schema(self.resource)
        is_one_record = bool(self.resource.viewset.collection_methods)
        if self.is_answer or (self.serializer.partial and not is_one_record):
            self._schema["required"].append("id")

    def _split_into_attributes_and_relationships(self) -> None:
        properties = self._schema["properties"]
        attributes = self._answered() if self.is_answer else self._accepted()
        properties["attributes"] = {"type": "object", "properties": attributes}
        required = [dashed(name) for name, field in self.serializer.fields.items() if field.required]
        required = [name for name in required if name in attributes]
        if required and not self.is_answer and not self.serializer.partial:
            properties["attributes"]["required"] = required
            self._schema["required"].append("attributes")
        relationships = {r.wire: self._relationship(r) for r in self._relationships()}
        properties["relationships"] = {"type": "object", "properties": relationships}
        if self.is_answer:
            properties["links"] = LINKS
            self._schema["required"] += ["attributes", "relationships", "links"]

    def _relationships(self) -> list[Relationship]:
        shown = shown_relationships(self.resource).values()
        named = () if self.serializer.partial else getattr(self.resource.viewset, "created_with", ())
        unseen = () if self.is_answer else getattr(self.resource.viewset, "written_with", ())
        taken = {r.name for r in shown if (r.attr and r.is_writable) or may_change(r)} | set(named)
        return [*(r for r in shown if self.is_answer or r.name in taken), *unseen]

    def _relationship(self, relationship: Relationship) -> Schema:
        data = linkage(relationship)
        if not self.is_answer:  # one without data, as answers have it, says nothing
            return {"type": "object", "properties": {"data": data}}
        return {"type": "object", "required": ["links"], "properties": {"links": LINKS, "data": data}}

    def _answered(self) -> dict[str, Schema]:
        restricted = getattr(self.serializer.Meta, "restricted", {})
        nullable = {f.name for f in self.serializer.Meta.model._meta.concrete_fields if f.null}
        found = {}
        for name in plan_of(self.resource).attributes:
            schema = self._attribute(name)
            schema.pop("default", None)
            found[dashed(name)] = with_null(schema) if name in restricted or name in nullable else schema
        return found

    def _accepted(self) -> dict[str, Schema]:
        settled = getattr(self.serializer.Meta, "create_only", ()) if self.serializer.partial else ()
        relationships = self.resource.relationships
        return {
            dashed(name): self._attribute(name)
            for name, field in self.serializer.fields.items()
            if not field.read_only and name not in settled and name not in relationships
        }

    def _attribute(self, name: str) -> Schema:
        schema = dict(self.drf_spectacular_schema["properties"][name])
        schema.pop("x-spec-enum-id", None)
        if "oneOf" in schema:  # text of a format, or "": a validator that ignores formats finds both fit
            null = {"nullable": True} if schema.pop("nullable", False) else {}
            schema["anyOf"] = [{**choice, **null} for choice in schema.pop("oneOf")]
        return schema


def with_null(schema: Schema) -> Schema:
    """The same, or null."""
    if schema.get("enum") and None not in schema["enum"]:
        schema = {**schema, "enum": [*schema["enum"], None]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [{**choice, "nullable": True} for choice in schema["anyOf"]]}
    return {**schema, "nullable": True} if "type" in schema else schema


def document(resource_object: Schema) -> Schema:
    """The answer with one resource."""
    framed = build_json_api_data_frame(resource_object)
    framed["required"] = ["data", "links", "jsonapi"]
    framed["properties"] |= {"included": INCLUDED, "links": LINKS, "jsonapi": JSONAPI}
    return framed


def listing(resource_object: Schema) -> Schema:
    """The answer with a page of resources."""
    framed = build_json_api_data_frame({"type": "array", "items": resource_object})
    framed["required"] = ["data", "meta", "links", "jsonapi"]
    framed["properties"] |= {
        "included": INCLUDED,
        "meta": {
            "type": "object",
            "required": ["count"],
            "properties": {"count": {"type": "integer", "description": "Of all pages together."}},
        },
        "links": PAGE_LINKS,
        "jsonapi": JSONAPI,
    }
    return framed


def linkage_document(relationship: Relationship) -> Schema:
    """The answer of a relationship route."""
    framed = build_json_api_data_frame(linkage(relationship))
    framed["required"] = ["data", "links", "jsonapi"]
    links = {**PAGE_LINKS, "properties": {**PAGE_LINKS["properties"], **LINKS["properties"]}}
    framed["properties"] |= {"links": links, "jsonapi": JSONAPI}
    if relationship.many:
        framed["properties"]["meta"] = {"type": "object", "properties": {"count": {"type": "integer"}}}
    return framed
