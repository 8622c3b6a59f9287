"""The query parameters of a list or detail: what the client wants of it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django_filters.filterset import filterset_factory

from .errors import BadParameter
from .filters import FilterCompiler, columns_of, demand_readable, parse_filter
from .includes import Tree, parse_include
from .registry import Resource, dashed, registry, underscored

DEFAULT_PAGE_SIZE = 20
TRUE = {"true", "1", "yes"}


def flag(query: QueryDict, name: str) -> bool:
    """Whether a switch such as ``get_trashed`` is on."""
    return query.get(name, "").lower() in TRUE


def include_tree(query: QueryDict, resource: Resource) -> Tree:
    """``include=a,b.c``."""
    return parse_include(query.get("include", ""), resource)


def sparse_fields(query: QueryDict) -> dict[str, frozenset[str]]:
    """``fields[type]=a,b`` by type; unknown names are 400, ``id`` and ``type`` are no attributes but no error."""
    wanted: dict[str, frozenset[str]] = {}
    for key, value in query.items():
        if not (key.startswith("fields[") and key.endswith("]")):
            continue
        resource = registry.by_type.get(key[7:-1])
        if resource is None:
            continue
        names = {underscored(n.strip()) for n in value.split(",") if n.strip()}
        from .document import plan_of

        known = {*plan_of(resource).attributes, *resource.relationships, "id", "type"}
        unknown = names - known
        if unknown:
            raise BadParameter(key, f"{resource.type} has no attribute {dashed(sorted(unknown)[0])}.")
        wanted[resource.type] = frozenset(names)
    return wanted


def apply_filters(queryset: models.QuerySet, query: QueryDict, resource: Resource, user: Any, scope: Any) -> Any:
    """Both filter languages: the JSON list in ``filter`` and ``filter[name]=value``."""
    if query.get("filter"):
        condition = FilterCompiler(user, scope).condition(parse_filter(query["filter"]), resource)
        if condition:
            queryset = queryset.filter(condition)
    simple = {
        underscored(key[7:-1]): value for key, value in query.items() if key.startswith("filter[") and key.endswith("]")
    }
    return _apply_simple(queryset, simple, resource, user, scope) if simple else queryset


def _apply_simple(queryset: Any, simple: dict[str, str], resource: Resource, user: Any, scope: Any) -> Any:
    columns = columns_of(resource)
    for name in simple:
        if name not in columns:
            raise BadParameter(f"filter[{dashed(name)}]", f"{resource.type} has no attribute {dashed(name)}.")
        demand_readable(user, resource, name, f"filter[{dashed(name)}]", scope)
    fields = {columns[name].name: ["exact"] for name in simple if not isinstance(columns[name], models.JSONField)}
    filterset = filterset_factory(resource.model, fields=fields)(
        {columns[n].name: v for n, v in simple.items()}, queryset=queryset
    )
    if not filterset.is_valid():
        name, messages = next(iter(filterset.errors.items()))
        raise BadParameter(f"filter[{dashed(name)}]", "; ".join(str(m) for m in messages))
    return filterset.qs


def apply_sort(queryset: models.QuerySet, query: QueryDict, resource: Resource, user: Any, scope: Any) -> Any:
    """``sort=a,-b,relation.c``; the id settles ties, so that pages do not overlap."""
    if not query.get("sort"):
        return queryset
    ordering = [_sort_key(key.strip(), resource, user, scope) for key in query["sort"].split(",") if key.strip()]
    return queryset.order_by(*ordering, "pk")


def _sort_key(key: str, resource: Resource, user: Any, scope: Any) -> Any:
    descending, name = key.startswith("-"), underscored(key.lstrip("-+"))
    path, at = "", resource
    if "." in name:
        first, name = name.split(".", 1)
        relationship = resource.relationships.get(first)
        if relationship is None or not relationship.foreign_key or relationship.target not in registry.by_model:
            raise BadParameter("sort", f"{resource.type} cannot be sorted by {dashed(first)}.")
        path, at = f"{relationship.attr}__", registry.of(relationship.target)
    column = columns_of(at).get(name)
    if column is None or isinstance(column, models.JSONField):
        raise BadParameter("sort", f"{at.type} has no attribute {dashed(name)} to sort by.")
    demand_readable(user, at, name, "sort", scope)
    expression = models.F(f"{path}{column.name}")
    return expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=True)


@dataclass
class Page:
    """One page of a list."""

    number: int
    size: int  # 0: everything

    @classmethod
    def of(cls, query: QueryDict) -> "Page":
        """From ``page[number]`` and ``page[size]``; 400 where they are no whole numbers or too large."""
        number = _whole(query, "page[number]", 1)
        size = _whole(query, "page[size]", DEFAULT_PAGE_SIZE)
        if number < 1:
            raise BadParameter("page[number]", "Pages are counted from 1.")
        if not 0 <= size <= settings.API_MAX_PAGE_SIZE:
            raise BadParameter("page[size]", f"A page has at most {settings.API_MAX_PAGE_SIZE} rows.")
        return cls(number, size)

    def cut(self, queryset: models.QuerySet) -> tuple[list[Any], int]:
        """The rows of the page and the number of all rows; a page that holds all needs no COUNT."""
        if not self.size:
            rows = list(queryset[: settings.API_MAX_PAGE_SIZE + 1])
            if len(rows) > settings.API_MAX_PAGE_SIZE:
                raise BadParameter(
                    "page[size]", f"There are more than {settings.API_MAX_PAGE_SIZE} rows: ask for pages."
                )
            return rows, len(rows)
        start = (self.number - 1) * self.size
        if start > 2**62:
            raise BadParameter("page[number]", "There is no such page.")
        rows = list(queryset[start : start + self.size])
        if rows and len(rows) < self.size:
            return rows, start + len(rows)
        if not rows and start == 0:
            return rows, 0
        return rows, queryset.order_by().count()

    def links(self, path: str, query: QueryDict, count: int) -> dict[str, str]:
        """``self``, and with more than one page where the others are."""
        links = {"self": self._link(path, query, None)}
        if not self.size or count <= self.size:
            return links
        last = -(-count // self.size)
        links |= {"first": self._link(path, query, 1), "last": self._link(path, query, last)}
        if self.number > 1:
            links["prev"] = self._link(path, query, min(self.number - 1, last))
        if self.number < last:
            links["next"] = self._link(path, query, self.number + 1)
        return links

    @staticmethod
    def _link(path: str, query: QueryDict, number: int | None) -> str:
        wanted = query.copy()
        if number is not None:
            wanted["page[number]"] = str(number)
        encoded = wanted.urlencode(safe="[],")
        return f"{path}?{encoded}" if encoded else path


def _whole(query: QueryDict, name: str, default: int) -> int:
    text = query.get(name)
    if text in (None, ""):
        return default
    try:
        return int(text)  # type: ignore[arg-type]
    except ValueError:
        raise BadParameter(name, "A whole number.") from None


def key_condition(resource: Resource, key: str) -> Q:
    """The row that a URL means: by id, or by the identifier of types that have one; 404-worthy keys match none."""
    text = str(key)
    if text.isdecimal() and text.isascii():
        return Q(pk=int(text)) if int(text) < 2**63 else Q(pk__in=[])
    name = resource.identifier_field
    if name is None:
        return Q(pk__in=[])
    try:
        value = resource.model._meta.get_field(name).to_python(text)  # type: ignore[union-attr]
    except (ValidationError, ValueError):
        return Q(pk__in=[])
    return Q(**{name: value})
