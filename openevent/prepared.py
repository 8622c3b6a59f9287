"""Querysets that are compiled once: the same SQL, new values.

Building and compiling a queryset costs Django ten times what PostgreSQL needs to answer it. On the path of a sale
the few statements are therefore kept as compiled SQL. What they mean is still said by the queryset, in one place:

    LIVING_USER = PreparedSelect(lambda pk: User.objects.filter(pk=pk), int)
    LIVING_USER.first(17)

The function is called once (in each thread, since connections belong to threads) with marks in place of the
values, which are found again among the parameters of the SQL. It must therefore pass them on as they are, and
not decide anything by them.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import signals
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

FIRST_MARK = 1_987_650_001
MOST_KEPT = 20  # statements for so many rows at once are kept
_MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda n: FIRST_MARK + n,
    str: lambda n: f"mark-{FIRST_MARK + n}",
    datetime: lambda n: datetime.fromtimestamp(FIRST_MARK + n, UTC),
}


class _Prepared:
    """SQL and where its values go."""

    def __init__(self, build: Callable[..., Any], *kinds: type) -> None:
        self.build = build
        self.marks = [_MARKS[kind](n) for n, kind in enumerate(kinds)]
        self._of_thread = threading.local()

    def fill(self, params: tuple[Any, ...], values: tuple[Any, ...]) -> list[Any]:
        """The parameters with ``values`` in place of the marks."""
        given = dict(zip(self.marks, values, strict=True))
        return [given.get(p, p) if type(p) in _MARKS else p for p in params]

    def check(self, params: tuple[Any, ...]) -> None:
        """Every mark is among the parameters, or the SQL would not depend on the value."""
        lost = [mark for mark in self.marks if mark not in [p for p in params if type(p) in _MARKS]]
        if lost:
            raise AssertionError(f"{lost} cannot be found in the SQL: is the value passed on as it is?")


class PreparedSelect(_Prepared):
    """Rows of a model; ``select_related`` and annotations work, prefetching does not."""

    def all(self, *values: Any) -> list[Any]:
        """The rows."""
        plan = getattr(self._of_thread, "plan", None)
        if plan is None:
            plan = self._of_thread.plan = self._compile()
        sql, params, read = plan
        with connection.cursor() as cursor:
            cursor.execute(sql, self.fill(params, values))
            return [read(row) for row in cursor.fetchall()]

    def first(self, *values: Any) -> Any:
        """The first row or None. For querysets of one row, or sliced ones."""
        rows = self.all(*values)
        return rows[0] if rows else None

    def _compile(self) -> tuple[str, tuple[Any, ...], Callable[[Any], Any]]:
        queryset: models.QuerySet = self.build(*self.marks)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        self.check(params)
        if not issubclass(queryset._iterable_class, models.query.ModelIterable):
            return sql, params, tuple
        return sql, params, reader_of(compiler, connection.alias)


def reader_of(compiler: Any, alias: str) -> Callable[[Any], Any]:
    """What makes a model's row of a database row, as QuerySet's own iterable does it."""
    select, klass = compiler.select, compiler.klass_info
    model, fields = klass["model"], klass["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in select[begin:end]]
    related = get_related_populators(klass, select, alias)  # type: ignore[call-arg]  # stubs of a newer Django
    annotations = compiler.annotation_col_map or {}
    converters = list(compiler.get_converters([expression for expression, _, _ in select]).items())
    make = _maker_of(model, names, alias)

    def read(row: Any) -> Any:
        if converters:
            row = list(row)
            for position, (steps, expression) in converters:
                for convert in steps:
                    row[position] = convert(row[position], expression, connection)
        made = make(row[begin:end])
        for populator in related:
            populator.populate(row, made)
        for name, position in annotations.items():
            setattr(made, name, row[position])
        return made

    return read


def _maker_of(model: type[models.Model], names: list[str], alias: str) -> Callable[[Any], Any]:
    """What makes a row of its columns: ``from_db``, or the same without asking each field how it is set."""
    own = [base for base in model.__mro__ if base not in models.Model.__mro__]
    is_plain = not any({"from_db", "__init__"} & vars(base).keys() for base in own)
    is_whole = names == [field.attname for field in model._meta.concrete_fields]
    is_heard = any(signal.has_listeners(model) for signal in (signals.pre_init, signals.post_init))
    if not (is_plain and is_whole) or is_heard:
        return lambda values: model.from_db(alias, names, values)

    def make(values: Any) -> Any:
        made = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, alias
        made.__dict__.update(zip(names, values, strict=True), _state=state)
        return made

    return make


class PreparedUpdate(_Prepared):
    """A conditional UPDATE: ``build`` returns the queryset and the values to set."""

    def run(self, *values: Any) -> int:
        """How many rows were changed."""
        plan = getattr(self._of_thread, "plan", None)
        if plan is None:
            plan = self._of_thread.plan = self._compile()
        sql, params = plan
        with connection.cursor() as cursor:
            cursor.execute(sql, self.fill(params, values))
            return int(cursor.rowcount)

    def _compile(self) -> tuple[str, tuple[Any, ...]]:
        queryset, changes = self.build(*self.marks)
        query = queryset.query.chain(UpdateQuery)
        query.add_update_values(changes)
        query.clear_ordering(force=True)
        sql, params = query.get_compiler(connection=connection).as_sql()
        self.check(params)
        return sql, params


# Fields that hand a value of their own type to the database as it is, and the types that are meant.
_PLAIN_FIELDS = (
    *(models.CharField, models.TextField, models.EmailField, models.URLField, models.BooleanField),
    *(models.IntegerField, models.BigIntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField),
    *(models.DecimalField, models.UUIDField, models.ForeignKey, models.OneToOneField),
)
_PLAIN_TYPES = frozenset([type(None), str, bool, int, Decimal, UUID])


class PreparedInsert:
    """New rows of a model, by the same SQL each time. Neither ``save`` nor its signals are called."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self._sql: dict[int, str] = {}  # by the number of rows

    @cached_property
    def _fields(self) -> list[tuple[Any, str, bool]]:
        """The columns but the key: field, attribute, and whether values are plain."""
        fields = [field for field in self.model._meta.local_concrete_fields if not field.primary_key]
        return [(field, field.attname, type(field) in _PLAIN_FIELDS) for field in fields]

    def create(self, row: Any) -> Any:
        """Store ``row``, all of its columns, and give it its key. IntegrityError as ``save`` raises it."""
        return self.create_all([row])[0]

    def create_all(self, rows: list[Any]) -> list[Any]:
        """The same for several rows, by one statement."""
        if not rows:
            return rows
        with connection.cursor() as cursor:
            cursor.execute(self._statement(len(rows)), [value for row in rows for value in self._values(row)])
            keys = cursor.fetchall()
        for row, (key,) in zip(rows, keys, strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias
        return rows

    def _values(self, row: Any) -> Iterator[Any]:
        held = row.__dict__
        for field, name, is_plain in self._fields:
            if is_plain and name in held and type(held[name]) in _PLAIN_TYPES:
                yield held[name]
            else:
                yield field.get_db_prep_save(field.pre_save(row, True), connection)

    def _statement(self, count: int) -> str:
        sql = self._sql.get(count)
        if sql is None:
            quote, meta = connection.ops.quote_name, self.model._meta
            columns = ", ".join(quote(field.column) for field, _, _ in self._fields)
            marks = ", ".join([f"({', '.join(['%s'] * len(self._fields))})"] * count)
            key = quote(str(meta.pk.column))
            where = f"{quote(meta.db_table)} ({columns})"
            sql = f"INSERT INTO {where} VALUES {marks} RETURNING {key}"  # noqa: S608  (names of the model)
            if count <= MOST_KEPT:
                self._sql[count] = sql
        return sql
