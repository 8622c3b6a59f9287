"""``/v1/<type>/<id>/relationships/<name>``: resource linkage, read and, where the relation may change, written."""

from typing import Any

from django.db import models, transaction
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.exceptions import InvalidInput, MalformedInput, NotFound

from .document import plan_of
from .errors import JSONAPI_VERSION
from .params import Page, key_condition
from .permissions import demand, permission
from .registry import Relationship, registry
from .serializers import resolve, resolve_many
from .viewsets import judge
from .wire import JSONAPIParser, JSONAPIRenderer, PlainRenderer


class RelationshipView(APIView):
    """One relationship of one row."""

    relationship: Relationship = None  # type: ignore[assignment]
    parser_classes = [JSONAPIParser]
    renderer_classes = [JSONAPIRenderer, PlainRenderer]
    permission_classes: list[Any] = []

    @property
    def is_writable(self) -> bool:
        """Whether linkage may change at all; the parent of a row never does."""
        source = registry.of(self.relationship.source)
        return self.relationship.is_writable and self.relationship.name != self._scope(source)

    @staticmethod
    def _scope(source: Any) -> str | None:
        return source.viewset.scope_name.fget(source.viewset())  # type: ignore[no-any-return]

    def get(self, request: Request, pk: str) -> Response:
        """The linkage: identifiers of the rows the caller may see."""
        row, query = self._row(pk), request.query_params
        target = registry.of(self.relationship.target)
        rows = self.relationship.rows(target.viewset.rows_for(request.user), row)
        source = registry.of(self.relationship.source)
        links = plan_of(source).link(self.relationship, row.pk)
        body: dict[str, Any] = {"links": links, "jsonapi": JSONAPI_VERSION}
        identify = plan_of(target).id_of
        if not self.relationship.many:
            found = rows.first()
            body["data"] = {"type": target.type, "id": identify(found)} if found else None
            return Response(body)
        page = Page.of(query)
        found, count = page.cut(rows)
        body["data"] = [{"type": target.type, "id": identify(r)} for r in found]
        body["meta"] = {"count": count}
        body["links"] = {**page.links(request.path, query, count), **links}
        return Response(body)

    def patch(self, request: Request, pk: str) -> Response:
        """Replace the linkage."""
        row = self._writable_row(request, pk)
        with transaction.atomic():
            self._replace(row, self._linkage(request))
        return self.get(request, pk)

    def post(self, request: Request, pk: str) -> Response:
        """Add to a to-many relationship; a member that is there already changes nothing."""
        row = self._writable_row(request, pk, to_many_only=True)
        with transaction.atomic():
            self._add(row, self._members(request))
        return self.get(request, pk)

    def delete(self, request: Request, pk: str) -> Response:
        """Take out of a to-many relationship; a member that is not there changes nothing."""
        row = self._writable_row(request, pk, to_many_only=True)
        with transaction.atomic():
            self._remove(row, self._members(request))
        return self.get(request, pk)

    def _row(self, pk: str) -> Any:
        source = registry.of(self.relationship.source)
        row = source.viewset.rows_for(self.request.user).filter(key_condition(source, pk)).first()
        if row is None:
            raise NotFound("Object not found.")
        return row

    def _writable_row(self, request: Request, pk: str, to_many_only: bool = False) -> Any:
        if not self.is_writable or (to_many_only and not self.relationship.many):
            raise MethodNotAllowed(request.method or "")
        if not request.user.is_authenticated:
            demand(request, "nobody.may")
        row = self._row(pk)
        demand(request, permission(self.relationship.source, "change"), row)
        return row

    @staticmethod
    def _linkage(request: Request) -> Any:
        if not isinstance(request.data, dict) or "data" not in request.data:
            raise MalformedInput("The document has no data.", pointer="/data")
        return request.data["data"]

    def _members(self, request: Request) -> list[Any]:
        linkage = self._linkage(request)
        if not isinstance(linkage, list):
            raise InvalidInput("A list of resource identifiers.", pointer="/data")
        return resolve_many(self.relationship, linkage, request.user)

    def _replace(self, row: Any, linkage: Any) -> None:
        target = resolve(self.relationship, linkage, self.request.user)
        attr = self.relationship.attr or ""
        if self.relationship.many:
            visible = registry.of(self.relationship.target).viewset.rows_for(self.request.user)
            now = set(self.relationship.rows(visible, row))
            self._remove(row, [t for t in now if t not in target])
            self._add(row, [t for t in target if t not in now])
            return
        field = self.relationship.source._meta.get_field(attr)
        if target is None and not field.null:  # type: ignore[union-attr]
            raise InvalidInput("This relationship cannot be empty.", "required", "/data")
        viewset = registry.of(self.relationship.source).viewset
        viewset.check_link(self.request, attr, target, getattr(row, f"{attr}_id"))
        setattr(row, attr, target)
        judge(row, set())
        row.save(update_fields=[attr])

    def _add(self, row: Any, targets: list[models.Model]) -> None:
        for target in targets:
            if getattr(target, "event_id", None) != getattr(row, "event_id", getattr(target, "event_id", None)):
                raise InvalidInput("It belongs to another event.", "foreign_event", "/data")
        if self.relationship.attr:
            getattr(row, self.relationship.attr).add(*targets)
            return
        self._set_lookup(row, targets, row)

    def _remove(self, row: Any, targets: list[models.Model]) -> None:
        if self.relationship.attr:
            getattr(row, self.relationship.attr).remove(*targets)
            return
        members = set(
            self.relationship.rows(
                type(row)._meta.apps.get_model(self.relationship.target._meta.label)._base_manager.all(), row
            )
        )
        self._set_lookup(row, [t for t in targets if t in members], None)

    def _set_lookup(self, row: Any, targets: list[models.Model], value: Any) -> None:
        """Change the other side: each of its rows must be the caller's to change."""
        lookup = self.relationship.lookup
        field = self.relationship.target._meta.get_field(lookup)
        for target in targets:
            demand(self.request, permission(type(target), "change"), target)
            if field.many_to_many:
                manager = getattr(target, lookup) if field.concrete else getattr(target, field.get_accessor_name())  # type: ignore[union-attr]
                manager.add(row) if value is not None else manager.remove(row)
                continue
            setattr(target, lookup, value)
            judge(target, set())
            target.save(update_fields=[lookup])
