"""Writing a resource: make, change, trash and remove a row, each asked of the policy table."""

import copy
from typing import Any, ClassVar

from django.db import models, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from openevent.exceptions import Conflict, InvalidInput, MalformedInput, NotAllowed

from .errors import JSONAPI_VERSION
from .inputs import MISSING, ResourceInput, pointer, resolve
from .params import flag
from .permissions import demand, demand_login, permission
from .reading import ReadingViewSet
from .registry import Relationship, registry
from .relationships import link_others
from .serializers import readable_attributes
from .signals import row_written

DELETED = {"meta": {"message": "Object successfully deleted"}, "jsonapi": JSONAPI_VERSION}


def judge(candidate: models.Model, changed: set[str]) -> None:
    """Let the model judge its changed fields, and itself; uniqueness and CHECKs are the database's to refuse."""
    untouched = {f.name for f in candidate._meta.concrete_fields if f.name not in changed or f.is_relation}
    candidate.clean_fields(exclude=untouched)
    candidate.clean()


class WritingViewSet(ReadingViewSet):
    """What happens to rows. Subclasses override ``perform_*`` where more happens than a row being stored."""

    anonymous_verbs: ClassVar[tuple[str, ...]] = ()  # what strangers may try

    # -- the methods --------------------------------------------------------------------------

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The kit's, and nothing is made below a parent that the caller does not see."""
        super().initial(request, *args, **kwargs)
        if self.action == "create" and self.relationship is not None:
            self.get_parent()

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new row from the resource object in the body."""
        self.demand_login_to("add")
        given = ResourceInput(request.data, self.resource)
        with transaction.atomic():
            self.take_parent(given)
            scope = self.scope_for_creation(given)
            self.check("add", scope)
            attrs = self.validated(given, None, scope)
            row = self.perform_create(attrs)
            link_others(row, given, self.resource, request)
            self.tell_of(row, "created")
        body = self.document(self.reload(row))
        return Response(body, status=201, headers={"Location": self.url_of(row)})

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change what the body names, and nothing else."""
        row = self.get_object()
        self.check("change", row)
        given = ResourceInput(request.data, self.resource)
        self.check_id(given, row)
        return Response(self.document(self.change(row, given)))

    def change(self, row: Any, given: ResourceInput) -> Any:
        """Store what is given; relationship routes come this way, too."""
        with transaction.atomic():
            if self.is_soft_deletable and self._restores(given, row):
                row.restore()
            attrs = self.validated(given, row, None)
            row = self.perform_update(row, attrs)
            link_others(row, given, self.resource, self.request)
            self.tell_of(row, "changed")
        return self.reload(row)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Trash the row; with ``permanent=true`` (admins) remove it."""
        row = self.get_object()
        self.check("delete", row)
        with transaction.atomic():
            self.tell_of(row, "deleted")
            if not self.is_soft_deletable:
                self.perform_destroy(row)
            elif flag(request.query_params, "permanent"):
                demand(request, f"{type(row)._meta.app_label}.see_all_trash")
                row.delete()
            else:
                self.perform_trash(row)
        return Response(DELETED)

    def tell_of(self, row: Any, verb: str) -> None:
        """Let other apps know what was done."""
        row_written.send(sender=type(row), row=row, verb=verb, by=self.request.user)

    # -- what subclasses override ---------------------------------------------------------------

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
            touched = [f.name for f in row._meta.concrete_fields if getattr(f, "auto_now", False)]
            row.save(update_fields=[*columns, *touched])
        for name in many & attrs.keys():
            getattr(row, name).set(attrs[name])
        return row

    def perform_trash(self, row: Any) -> None:
        """Move the row to the trash. Override to call a service."""
        row.trash()

    def perform_destroy(self, row: Any) -> None:
        """Remove a row of a type that has no trash. Override to call a service."""
        row.delete()

    def reload(self, row: Any) -> Any:
        """The row as it stands in the database now, for the answer."""
        return row

    # -- who may, and below which parent ----------------------------------------------------------

    def demand_login_to(self, verb: str) -> None:
        """401 before anything else where strangers cannot do this in any case."""
        if verb not in self.anonymous_verbs:
            demand_login(self.request)

    def check(self, verb: str, obj: Any) -> None:
        """Ask the policy table; 401 or 403 where it says no."""
        demand(self.request, permission(self.serializer_class.Meta.model, verb), obj)

    @property
    def scope_name(self) -> str | None:
        """The relation to the parent that rows of this type cannot leave."""
        return self.resource.scope_name

    def take_parent(self, given: ResourceInput) -> None:
        """On a nested route the parent in the URL stands for the relationship that the body leaves out."""
        if self.relationship is None:
            return
        parent, name = self.get_parent(), self.relationship.lookup
        own = self.resource.relationships.get(name)
        if own is None or own.foreign_key is None or not own.is_writable:
            return
        source = registry.of(self.relationship.source)
        if given.linkage(name) in (MISSING, None):
            given.relationships[name] = {"data": {"type": source.type, "id": str(parent.pk)}}
        elif resolve(own, given.linkage(name), self.request.user) != parent:
            raise Conflict(f"The URL names another {name}.", "wrong_parent", pointer(name))

    def scope_for_creation(self, given: ResourceInput) -> Any:
        """The parent that the row to be made names."""
        name = self.scope_name
        if name is None:
            return None
        linkage = given.linkage(name)
        if linkage in (MISSING, None):
            if self.serializer_class.Meta.model._meta.get_field(name).null:
                return None
            raise InvalidInput(f"The relationship {name} is required.", "required", pointer(name))
        return resolve(self.resource.relationships[name], linkage, self.request.user)

    def check_id(self, given: ResourceInput, row: Any) -> None:
        """``data.id`` names the row of the URL, by id or identifier."""
        if given.id is None:
            raise MalformedInput("The resource object has no id.", "required", "/data/id")
        names = {str(row.pk)}
        if self.resource.identifier_field:
            names.add(str(getattr(row, self.resource.identifier_field)))
        if str(given.id) not in names:
            raise Conflict(f"The id {given.id} is not that of the URL.", "wrong_id", "/data/id")

    def check_scope_stays(self, row: Any, name: str, target: Any) -> None:
        """A row cannot be moved to a foreign parent."""
        if target is None or target.pk == getattr(row, f"{name}_id"):
            return
        raise NotAllowed(f"It cannot be moved to another {name}.", "foreign_parent", pointer(name))

    def check_link(self, name: str, target: Any, row: Any) -> None:
        """Ask for the permission on the target that linking to it needs (``Meta.link_needs``), where there is one."""
        perm = getattr(self.serializer_class.Meta, "link_needs", {}).get(name)
        if perm is not None and target is not None and target.pk != getattr(row, f"{name}_id", None):
            demand(self.request, perm, target)

    def check_many(self, candidate: Any, attrs: dict[str, Any], many: set[str]) -> None:
        """Rows that are linked belong to the same event."""
        event_id = getattr(attrs.get("event"), "pk", None) or getattr(candidate, "event_id", None)
        for name in many & attrs.keys():
            before = set() if candidate.pk is None else set(getattr(candidate, name).values_list("pk", flat=True))
            self.check_linked(candidate, name, [o for o in attrs[name] if o.pk not in before], pointer(name))
            for other in attrs[name]:
                if getattr(other, "event_id", event_id) != event_id:
                    type_ = registry.of(type(other)).type
                    raise InvalidInput(f"{type_} {other.pk} belongs to another event.", "foreign_event", pointer(name))

    @classmethod
    def check_linked(cls, row: Any, name: str, targets: list[Any], where: str) -> None:
        """Whether ``targets`` may become linked to ``row`` by its to-many relationship ``name``; ``where`` is
        the pointer to blame. Override to refuse."""

    # -- from the body to what is stored ----------------------------------------------------------

    @property
    def many_names(self) -> set[str]:
        """The to-many relations that a body may set."""
        return {name for name, r in self.resource.relationships.items() if r.many and r.attr}

    def _restores(self, given: ResourceInput, row: Any) -> bool:
        return row.deleted_at is not None and given.attributes.get("deleted_at", MISSING) is None

    def validated(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """Attributes and relations to store, judged by the serializer and the model."""
        relations = self.relations(given, row, scope)
        serializer = self.serializer_class(
            row, partial=row is not None, context={"view": self, "request": self.request}
        )
        serializer.initial_data = readable_attributes(given.attributes, serializer)
        serializer.is_valid(raise_exception=True)
        return self.judged(row, {**serializer.validated_data, **relations})

    def judged(self, row: Any, attrs: dict[str, Any]) -> dict[str, Any]:
        """``attrs`` as the model's own rules leave them; ValidationError where they say no."""
        model = self.serializer_class.Meta.model
        candidate = copy.copy(row) if row is not None else model()
        many = self.many_names
        columns = {name for name in attrs if hasattr(model, name) and name not in many}
        for name in columns:
            setattr(candidate, name, attrs[name])
        self.check_many(candidate, attrs, many)
        fields = candidate._meta.concrete_fields
        judge(candidate, columns if row is not None else {f.name for f in fields if f.editable})
        cleaned = {f.name: getattr(candidate, f.name) for f in fields if f.name in columns and not f.is_relation}
        return {**attrs, **cleaned}

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
                if row is None and self._is_required(relationship):
                    raise InvalidInput(f"The relationship {name} is required.", "required", pointer(name))
            elif relationship.is_writable:
                target = resolve(relationship, linkage, self.request.user)
                if name == self.scope_name:
                    self.check_scope_stays(row, name, target)
                elif relationship.many:
                    found[name] = [*target, *self._unseen(relationship, row)]
                elif target is not None or not self._is_required(relationship):
                    self.check_link(name, target, row)
                    found[name] = target
        return found

    def _unseen(self, relationship: Relationship, row: Any) -> models.QuerySet | list[Any]:
        """Linked rows that the user does not see and hence did not mean to take out."""
        if row is None:
            return []
        visible = registry.of(relationship.target).viewset.rows_for(self.request.user)
        linked = relationship.rows(relationship.target._base_manager.all(), row)
        return linked.exclude(pk__in=visible.order_by().values("pk"))

    def _is_required(self, relationship: Relationship) -> bool:
        field: Any = self.serializer_class.Meta.model._meta.get_field(relationship.name)
        return relationship.is_writable and not relationship.many and not field.null
