"""What the search box of a list finds.

A condition that says OR across tables is answered by no index: here each table is asked for itself, and the ids are
put together. Columns that are searched in big tables have a ``text_index`` (openevent/searching.py).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.db import models
from django.db.models import Q, QuerySet

from openevent.searching import begins, holds, words_of


def find(rows: QuerySet, text: str, paths: Sequence[str]) -> QuerySet:
    """Those of ``rows`` in which each word of ``text`` is held by one of the columns at ``paths``.

    Paths are Django's, also to related rows. A UUID is found by its beginning (eight digits or more), and a column
    that is written ``=path`` by the whole word.
    """
    for word in words_of(text):
        rows = rows.filter(_matching(rows.model, word, paths))
    return rows


def _matching(model: type[models.Model], word: str, paths: Sequence[str]) -> Q:
    by_table: dict[str, Q] = {}
    for path in paths:
        table, _sep, column = path.lstrip("=").rpartition("__")
        condition = _compared(model, path, word, column)
        if condition is not None:
            by_table[table] = by_table[table] | condition if table in by_table else condition
    conditions = [_of_related(model, table, q) if table else q for table, q in by_table.items()]
    if len(conditions) == 1:
        return conditions[0]
    return Q(pk__in=_united(model._base_manager.filter(q) for q in conditions)) if conditions else Q(pk__in=[])


def _compared(model: type[models.Model], path: str, word: str, column: str) -> Q | None:
    if isinstance(get_fields_from_path(model, path.lstrip("="))[-1], models.UUIDField):
        return begins(word, column)
    return Q(**{f"{column}__iexact": word}) if path.startswith("=") else holds(word, column)


def _of_related(model: type[models.Model], table: str, condition: Q) -> Q:
    """That a related row is one of those, which are asked for by themselves; no row is repeated."""
    steps = get_fields_from_path(model, table)
    related: Any = steps[-1].related_model
    is_one = all(step.many_to_one or step.one_to_one for step in steps)
    manager = related._base_manager if is_one else related._default_manager  # of many, those in the trash are no sign
    found = Q(**{f"{table}__in": manager.filter(condition).order_by().values("pk")})
    return found if is_one else Q(pk__in=model._base_manager.filter(found).order_by().values("pk"))


def _united(sets: Iterable[QuerySet]) -> QuerySet:
    first, *rest = (rows.order_by().values("pk") for rows in sets)
    return first.union(*rest)
