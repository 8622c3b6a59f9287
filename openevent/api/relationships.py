"""``/v1/<type>/<id>/relationships/<name>``: resource linkage, read and, where the relation may change, written.

A change of linkage is a change of the row that holds it: it goes the way of a PATCH on that row, so that
whatever a resource checks or does there holds here, too.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.exceptions import InvalidInput, NotFound

from .document import plan_of
from .errors import JSONAPI_VERSION
from .inputs import MISSING, ResourceInput, document_data, resolve_many
from .pagination import Page
from .permissions import demand, demand_login, permission
from .reading import visible_row
from .registry import Relationship, Resource, registry
from .wire import JSONAPIParser, JSONAPIRenderer, PlainRenderer


def may_change(relationship: Relationship) -> bool:
    """Whether linkage may change at all; the parent of a row never does."""
    if not relationship.is_writable:
        return False
    if relationship.attr:
        return relationship.name != registry.of(relationship.source).scope_name
    return relationship.lookup != registry.of(relationship.target).scope_name


def link_others(row: Any, given: ResourceInput, resource: Resource, request: Request) -> None:
    """Move the rows that a resource object names in relationships which the other side holds, as a PATCH of those
    relationships would."""
    for name, relationship in resource.relationships.items():
        is_held_elsewhere = relationship.attr is None and relationship.many and may_change(relationship)
        linkage = given.linkage(name) if is_held_elsewhere else MISSING
        if linkage is not MISSING:
            view = RelationshipView(relationship=relationship)
            view.request = request
            view.replace(row, linkage)


class RelationshipView(APIView):
    """One relationship of one row."""

    relationship: Relationship = None  # type: ignore[assignment]
    parser_classes = [JSONAPIParser]
    renderer_classes = [JSONAPIRenderer, PlainRenderer]
    permission_classes: list[Any] = []

    @property
    def source(self) -> Resource:
        """What the relationship belongs to."""
        return registry.of(self.relationship.source)

    @property
    def target(self) -> Resource:
        """What it leads to."""
        return registry.of(self.relationship.target)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's, and the login that private resources ask for."""
        super().initial(request, *args, **kwargs)
        if self.source.viewset.needs_login:
            demand_login(request)

    # -- reading ------------------------------------------------------------------------------

    def get(self, request: Request, pk: str) -> Response:
        """The linkage: identifiers of the rows the caller may see."""
        row = self._row(pk)
        rows = self.relationship.rows(self.target.viewset.rows_for(request.user), row)
        foreign_key = self.relationship.foreign_key
        is_null = foreign_key is not None and getattr(row, foreign_key) is None
        links = plan_of(self.source).link(self.relationship, row.pk, is_null)
        body: dict[str, Any] = {"links": links, "jsonapi": JSONAPI_VERSION}
        if not self.relationship.many:
            found = rows.first()
            body["data"] = self._identify(self.target, found) if found else None
            return Response(body)
        page = Page.of(request.query_params)
        members, count = page.cut(rows)
        body["data"] = [self._identify(self.target, member) for member in members]
        body["meta"] = {"count": count}
        body["links"] = {**page.links(request.path, request.query_params, count), **links}
        return Response(body)

    def _row(self, pk: str) -> Any:
        row = visible_row(self.source, self.request.user, pk)
        if row is None:
            raise NotFound("Object not found.")
        return row

    @staticmethod
    def _identify(resource: Resource, row: Any) -> dict[str, Any]:
        return {"type": resource.type, "id": plan_of(resource).id_of(row.pk)}

    # -- writing ------------------------------------------------------------------------------

    def patch(self, request: Request, pk: str) -> Response:
        """Replace the linkage."""
        return self._write(pk, lambda now, given: given)

    def post(self, request: Request, pk: str) -> Response:
        """Add to a to-many relationship; a member that is there already changes nothing."""
        return self._write(pk, lambda now, given: [*now, *given], needs_many=True)

    def delete(self, request: Request, pk: str) -> Response:
        """Take out of a to-many relationship; a member that is not there changes nothing."""
        return self._write(pk, lambda now, given: [row for row in now if row not in given], needs_many=True)

    @property
    def is_writable(self) -> bool:
        """Whether linkage may change at all; the parent of a row never does."""
        return may_change(self.relationship)

    @property
    def allowed_methods(self) -> list[str]:
        """What ``Allow`` says of this relationship; of the class, as the document's generator asks, all that it has."""
        if self.relationship is None:
            return list(super().allowed_methods)
        writing = ["PATCH", *(["POST", "DELETE"] if self.relationship.many else [])]
        return ["GET", *(writing if self.is_writable else []), "HEAD", "OPTIONS"]

    def _write(self, pk: str, combine: Callable[[list[Any], Any], Any], needs_many: bool = False) -> Response:
        if not self.is_writable or (needs_many and not self.relationship.many):
            raise MethodNotAllowed(self.request.method or "")
        demand_login(self.request)
        row = self._row(pk)
        demand(self.request, permission(self.relationship.source, "change"), row)
        linkage = document_data(self.request.data)
        with transaction.atomic():
            # one change of a row's linkage after the other: each says what it is in the end
            type(row)._base_manager.select_for_update().get(pk=row.pk)
            if not self.relationship.many:
                self._change(self.source, row, self.relationship.name, linkage)
            else:
                self._write_members(row, linkage, combine)
        return self.get(self.request, pk)

    def replace(self, row: Any, linkage: Any) -> None:
        """Let exactly the rows that ``linkage`` names, and those the caller does not see, be linked to ``row``."""
        self._write_members(row, linkage, lambda now, given: given)

    def _write_members(self, row: Any, linkage: Any, combine: Callable[[list[Any], Any], Any]) -> None:
        if not isinstance(linkage, list):
            raise InvalidInput("A list of resource identifiers.", pointer="/data")
        given = resolve_many(self.relationship, linkage, self.request.user)
        now = list(self.relationship.rows(self.target.viewset.rows_for(self.request.user), row))
        then = list(dict.fromkeys(combine(now, given)))
        if self.relationship.attr:
            members = [self._identify(self.target, member) for member in then]
            self._change(self.source, row, self.relationship.name, members)
            return
        for member in set(now).symmetric_difference(then):
            self._move(member, row, is_joining=member in then)

    def _move(self, member: Any, row: Any, is_joining: bool) -> None:
        """Change the other side, which must be the caller's to change."""
        demand(self.request, permission(type(member), "change"), member)
        name = self.relationship.lookup
        back = self.target.relationships[name]
        own = self._identify(self.source, row)
        if not back.many:
            self._change(self.target, member, name, own if is_joining else None)
            return
        others = back.rows(self.source.viewset.rows_for(self.request.user), member)
        linkage = [self._identify(self.source, other) for other in others if other != row]
        self._change(self.target, member, name, [*linkage, own] if is_joining else linkage)

    def _change(self, resource: Resource, row: Any, name: str, linkage: Any) -> None:
        """PATCH one relationship of one row."""
        if linkage is None and not resource.model._meta.get_field(name).null:
            raise InvalidInput("This relationship cannot be empty.", "required", "/data")
        view = resource.viewset(request=self.request, kwargs={}, detail=True, format_kwarg=None)
        view.change(row, ResourceInput.linking(resource, name, linkage))
