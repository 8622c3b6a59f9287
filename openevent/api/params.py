"""The query parameters of a list or detail: what the client wants of it."""

from functools import lru_cache
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, When
from django.http import QueryDict
from django_filters import FilterSet, TypedChoiceFilter
from django_filters.filterset import filterset_factory

from .columns import columns_of, readable
from .comparisons import BOOLEANS
from .document import plan_of
from .errors import BadParameter
from .filters import FilterCompiler, parse_filter
from .includes import Tree, parse_include
from .registry import Resource, dashed, registry, underscored

MAX_SORT_KEYS = 10
SWITCHES = {**BOOLEANS, "yes": True, "no": False, "": False}


def flag(query: QueryDict, name: str) -> bool:
    """Whether a switch such as ``get_trashed`` is on; 400 where it is neither on nor off."""
    is_on = SWITCHES.get(query.get(name, "").lower())
    if is_on is None:
        raise BadParameter(name, "true or false.")
    return is_on


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
            raise BadParameter(key, "There is no such type.")
        names = {underscored(n) for n in (n.strip(" ") for n in value.split(",")) if n}
        known = {*plan_of(resource).attributes, *resource.relationships, "id", "type"}
        unknown = names - known
        if unknown:
            raise BadParameter(key, f"{resource.type} has no attribute {dashed(min(unknown))[:80]}.")
        wanted[resource.type] = frozenset(names)
    return wanted


def apply_filters(queryset: models.QuerySet, query: QueryDict, resource: Resource, user: Any, parent: Any) -> Any:
    """Both filter languages: the JSON list in ``filter`` and ``filter[name]=value``."""
    if query.get("filter"):
        condition = FilterCompiler(user, parent).condition(parse_filter(query["filter"]), resource)
        if condition:
            queryset = queryset.filter(condition)
    simple = {
        underscored(key[7:-1]): value for key, value in query.items() if key.startswith("filter[") and key.endswith("]")
    }
    return _apply_simple(queryset, simple, resource, user, parent) if simple else queryset


def _apply_simple(queryset: Any, simple: dict[str, str], resource: Resource, user: Any, parent: Any) -> Any:
    columns, condition, values = columns_of(resource), Q(), {}
    for name, value in simple.items():
        parameter = f"filter[{dashed(name)}]"
        if name in resource.relationships and name not in columns:
            condition &= FilterCompiler(user, parent).condition([{"name": name, "val": value}], resource)
            continue
        if name not in columns or isinstance(columns[name], models.JSONField):
            raise BadParameter(parameter, f"{resource.type} has no attribute {dashed(name)} to filter by.")
        condition &= readable(resource, name, user, parameter, parent)
        values[columns[name].name] = value
    filterset = filterset_of(resource.model, tuple(sorted(values)))(values, queryset=queryset.filter(condition))
    if not filterset.is_valid():
        name, messages = next(iter(filterset.errors.items()))
        raise BadParameter(f"filter[{dashed(name)}]", "; ".join(str(m) for m in messages))
    return filterset.qs


class SimpleFilterSet(FilterSet):
    """django-filter's, except that a boolean which is none is an error and not left out."""

    class Meta:
        filter_overrides: ClassVar[dict[Any, Any]] = {
            models.BooleanField: {
                "filter_class": TypedChoiceFilter,
                "extra": lambda field: {"choices": [(w, w) for w in BOOLEANS], "coerce": BOOLEANS.get},
            }
        }


@lru_cache(maxsize=256)
def filterset_of(model: type[models.Model], names: tuple[str, ...]) -> type[FilterSet]:
    """The filter set for ``filter[name]=value`` on these columns."""
    return filterset_factory(model, filterset=SimpleFilterSet, fields={name: ["exact"] for name in names})


def apply_sort(queryset: models.QuerySet, query: QueryDict, resource: Resource, user: Any, parent: Any) -> Any:
    """``sort=a,-b,relation.c``; the id settles ties, so that pages do not overlap."""
    keys = [key.strip() for key in query.get("sort", "").split(",") if key.strip()]
    if not keys:
        return queryset
    if len(keys) > MAX_SORT_KEYS:
        raise BadParameter("sort", f"At most {MAX_SORT_KEYS} attributes.")
    return queryset.order_by(*[_sort_key(key, resource, user, parent) for key in keys], "pk")


def _sort_key(key: str, resource: Resource, user: Any, parent: Any) -> Any:
    is_descending, name = key.startswith("-"), underscored(key.lstrip("-+"))
    first, dot, rest = name.partition(".")
    if dot:
        expression = _related_sort_key(first, rest, resource, user, parent)
    else:
        column = _sort_column(name, resource)
        condition = readable(resource, name, user, "sort", parent)
        expression = Case(When(condition, then=F(column))) if condition else F(column)
    return expression.desc(nulls_last=True) if is_descending else expression.asc(nulls_last=True)


def _related_sort_key(first: str, name: str, resource: Resource, user: Any, parent: Any) -> Any:
    """The attribute of a related row, null where the caller does not see that row."""
    relationship = resource.relationships.get(first)
    if relationship is None or not relationship.foreign_key or relationship.target not in registry.by_model:
        raise BadParameter("sort", f"{resource.type} cannot be sorted by {dashed(first)[:80]}.")
    target = registry.of(relationship.target)
    column = _sort_column(name, target)
    rows = target.viewset.rows_for(user).filter(readable(target, name, user, "sort", parent)).order_by()
    return Case(When(relationship.matching(rows), then=F(f"{relationship.attr}__{column}")))


def _sort_column(name: str, resource: Resource) -> str:
    column = columns_of(resource).get(name)
    if column is None or isinstance(column, models.JSONField):
        raise BadParameter("sort", f"{resource.type} has no attribute {dashed(name)[:80]} to sort by.")
    return column.name
