"""Reading a resource: which rows there are for whom, as a list or alone."""

from __future__ import annotations  # `list` is a method here

import copy
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from openevent.exceptions import NotFound

from .document import Writer
from .errors import JSONAPI_VERSION
from .includes import Includer, Tree
from .keys import key_condition, single_key
from .pagination import Page
from .params import apply_filters, apply_sort, flag, include_tree, sparse_fields
from .permissions import demand, demand_login, may, permission
from .prepared_lists import Asking, marks_of, plan_for, with_total
from .registry import Relationship, Resource, registry
from .serializers import ResourceSerializer

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def visible_row(resource: Resource, user: Any, key: Any) -> Any:
    """The row that a key of a URL means, if ``user`` may see it; else None."""
    column, keys = single_key(resource, str(key))
    if not keys:
        return None

    def build(user: Any, parent: Any, keys: list[Any]) -> models.QuerySet:
        queryset = resource.viewset.rows_for(user).filter(**{f"{column}__any_of": keys})
        return queryset if queryset.ordered else queryset.order_by("pk")

    plan = plan_for((resource.viewset, "detail", column), build, user, None, keys)
    if plan is None:
        return build(user, None, keys).first()
    found = plan.rows(marks_of(user, keys=keys), limit=1)
    return found[0] if found else None


class ReadingViewSet(ViewSet):
    """List and detail of a resource, on its own and below a parent."""

    serializer_class: ClassVar[type[ResourceSerializer]]
    resource: ClassVar[Resource]
    relationship: Relationship | None = None
    # lists that not everybody may ask for: the model of the parent (None: the whole collection) → permission
    list_needs: ClassVar[dict[type[models.Model] | None, str]] = {}
    needs_login: ClassVar[bool] = False  # strangers get 401 instead of nothing
    # parents below which whoever may list the rows sees all of them: ``visible_to`` need not be asked again
    whole_below: ClassVar[tuple[type[models.Model], ...]] = ()
    # of these, where the number of rows is known: the parent → an expression for it
    tallies: ClassVar[dict[type[models.Model], Callable[[Any], Any]]] = {}
    _sees_whole = False

    # -- which rows ---------------------------------------------------------------------------

    @classmethod
    def rows_for(cls, user: Any, with_trashed: bool = False) -> models.QuerySet:
        """The rows ``user`` may see: where every look-up of this resource starts."""
        model = cls.resource.model
        manager = model.with_trashed if with_trashed and hasattr(model, "with_trashed") else model.objects
        return manager.visible_to(user)

    @classmethod
    def rows_as_included(cls, user: Any) -> models.QuerySet:
        """The rows that ``user`` may see beside others, by ``?include=``: the visible ones."""
        return cls.rows_for(user)

    @classmethod
    def rows_as_parent(cls, request: Request) -> models.QuerySet:
        """The rows that nested routes may name: the visible ones."""
        return cls.rows_for(request.user)

    def get_queryset(self) -> models.QuerySet:
        """The rows of this route: the visible ones, of the parent where the URL names one."""
        with_trashed = self.asks_for_trash
        if with_trashed:
            self.demand_trash()
        if self._sees_whole and not with_trashed:
            queryset = self.resource.model.objects.all()
        else:
            queryset = self.rows_for(self.request.user, with_trashed=with_trashed)
        if self.relationship is not None:
            queryset = self.relationship.rows(queryset, self.get_parent())
        return queryset

    def get_parent(self) -> Any:
        """The row that the URL nests these under; 404 where it is not visible."""
        if not hasattr(self, "_parent"):
            parent = registry.of(self.relationship.source)
            row = self._parent_row(parent)
            if row is None:
                raise NotFound("Object not found.")
            self._parent = row
        return self._parent

    @property
    def is_soft_deletable(self) -> bool:
        """Whether the type has a trash."""
        return hasattr(self.serializer_class.Meta.model, "deleted_at")

    @property
    def asks_for_trash(self) -> bool:
        """Whether a list shall show what is in the trash, too."""
        return self.is_soft_deletable and not self.detail and flag(self.request.query_params, "get_trashed")

    def demand_trash(self) -> None:
        """Into the trash of an event looks its team, into the whole trash an admin."""
        scope_id = self.resource.scope_of(self.get_parent()) if self.relationship is not None else None
        if scope_id is None:
            demand(self.request, f"{self.serializer_class.Meta.model._meta.app_label}.see_all_trash")
            return
        model = self.serializer_class.Meta.model._meta.get_field(self.resource.scope_name).related_model
        demand(self.request, permission(model, "change"), model(pk=scope_id))

    def get_object(self) -> Any:
        """The row of the URL; 404 where there is none or it may not be seen. The team finds it in the trash, too."""
        if self.relationship is not None:
            row = self.get_queryset().first()
        else:
            wanted = key_condition(self.resource, self.kwargs["pk"])
            row = visible_row(self.resource, self.request.user, self.kwargs["pk"]) or self._trashed(wanted)
        if row is None:
            raise NotFound("Object not found.")
        return row

    def _parent_row(self, parent: Resource) -> Any:
        if parent.viewset.rows_as_parent.__func__ is ReadingViewSet.rows_as_parent.__func__:  # type: ignore[attr-defined]
            return visible_row(parent, self.request.user, self.kwargs["pk"])
        rows = parent.viewset.rows_as_parent(self.request)  # what the request knows counts, too
        return rows.filter(key_condition(parent, self.kwargs["pk"])).first()

    def _trashed(self, wanted: models.Q) -> Any:
        is_asked = flag(self.request.query_params, "get_trashed") or self.request.method not in SAFE_METHODS
        if not (self.is_soft_deletable and is_asked):
            return None
        row = self.rows_for(self.request.user, with_trashed=True).filter(wanted).first()
        return row if row is not None and self.may_change(row) else None

    def may_change(self, row: Any) -> bool:
        """Whether the policy lets this user change the row."""
        return may(self.request.user, permission(type(row), "change"), row)

    # -- what is answered ---------------------------------------------------------------------

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's, and the login that private resources ask for. Nothing is written for a query that cannot be read."""
        super().initial(request, *args, **kwargs)
        if self.needs_login and request.method != "POST":
            demand_login(request)
        if self.is_soft_deletable:
            for name in ("get_trashed", "permanent"):
                flag(request.query_params, name)
        if request.method not in SAFE_METHODS and self.action != "destroy":
            _ = self.wanted

    @cached_property
    def wanted(self) -> tuple[Tree, dict[str, frozenset[str]]]:
        """What ``include`` and ``fields`` ask for."""
        query = self.request.query_params
        return include_tree(query, self.resource), sparse_fields(query)

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of rows."""
        query = request.query_params
        parent = self.get_parent() if self.relationship is not None else None
        self.check_list(parent)
        page, _ = Page.of(query), self.wanted
        rows, count = page.cut(self._selected(parent))
        body = self._document(rows)
        body["meta"] = {"count": count}
        body["links"] = page.links(request.path, query, count)
        return Response(body)

    def _selected(self, parent: Any) -> Any:
        """What is listed: a plan that was prepared, or a queryset."""
        query, user = self.request.query_params, self.request.user
        is_narrowed = any(name.startswith("filter") or name == "get_trashed" for name in query)
        if not is_narrowed and self.kwargs.keys() <= {"pk"}:
            plan = plan_for(self._plan_key(query.get("sort", "")), self._build, user, parent, [])
            if plan is not None:
                return plan.for_values(marks_of(user, parent))
        queryset = apply_filters(self.get_queryset(), query, self.resource, user, parent)
        return apply_sort(queryset, query, self.resource, user, parent)

    def _plan_key(self, sort: str) -> tuple[Any, ...]:
        """What a list depends on besides caller and parent: all that the URLconf says, and the order."""
        said = sorted((name, value) for name, value in vars(self).items() if isinstance(value, (bool, str)))
        way = None if self.relationship is None else (self.relationship.source, self.relationship.name)
        return (type(self), way, tuple(said), sort)

    def _build(self, user: Any, parent: Any, keys: list[Any]) -> models.QuerySet:
        """The rows of this route for ``user`` below ``parent``."""
        view = copy.copy(self)
        view.request, view._parent = Asking(user), parent
        queryset = view.get_queryset()
        total = self._known_total(parent)
        return apply_sort(with_total(queryset, total), self.request.query_params, self.resource, user, parent)

    def _known_total(self, parent: Any) -> Any:
        """An expression that tells the number of rows without counting them, where there is one."""
        way, tally = self.relationship, self.tallies.get(type(parent))
        is_whole = self._sees_whole and way is not None and way.where is None
        return tally(parent) if tally is not None and is_whole else None

    def check_list(self, parent: Any) -> None:
        """Whether this list may be asked for at all; its rows are narrowed in any case."""
        perm = self.list_needs.get(None if parent is None else type(parent))
        if perm is not None:
            demand(self.request, perm, parent)
            self._sees_whole = isinstance(parent, self.whole_below)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One row."""
        return Response(self.document(self.get_object()))

    def document(self, row: Any) -> dict[str, Any]:
        """The document of one row with what the query asks for."""
        body = self._document([row])
        body["data"] = body["data"][0]
        body["links"] = {"self": self.url_of(row)}
        return body

    def _document(self, rows: list[Any]) -> dict[str, Any]:
        tree, fields = self.wanted
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
