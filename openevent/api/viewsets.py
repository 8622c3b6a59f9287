"""The view set that every resource has: list, retrieve, create, update, destroy, each asked of the policy table."""

from __future__ import annotations  # `list` is a method here

import copy
from typing import Any, ClassVar

from django.db import models, transaction
from django.urls import URLPattern
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from openevent.exceptions import Conflict, InvalidInput, NotAllowed, NotFound

from .document import Writer, plan_of
from .errors import JSONAPI_VERSION
from .includes import Includer
from .params import Page, apply_filters, apply_sort, flag, include_tree, key_condition, sparse_fields
from .permissions import demand, may, permission
from .registry import Relationship, Resource, registry
from .serializers import MISSING, ResourceInput, ResourceSerializer, pointer, readable_attributes, resolve
from .wire import JSONAPIParser, JSONAPIRenderer, PlainRenderer

DELETED = {"meta": {"message": "Object successfully deleted"}, "jsonapi": JSONAPI_VERSION}


def judge(candidate: models.Model, changed: set[str]) -> None:
    """Let the model judge its changed fields, and itself; uniqueness and CHECKs are the database's to refuse."""
    untouched = {f.name for f in candidate._meta.concrete_fields if f.name not in changed or f.is_relation}
    candidate.clean_fields(exclude=untouched)
    candidate.clean()


class ResourceViewSet(ViewSet):
    """CRUD on a resource. Subclasses name a serializer and, where something happens, override ``perform_*``.

    ``actions``       what the wire offers at all
    ``list_needs``    permissions that a list asks for beyond showing only visible rows
    ``relationship``  set on routes such as /v1/events/<id>/tracks: the rows are those of the parent in the URL
    """

    serializer_class: ClassVar[type[ResourceSerializer]]
    resource: ClassVar[Resource]
    path: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()  # other collections below which clients look for a row's routes
    actions: ClassVar[tuple[str, ...]] = ("list", "create", "retrieve", "update", "destroy")
    relationship: Relationship | None = None
    collection_methods: ClassVar[dict[str, str]] = {}  # of types that have one record: what its collection does
    # lists that not everybody may ask for: the model of the parent (None: the whole collection) → permission
    list_needs: ClassVar[dict[type[models.Model] | None, str]] = {}
    needs_login: ClassVar[bool] = False  # strangers get 401 instead of nothing
    parser_classes = [JSONAPIParser]
    renderer_classes = [JSONAPIRenderer, PlainRenderer]
    permission_classes: ClassVar[list[Any]] = []  # the policy table decides, below
    queryset = None

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Routes below the collection that JSON:API does not know."""
        return []

    # -- which rows ---------------------------------------------------------------------------

    @classmethod
    def rows_for(cls, user: Any, with_trashed: bool = False) -> models.QuerySet:
        """The rows ``user`` may see: where every look-up of this resource starts."""
        model = cls.resource.model
        manager = model.with_trashed if with_trashed and hasattr(model, "with_trashed") else model.objects
        return manager.visible_to(user)

    @classmethod
    def rows_as_parent(cls, request: Request) -> models.QuerySet:
        """The rows that nested routes may name: the visible ones."""
        return cls.rows_for(request.user)

    def get_queryset(self) -> models.QuerySet:
        """The rows of this route: the visible ones, of the parent where the URL names one."""
        trashed = flag(self.request.query_params, "get_trashed")
        queryset = self.rows_for(self.request.user, with_trashed=trashed)
        if self.relationship is not None:
            queryset = self.relationship.rows(queryset, self.get_parent())
        if trashed and self.is_soft_deletable:
            self.demand_trash()
        return queryset

    def get_parent(self) -> Any:
        """The row that the URL nests these under; 404 where it is not visible."""
        if not hasattr(self, "_parent"):
            parent = registry.of(self.relationship.source)
            rows = parent.viewset.rows_as_parent(self.request)
            row = rows.filter(key_condition(parent, self.kwargs["pk"])).first()
            if row is None:
                raise NotFound("Object not found.")
            self._parent = row
        return self._parent

    @property
    def is_soft_deletable(self) -> bool:
        """Whether the type has a trash."""
        return hasattr(self.serializer_class.Meta.model, "deleted_at")

    def demand_trash(self) -> None:
        """Only who may change the parent, or everything, looks into the trash."""
        if self.detail:
            return  # get_object asks for the row itself
        if self.relationship is not None:
            demand(self.request, permission(self.relationship.source, "change"), self.get_parent())
        else:
            demand(self.request, f"{self.serializer_class.Meta.model._meta.app_label}.see_all_trash")

    def get_object(self) -> Any:
        """The row of the URL; 404 where there is none or it may not be seen."""
        query = self.request.query_params
        if self.relationship is not None:
            row = self.get_queryset().first()
        else:
            wanted = key_condition(self.resource, self.kwargs["pk"])
            row = self.rows_for(self.request.user).filter(wanted).first()
            if row is None and self.is_soft_deletable and (flag(query, "get_trashed") or self.request.method != "GET"):
                trashed = self.rows_for(self.request.user, with_trashed=True).filter(wanted).first()
                if trashed is not None and self.may_change(trashed):
                    row = trashed
        if row is None:
            raise NotFound("Object not found.")
        return row

    def may_change(self, row: Any) -> bool:
        """Whether the policy lets this user change the row."""
        return may(self.request.user, permission(type(row), "change"), row)

    # -- reading ------------------------------------------------------------------------------

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of rows."""
        query = request.query_params
        scope = self.get_parent() if self.relationship is not None else None
        self.check_list(scope)
        tree, fields = include_tree(query, self.resource), sparse_fields(query)
        queryset = apply_filters(self.get_queryset(), query, self.resource, request.user, scope)
        queryset = apply_sort(queryset, query, self.resource, request.user, scope)
        page = Page.of(query)
        rows, count = page.cut(queryset)
        body = self._document(rows, tree, fields)
        body["meta"] = {"count": count}
        body["links"] = page.links(request.path, query, count)
        return Response(body)

    def check_list(self, parent: Any) -> None:
        """Whether this list may be asked for at all; its rows are narrowed in any case."""
        perm = self.list_needs.get(None if parent is None else type(parent))
        if perm is not None:
            demand(self.request, perm, parent)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's, and the login that private resources ask for."""
        super().initial(request, *args, **kwargs)
        if self.needs_login and not request.user.is_authenticated and request.method != "POST":
            demand(request, "nobody.may")

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One row."""
        return Response(self.document(self.get_object()))

    def document(self, row: Any) -> dict[str, Any]:
        """The document of one row with what the query asks for."""
        query = self.request.query_params
        body = self._document([row], include_tree(query, self.resource), sparse_fields(query))
        body["data"] = body["data"][0]
        body["links"] = {"self": self.url_of(row)}
        return body

    def _document(self, rows: list[Any], tree: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        writer = Writer(self.request.user, fields)
        includer = Includer(writer)
        linked = includer.load(self.resource, rows, tree) if tree else None
        body: dict[str, Any] = {"data": writer.write(self.resource, rows, linked)}
        if tree:
            body["included"] = includer.included(self.resource, rows)
        body["jsonapi"] = JSONAPI_VERSION
        return body

    def url_of(self, row: Any) -> str:
        """The row's own address."""
        return f"/v1/{self.resource.path}/{row.pk}"

    # -- writing ------------------------------------------------------------------------------

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new row from the resource object in the body."""
        self.demand_login_to("add")
        given = ResourceInput(request.data, self.resource)
        with transaction.atomic():
            scope = self.scope_for_creation(given)
            self.check("add", scope)
            attrs = self.validated(given, None, scope)
            row = self.perform_create(attrs)
        body = self.document(self.reload(row))
        return Response(body, status=201, headers={"Location": self.url_of(row)})

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change what the body names, and nothing else."""
        row = self.get_object()
        self.check("change", row)
        given = ResourceInput(request.data, self.resource)
        self.check_id(given, row)
        with transaction.atomic():
            if self.is_soft_deletable and self._restores(given, row):
                row.restore()
            attrs = self.validated(given, row, None)
            row = self.perform_update(row, attrs)
        return Response(self.document(self.reload(row)))

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Trash the row; with ``permanent=true`` (admins) remove it."""
        row = self.get_object()
        self.check("delete", row)
        with transaction.atomic():
            if not self.is_soft_deletable:
                self.perform_destroy(row)
            elif flag(request.query_params, "permanent"):
                demand(request, f"{type(row)._meta.app_label}.see_all_trash")
                row.delete()
            else:
                self.perform_trash(row)
        return Response(DELETED)

    @property
    def many_names(self) -> set[str]:
        """The to-many relations that a body may set."""
        return {name for name, r in self.resource.relationships.items() if r.many and r.attr}

    def perform_create(self, attrs: dict[str, Any]) -> Any:
        """Make the row of validated attributes and relations. Override to call a service."""
        many = self.many_names
        row = self.serializer_class.Meta.model(**{k: v for k, v in attrs.items() if k not in many})
        row.save(force_insert=True)
        for name in many & attrs.keys():
            getattr(row, name).set(attrs[name])
        return row

    def perform_update(self, row: Any, attrs: dict[str, Any]) -> Any:
        """Store validated changes: only the columns that were named, so that counters beside them stay right."""
        many = self.many_names
        columns = [name for name in attrs if name not in many]
        for name in columns:
            setattr(row, name, attrs[name])
        if columns:
            row.save(update_fields=[*columns, *self._touched(row)])
        for name in many & attrs.keys():
            getattr(row, name).set(attrs[name])
        return row

    def perform_trash(self, row: Any) -> None:
        """Move the row to the trash. Override to call a service."""
        row.trash()

    def perform_destroy(self, row: Any) -> None:
        """Remove a row of a type that has no trash. Override to call a service."""
        row.delete()

    @staticmethod
    def _touched(row: Any) -> list[str]:
        return [f.name for f in row._meta.concrete_fields if getattr(f, "auto_now", False)]

    def reload(self, row: Any) -> Any:
        """The row as it stands in the database now, for the answer."""
        return row

    # -- checks -------------------------------------------------------------------------------

    def demand_login_to(self, verb: str) -> None:
        """401 before anything else where strangers cannot do this in any case."""
        if not self.request.user.is_authenticated and verb not in getattr(self, "anonymous_verbs", ()):
            demand(self.request, "nobody.may")

    def check(self, verb: str, obj: Any) -> None:
        """Ask the policy table; 401 or 403 where it says no."""
        demand(self.request, permission(self.serializer_class.Meta.model, verb), obj)

    @property
    def scope_name(self) -> str | None:
        """The relation to the parent that rows of this type cannot leave."""
        meta = self.serializer_class.Meta
        default = "event" if "event" in getattr(meta, "relations", []) else None
        return getattr(meta, "scope", default)

    def scope_for_creation(self, given: ResourceInput) -> Any:
        """The parent of the row to be made: from the body, or from a nested URL."""
        name = self.scope_name
        if name is None:
            return None
        linkage = given.linkage(name)
        if linkage in (MISSING, None):
            if self.relationship is not None and self.relationship.lookup == name:
                return self.get_parent()
            if self.serializer_class.Meta.model._meta.get_field(name).null:
                return None
            raise InvalidInput(f"The relationship {name} is required.", "required", pointer(name))
        return resolve(self.resource.relationships[name], linkage, self.request.user)

    def check_id(self, given: ResourceInput, row: Any) -> None:
        """``data.id`` names the row of the URL, by id or identifier."""
        if given.id is None:
            raise InvalidInput("The resource object has no id.", "required", "/data/id")
        names = {str(row.pk)}
        if self.resource.identifier_field:
            names.add(str(getattr(row, self.resource.identifier_field)))
        if str(given.id) not in names:
            raise Conflict(f"The id {given.id} is not that of the URL.", "wrong_id", "/data/id")

    def _restores(self, given: ResourceInput, row: Any) -> bool:
        return row.deleted_at is not None and given.attributes.get("deleted_at", MISSING) is None

    def validated(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """Attributes and relations to store, judged by the serializer and the model."""
        relations = self.relations(given, row, scope)
        serializer = self.serializer_class(
            row, partial=row is not None, context={"view": self, "request": self.request}
        )
        serializer.initial_data = readable_attributes(given.attributes, serializer)
        if row is not None:
            for name in getattr(self.serializer_class.Meta, "create_only", ()):
                serializer.initial_data.pop(name, None)
        serializer.is_valid(raise_exception=True)
        attrs = {**serializer.validated_data, **relations}
        candidate = copy.copy(row) if row is not None else self.serializer_class.Meta.model()
        many = self.many_names
        self.check_many(candidate, attrs, many)
        columns = {name for name in attrs if hasattr(type(candidate), name) and name not in many}
        for name in columns:
            setattr(candidate, name, attrs[name])
        new = {f.name for f in candidate._meta.concrete_fields if f.editable}
        judge(candidate, columns if row is not None else new)
        for name in many & attrs.keys():
            before = set() if row is None else set(getattr(row, name).values_list("pk", flat=True))
            added = [other for other in attrs[name] if other.pk not in before]
            self.check_linked(candidate, name, added, pointer(name))
        for field in candidate._meta.concrete_fields:
            if field.name in columns and not field.is_relation:
                attrs[field.name] = getattr(candidate, field.name)  # as the field's clean() left it
        return attrs

    def relations(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """The rows that the body's writable relationships name."""
        found: dict[str, Any] = {}
        for name, relationship in self.resource.relationships.items():
            if relationship.attr is None:
                continue
            linkage = given.linkage(name)
            if name == self.scope_name and row is None:
                found[name] = scope
            elif linkage is MISSING:
                if row is None and not relationship.many and self._is_required(name, relationship):
                    raise InvalidInput(f"The relationship {name} is required.", "required", pointer(name))
            elif relationship.is_writable:
                target = resolve(relationship, linkage, self.request.user)
                if name == self.scope_name:
                    self.check_scope_stays(row, name, target)
                elif target is not None or not self._is_required(name, relationship):
                    self.check_link(self.request, name, target, getattr(row, f"{name}_id", None))
                    found[name] = target
        return found

    @classmethod
    def check_link(cls, request: Request, name: str, target: Any, before: Any = None) -> None:
        """Ask for the permission on the target that linking to it needs (``Meta.link_needs``), where there is one."""
        perm = getattr(cls.serializer_class.Meta, "link_needs", {}).get(name)
        if perm is not None and target is not None and target.pk != before:
            demand(request, perm, target)

    def _is_required(self, name: str, relationship: Relationship) -> bool:
        field: Any = self.serializer_class.Meta.model._meta.get_field(name)
        return relationship.is_writable and not relationship.many and not field.null

    def check_scope_stays(self, row: Any, name: str, target: Any) -> None:
        """A row cannot be moved to a foreign parent."""
        if target is None or target.pk == getattr(row, f"{name}_id"):
            return
        raise NotAllowed(f"It cannot be moved to another {name}.", "foreign_parent", pointer(name))

    def check_many(self, candidate: Any, attrs: dict[str, Any], many: set[str]) -> None:
        """Rows that are linked belong to the same event."""
        event_id = getattr(attrs.get("event"), "pk", None) or getattr(candidate, "event_id", None)
        for name in many & attrs.keys():
            for other in attrs[name]:
                if getattr(other, "event_id", event_id) != event_id:
                    raise InvalidInput(
                        f"{plan_of(registry.of(type(other))).resource.type} {other.pk} belongs to another event.",
                        "foreign_event",
                        pointer(name),
                    )

    @classmethod
    def check_linked(cls, row: Any, name: str, targets: list[Any], where: str) -> None:
        """Whether ``targets`` may become linked to ``row`` by its to-many relationship ``name``; ``where`` is
        the pointer to blame. Asked for bodies and for relationship routes alike. Override to refuse."""
