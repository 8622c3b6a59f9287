"""What each route takes and answers, read off its view: the AutoSchema of the whole API."""

from functools import partial
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular_jsonapi.schemas.openapi import JsonApiAutoSchema
from drf_spectacular_jsonapi.schemas.plumbing import build_json_api_data_frame

from ..errors import TITLES
from ..registry import Resource, registry
from ..relationships import RelationshipView
from ..serializers import NumberField, ResourceSerializer
from ..viewsets import ResourceViewSet
from ..wire import MEDIA_TYPE
from . import parameters, resources, security  # noqa: F401  (registers itself)
from .parameters import Parameter
from .resources import Schema

VERBS = {
    "list": "List",
    "retrieve": "Get",
    "create": "Create",
    "partial_update": "Change",
    "destroy": "Delete",
}
# what can go wrong: when the body is read, when the row is changed, and always
READ_ERRORS = [400, 401, 403, 404, 406, 414]
WRITE_ERRORS = [*READ_ERRORS, 409, 413, 415, 422]
BRACES = str.maketrans("", "", "{}")


class APISchema(JsonApiAutoSchema):
    """Resource, relationship and related routes by the registry; plain routes by what stands on them."""

    # -- which kind of route ------------------------------------------------------------------

    @property
    def is_resource(self) -> bool:
        """A collection, a row, or what a relationship leads to."""
        return isinstance(self.view, ResourceViewSet)

    @property
    def is_linkage(self) -> bool:
        """``…/relationships/<name>``."""
        return isinstance(self.view, RelationshipView)

    @property
    def resource(self) -> Resource:
        """The type that the route answers."""
        if self.is_linkage:
            return registry.of(self.view.relationship.target)
        return self.view.resource  # type: ignore[no-any-return]

    @property
    def action(self) -> str:
        """What a resource's route does; routes of its own are like the one that they resemble."""
        action = self.view.action
        return action if action in VERBS else "retrieve" if self.view.detail else "list"

    @property
    def source(self) -> Resource | None:
        """The type of the row in the URL that the route goes out from, for related and relationship routes."""
        relationship = getattr(self.view, "relationship", None)
        return registry.of(relationship.source) if relationship else None

    def is_excluded(self) -> bool:
        """Methods that a relationship route refuses."""
        if not self.is_linkage or self.method == "GET":
            return False
        return not self.view.is_writable or (self.method != "PATCH" and not self.view.relationship.many)

    # -- what it is called --------------------------------------------------------------------

    def get_operation_id(self) -> str:
        """Made of the path: ``events_tracks_list``."""
        words = [w.replace("-", "_") for w in self.path.split("/")[2:] if not w.startswith("{")]
        if not (self.is_resource or self.is_linkage):
            return "_".join([self.path.strip("/").replace("/", "_").translate(BRACES), self.method.lower()])
        verb = self.view.action if self.is_resource else self.method_mapping[self.method.lower()]
        is_whole = self.is_resource and (self.view.collection_methods or self.action == "list")
        is_below = self.is_resource and self.path.count("{") > 1  # a key beside that of the parent
        if (is_whole or is_below) and self.path.endswith("}"):
            verb += "_by_id"
        if self.is_linkage and "_" in self.path.rpartition("/")[2]:
            verb += "_underscored"  # beside the one with a dash
        return "_".join([*words, verb])

    def get_tags(self) -> list[str]:
        """The type that one looks under: that of the row in the URL."""
        if self.is_resource or self.is_linkage:
            return [(self.source or self.resource).type]
        word = next(word for word in self.path.split("/") if word not in ("", "v1"))
        return [next((entry.type for entry in registry if entry.path == word), word)]

    def get_summary(self) -> str | None:
        """One line of English."""
        if self.is_linkage:
            what = {"GET": "Read", "PATCH": "Replace", "POST": "Add to", "DELETE": "Take out of"}[self.method]
            return f"{what} the linkage {self.view.relationship.wire} of one {self.source.type}"  # type: ignore[union-attr]
        if self.is_resource:
            verb, one = VERBS[self.action], f"one {self.resource.type}"
            if self.source:
                one = f"the {self.view.relationship.wire} of one {self.source.type}"
                verb = "Add to" if self.action == "create" else verb
            return f"{verb} {self.resource.path if self.action == 'list' and not self.source else one}"
        return super().get_summary() or (type(self.view).__doc__ or "").strip().split("\n")[0]

    def get_description(self) -> str:
        """What the view says of itself; the kit's own docstrings are for its readers."""
        if self.is_linkage or self.is_resource:
            return (type(self.view).__dict__.get("__doc__") or "").strip() if self.is_resource else ""
        return super().get_description()  # type: ignore[no-any-return]

    # -- who ----------------------------------------------------------------------------------

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Needed, or of use, or (where tokens are not looked at) neither."""
        schemes = AutoSchema.get_auth(self)
        if self.is_resource:
            verb = {"create": "add", "partial_update": "change", "destroy": "delete"}.get(self.action)
            is_open = verb in self.view.anonymous_verbs or (verb is None and not self.view.needs_login)
        elif self.is_linkage:
            is_open = self.method == "GET" and not self.view.source.viewset.needs_login
        else:
            is_open = not self.view.get_permissions()
        return [*schemes, {}] if schemes and is_open else schemes

    # -- what it takes ------------------------------------------------------------------------

    def _resolve_path_parameters(self, variables: list[str]) -> list[Parameter]:
        source = self.source or (self.resource if self.is_resource else None)
        names = f"The id or the {source.identifier_field}." if source and source.identifier_field else "The id."
        if self.is_resource and self.view.collection_methods:
            names = "Any id: there is one record."
        return parameters.of_path(variables, self.path_regex, names)

    def _get_parameters(self) -> list[Parameter]:
        found = super()._get_parameters()
        if not (self.is_resource or self.is_linkage):
            return found  # type: ignore[no-any-return]
        return [p if p["in"] == "path" else self._shared_parameter(p) for p in found]

    def _shared_parameter(self, parameter: Parameter) -> Parameter:
        name = parameter["name"].replace("[", ".").rstrip("]")
        if not name.startswith(("page.", "fields.", "get_", "permanent")):
            name = f"{self.resource.type}.{name}"
        return self._share(name, ResolvedComponent.PARAMETER, parameter)

    def _share(self, name: str, kind: str, schema: Schema) -> Schema:
        component = ResolvedComponent(name=name, type=kind, schema=schema, object=Shared)
        self.registry.register_on_missing(component)
        return component.ref  # type: ignore[no-any-return]

    def get_include_parameter(self) -> dict[tuple[str, str], Parameter]:
        """The extension's hook for ``include``."""
        return self._keyed(parameters.include(self.resource)) if self.is_resource else {}

    def get_sparse_fieldset_parameters(self) -> dict[tuple[str, str], Parameter]:
        """The extension's hook for ``fields[type]``."""
        return self._keyed(parameters.fields(self.resource)) if self.is_resource else {}

    @staticmethod
    def _keyed(found: list[Parameter]) -> dict[tuple[str, str], Parameter]:
        return {(p["name"], p["in"]): p for p in found}

    def _process_override_parameters(self, direction: str = "request") -> Any:
        found = AutoSchema._process_override_parameters(self, direction)
        if self.is_resource and self.action != "destroy":
            found |= self.get_include_parameter() | self.get_sparse_fieldset_parameters()
        return found

    def _get_filter_parameters(self) -> list[Parameter]:
        if not self.is_resource:
            return []
        trash = hasattr(self.resource.model, "deleted_at")
        found: list[Parameter] = []
        if self.action == "list":
            self._share("FilterNode", ResolvedComponent.SCHEMA, parameters.NODE)
            found = [*parameters.filters(self.resource), *parameters.sort(self.resource)]
        if trash and self.action in ("list", "retrieve"):
            found.append(parameters.TRASHED)
        return [*found, parameters.PERMANENT] if trash and self.action == "destroy" else found

    def _get_pagination_parameters(self) -> list[Parameter]:
        many = self.is_linkage and self.method == "GET" and self.view.relationship.many
        return parameters.pages() if many or (self.is_resource and self.action == "list") else []

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        if not self.is_linkage:
            return super()._get_request_body(direction)  # type: ignore[no-any-return]
        if self.method == "GET":
            return None
        schema = build_json_api_data_frame(resources.linkage(self.view.relationship))
        return {"content": {MEDIA_TYPE: {"schema": schema}}, "required": True}

    # -- what it answers ----------------------------------------------------------------------

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Schema]:
        if self.is_linkage:
            document = resources.linkage_document(self.view.relationship)
            errors = READ_ERRORS if self.method == "GET" else WRITE_ERRORS
            name = f"{resources.component_name(self.source)}.{self.view.relationship.name}"  # type: ignore[arg-type]
            return {"200": self._answer(name, document), **self.errors(errors)}
        if not self.is_resource:
            return super()._get_response_bodies(direction)  # type: ignore[no-any-return]
        return {**self._resource_answer(), **self.errors(self._resource_errors())}

    def _resource_answer(self) -> dict[str, Schema]:
        action = self.action
        if action == "destroy":
            return {"200": self._answer("Deleted", resources.DELETED)}
        ref = self.resolve_serializer(self.resource.serializer, "response").ref
        name = resources.component_name(self.resource)
        if action == "list":
            return {"200": self._answer(f"{name}List", resources.listing(ref))}
        answer = self._answer(f"{name}Document", resources.document(ref))
        if action != "create":
            return {"200": answer}
        header = {"Location": {"description": "The address of the new resource.", "schema": {"type": "string"}}}
        created = {**self.registry[f"{name}Document", "responses"].schema, "description": "Created", "headers": header}
        return {"201": self._share(f"{name}Created", ResolvedComponent.RESPONSE, created)}

    def _resource_errors(self) -> list[int]:
        found = list(WRITE_ERRORS if self.action in ("create", "partial_update") else READ_ERRORS)
        if self.action == "destroy":
            found = [*READ_ERRORS, 409]
        if self.view.action not in VERBS:
            found.append(405)
        return [*found, 429] if getattr(self.view, "throttle_scope", None) else found

    def _answer(self, name: str, schema: Schema) -> Schema:
        """A response in both media types, shared under ``name``."""
        ref = self._share(name, ResolvedComponent.SCHEMA, schema)
        content = {media_type: {"schema": ref} for media_type in self.map_renderers("media_type")}
        return self._share(name, ResolvedComponent.RESPONSE, {"description": "OK", "content": content})

    def errors(self, statuses: list[int]) -> dict[str, Schema]:
        """The error answers of these statuses."""
        return {str(status): self._error(status) for status in statuses}

    def _error(self, status: int) -> Schema:
        ref = self._share("Errors", ResolvedComponent.SCHEMA, resources.ERRORS)
        media_types = {MEDIA_TYPE} if status == 414 else {*self.map_renderers("media_type")}  # 414: the web server's
        if status == 404:
            media_types.add(MEDIA_TYPE)  # an address of another form is no route at all
        content = {media_type: {"schema": ref} for media_type in sorted(media_types)}
        response: Schema = {"description": TITLES[status], "content": content}
        if status == 429:
            wait = {"description": "Seconds.", "schema": {"type": "integer"}}
            response["headers"] = {"Retry-After": wait}
        name = f"Error{status}" if MEDIA_TYPE in media_types else f"PlainError{status}"  # plain routes have JSON only
        return self._share(name, ResolvedComponent.RESPONSE, response)

    def _get_response_for_code(self, serializer: Any, *args: Any, **kwargs: Any) -> Schema:
        """Plain routes: the answer as it stands there, in no frame; an error by its number."""
        if isinstance(serializer, int):
            return self._error(serializer)
        return AutoSchema._get_response_for_code(self, serializer, *args, **kwargs)  # type: ignore[no-any-return]

    # -- resource objects ---------------------------------------------------------------------

    def is_json_api_resource_serializer(self, serializer: Any) -> bool:
        """The extension's question: is it a resource object?"""
        return isinstance(serializer, ResourceSerializer)

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        """Resource objects are called by their type, which is unique."""
        if self.is_json_api_resource_serializer(serializer):
            return resources.component_name(registry.by_type[serializer.Meta.type])
        return super().get_serializer_name(serializer, direction)  # type: ignore[no-any-return]

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Schema:
        self._direction = direction
        return super()._map_basic_serializer(serializer, direction)  # type: ignore[no-any-return]

    def get_json_api_resource_object_converter_class(self) -> Any:
        """Ours, told whether it describes a request or an answer."""
        return partial(resources.ResourceObject, direction=self._direction)

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Schema:
        schema: Schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(field, NumberField):
            kept = {key: value for key, value in schema.items() if key not in ("format", "pattern")}
            return {**kept, "type": "number"}
        return schema


class Shared:
    """What components that come from no serializer are registered under."""
