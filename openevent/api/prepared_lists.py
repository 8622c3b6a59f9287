"""Lists that are compiled once for each kind of caller: the same SQL, new values.

Building and compiling the queryset of a page costs Django several times what PostgreSQL needs to answer it, and
for most pages it is always the same: the rows below a parent that a caller may see, in an order, page by page.
Here such a queryset is built once with stand-ins, whose ids are marks that are found again among the parameters of
the SQL (see openevent/prepared.py), and kept for all callers of the same kind: those whose switches (verified,
admin, …) are alike. What the rows are is said where it always was, by ``visible_to`` and the view set.

A stand-in knows its id, its address and its switches. A queryset that asks for more, queries the database while
it is built, or depends on the time or on other parameters, is not kept, and built anew each time; so are those of
callers of whom something was noted for one request. What is kept was compared with the queryset of a real caller.
Hence a queryset must not depend on the cache or on settings that change while the process runs.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from openevent.prepared import reader_of

USER_MARK, PARENT_MARK = 1_987_640_001, 1_987_640_002
EMAIL_MARK = "mark-1987640003@stands.in"
KEYS_MARK = [USER_MARK, PARENT_MARK]  # a list of ids, known by being this very object
TOTAL = "rows_of_list"  # the attribute that rows of a counted list have
MOST = 2000  # compiled lists that are kept


class NotPreparableError(Exception):
    """The queryset depends on more than its marks."""


@dataclass(frozen=True)
class Plan:
    """SQL with marks, and what makes rows of its answer."""

    sql: str
    params: tuple[Any, ...]
    read: Callable[[Any], Any]

    def rows(self, values: dict[Any, Any], limit: int | None = None, offset: int = 0) -> list[Any]:
        """The rows, or a page of them."""
        sql, params = self.sql, fill(self.params, values)
        if limit is not None:
            sql, params = f"{sql} LIMIT %s OFFSET %s", [*params, limit, offset]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [self.read(row) for row in cursor.fetchall()]

    def for_values(self, values: dict[Any, Any]) -> "Selection":
        """The rows of one caller and parent."""
        return Selection(self, values)


@dataclass(frozen=True)
class Selection:
    """A plan with its values: what a page is cut of."""

    plan: Plan
    values: dict[Any, Any]

    def page(self, limit: int, offset: int = 0) -> tuple[list[Any], int]:
        """A page, and how many rows all pages have together."""
        rows = self.plan.rows(self.values, limit, offset)
        first = rows or (self.plan.rows(self.values, 1) if offset else [])  # beyond the last page nobody says it
        return rows, getattr(first[0], TOTAL) if first else 0


def with_total(queryset: models.QuerySet, total: Any = None) -> models.QuerySet:
    """The queryset of a list whose rows say how many there are: one statement less than asking for it.

    ``total``: an expression that knows it without counting.
    """
    if queryset.query.combinator:
        raise NotPreparableError("a union cannot be annotated")
    if total is None:
        sql, params = queryset.order_by().values("pk").query.get_compiler(connection=connection).as_sql()
        total = RawSQL(f"SELECT COUNT(*) FROM ({sql}) AS counted", params, models.BigIntegerField())  # noqa: S608, S611
    return queryset.annotate(**{TOTAL: total})


class Asking:
    """What a prepared queryset may know of a request: who asks. Its parameters may be others each time."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.query_params = _Unknown()


class _Unknown:
    """Parameters that cannot be relied on; that the trash is not meant is settled before."""

    def get(self, name: str, default: Any = None) -> Any:
        if name == "get_trashed":
            return default
        raise NotPreparableError(name)

    def __contains__(self, name: object) -> bool:
        raise NotPreparableError(str(name))

    def __getitem__(self, name: str) -> Any:
        raise NotPreparableError(name)


def fill(params: tuple[Any, ...], values: dict[Any, Any]) -> list[Any]:
    """The parameters with values in place of the marks."""
    keys = values["keys"]
    return [values.get(p, p) if type(p) in (int, str) else keys if p == KEYS_MARK else p for p in params]


def marks_of(user: Any, parent: Any = None, keys: list[Any] | None = None) -> dict[Any, Any]:
    """What stands in place of which mark."""
    return {
        USER_MARK: getattr(user, "pk", None),
        EMAIL_MARK: getattr(user, "email", None),
        PARENT_MARK: getattr(parent, "pk", None),
        "keys": keys,
    }


def kind_of(user: Any) -> tuple[Any, ...]:
    """Callers of the same kind differ in id and address alone, as far as querysets go."""
    if not user.is_authenticated:
        return (type(user),)
    return (type(user), *(getattr(user, name) for name in _switches(type(user))))


def knows_more(user: Any) -> bool:
    """Whether something was noted on the caller for this request alone, such as tickets that a code opens."""
    noted = vars(user).keys() - _columns(type(user)) if user.is_authenticated else vars(user).keys()
    return any(not name.startswith("_") for name in noted)


_column_names: dict[type, frozenset[str]] = {}


def _columns(model: type[models.Model]) -> frozenset[str]:
    names = _column_names.get(model)
    if names is None:
        names = _column_names[model] = frozenset(f.attname for f in model._meta.concrete_fields)
    return names


_switch_names: dict[type, tuple[str, ...]] = {}


def _switches(model: type[models.Model]) -> tuple[str, ...]:
    names = _switch_names.get(model)
    if names is None:
        fields = model._meta.concrete_fields
        names = _switch_names[model] = tuple(f.attname for f in fields if isinstance(f, models.BooleanField))
    return names


def stand_in_for(user: Any) -> Any:
    """The same kind of caller with marks for id and address; what else one asks it for is asked of the database."""
    if not user.is_authenticated:
        return user
    model = type(user)
    known = {name: getattr(user, name) for name in _switches(model)}
    known |= {"id": USER_MARK, "email": EMAIL_MARK, "deleted_at": None}  # who is deleted has no token
    names = [f.attname for f in model._meta.concrete_fields if f.attname in known]
    return model.from_db(connection.alias, names, [known[name] for name in names])


def stand_in_for_parent(parent: Any) -> Any:
    """A row of which nothing is known but its id."""
    if parent is None:
        return None
    return type(parent).from_db(connection.alias, [parent._meta.pk.attname], [PARENT_MARK])


class _Kept:
    """The plans by what they were made for; None for what cannot be prepared."""

    def __init__(self) -> None:
        self._plans: OrderedDict[Any, Plan | None] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any, make: Callable[[], Plan | None]) -> Plan | None:
        """The plan, made when it is first asked for."""
        try:
            return self._plans[key]
        except KeyError:
            plan = make()
        with self._lock:
            self._plans[key] = plan
            while len(self._plans) > MOST:
                self._plans.popitem(last=False)
        return plan


_kept = _Kept()


def plan_for(
    key: Any, build: Callable[[Any, Any, list[Any]], models.QuerySet], user: Any, parent: Any, keys: list[Any]
) -> Plan | None:
    """The plan of ``build(user, parent, keys)`` for callers like ``user``, or None.

    ``key`` says what else the queryset depends on.
    """
    if knows_more(user):
        return None
    return _kept.get((key, kind_of(user)), lambda: _prepare(build, user, parent, keys))


def _prepare(build: Callable[..., models.QuerySet], user: Any, parent: Any, keys: list[Any]) -> Plan | None:
    try:
        with connection.execute_wrapper(_refuse):
            queryset = build(stand_in_for(user), stand_in_for_parent(parent), KEYS_MARK)
            plan = _compile(queryset)
    except (NotPreparableError, EmptyResultSet, FullResultSet):
        return None
    real_sql, real_params = build(user, parent, keys).query.get_compiler(connection=connection).as_sql()
    is_same = (plan.sql, fill(plan.params, marks_of(user, parent, keys))) == (real_sql, list(real_params))
    return plan if is_same else None


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise NotPreparableError(sql)


def _compile(queryset: models.QuerySet) -> Plan:
    is_rows = issubclass(queryset._iterable_class, models.query.ModelIterable)
    if queryset._prefetch_related_lookups or not (
        is_rows or issubclass(queryset._iterable_class, models.query.ValuesListIterable)
    ):
        raise NotPreparableError("prefetched, or neither rows nor tuples")
    compiler = queryset.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    for value in params:
        is_mark = value in (EMAIL_MARK,) if isinstance(value, str) else False
        if isinstance(value, date) or (isinstance(value, str) and "1987640003" in value and not is_mark):
            raise NotPreparableError("depends on the time, or on a part of the address")
    return Plan(sql, tuple(params), reader_of(compiler, connection.alias) if is_rows else tuple)
