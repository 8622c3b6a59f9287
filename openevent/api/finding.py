"""The look-up that nearly every request begins with: the row that a key means, among those that somebody may see.

What may be seen is said by ``rows_for`` and ``visible_to``, and costs Django more to build and compile than all the
rest of reading one row. It follows from few facts about the caller, so it is compiled once for each kind of
caller, and the caller's own id and address are filled in. Where the rows depend on more than these facts, on the
time, or on the database itself, they are asked for in the ordinary way.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.query import ModelIterable, QuerySet

from openevent.prepared import PreparedSelect

from .keys import read_key

# What Django asks of any value that it finds in a condition.
PROBES = {"resolve_expression", "_meta", "as_sql", "get_source_expressions", "get_source_fields", "_prepare"}
KEYS = (int, str, UUID)


class NotCompilable(Exception):
    """The rows depend on more than a compiled look-up can know."""


class Viewer:
    """Stands in for the caller while a look-up is compiled: it knows what may be depended on, and refuses all else."""

    def __init__(self, kind: tuple[bool, bool, bool], pk: int | None = None, email: str = "") -> None:
        self.is_authenticated, self.is_any_admin, self.is_verified = kind
        self.pk, self.email = pk, email

    def __int__(self) -> int:
        if self.pk is None:
            raise NotCompilable("a stranger is nobody's owner")
        return self.pk

    def __getattr__(self, name: str) -> Any:
        if name in PROBES or name.startswith("__"):
            raise AttributeError(name)
        raise NotCompilable(f"rows depend on the user's {name}")


def _sealed(name: str) -> Any:
    def refuse(self: str, *args: Any, **kwargs: Any) -> Any:
        raise NotCompilable(f"rows depend on what str.{name} makes of an address")

    return refuse


# A text that may be handed on and nothing else: what is made of it would be made once for all callers.
Sealed = type(
    "Sealed",
    (str,),
    {name: _sealed(name) for name in dir(str) if not name.startswith("_")}
    | {f"__{name}__": _sealed(name) for name in ("str", "getitem", "add", "mod", "format", "iter", "len", "contains")},
)

Plan = PreparedSelect | type[NotCompilable] | None  # None: there is nothing to see for this kind of caller
_plans: dict[tuple[Any, str, tuple[bool, bool, bool]], Plan] = {}


def visible_row(viewset: Any, user: Any, key: str) -> Any:
    """The row of ``viewset``'s resource that ``key`` means, if ``user`` may see it; else None."""
    wanted = read_key(viewset.resource, key)
    if wanted is None:
        return None
    field, value = wanted
    is_known = user.is_authenticated
    kind = (is_known, is_known and user.is_any_admin, is_known and user.is_verified)
    case = (viewset, field, kind)
    if case not in _plans:
        _plans[case] = _compile(viewset, field, kind, type(value))
    plan = _plans[case]
    if plan is None:
        return None
    if plan is NotCompilable:
        return viewset.rows_for(user).filter(**{field: value}).first()
    return plan.first(user.pk, user.email, value) if is_known else plan.first(value)  # type: ignore[union-attr]


def _compile(viewset: Any, field: str, kind: tuple[bool, bool, bool], key_type: type) -> Plan:
    if key_type not in KEYS:
        return NotCompilable

    def rows_of_somebody(pk: int, email: str, value: Any) -> QuerySet:
        return viewset.rows_for(Viewer(kind, pk, email)).filter(**{field: value})

    def rows_of_strangers(value: Any) -> QuerySet:
        return viewset.rows_for(Viewer(kind)).filter(**{field: value})

    if kind[0]:
        plan = PreparedSelect(rows_of_somebody, int, str, key_type, optional=2)
        pk, email, value = plan.marks
        sealed = [pk, Sealed(email), value]
    else:
        plan = PreparedSelect(rows_of_strangers, key_type)
        sealed = plan.marks
    try:
        with connection.execute_wrapper(_refuse):
            _check(plan.build(*sealed))
    except EmptyResultSet:
        return None
    except NotCompilable:
        return NotCompilable
    return plan


def _refuse(*args: Any) -> Any:
    raise NotCompilable("rows depend on what is in the database now")


def _check(queryset: QuerySet) -> None:
    if queryset._prefetch_related_lookups or not issubclass(queryset._iterable_class, ModelIterable):
        raise NotCompilable("more than rows is asked for")
    _, params = queryset.query.get_compiler(connection=connection).as_sql()
    if any(isinstance(param, date) for param in params):
        raise NotCompilable("rows depend on the time")
