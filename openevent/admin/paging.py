"""Pages of long lists: which rows stand on one, and how many there are in all."""

import json
from functools import cached_property
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import InvalidPage, Paginator
from django.db import connection
from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest
from unfold.views import ChangeList

# Rows. They are counted in 10 to 40 ms; above it the planner's estimate is good enough for somebody who turns pages.
COUNTED = 200_000


class EstimatingPaginator(Paginator):
    """Counts to two hundred thousand, and estimates beyond."""

    @cached_property
    def count(self) -> int:
        """The number of rows, exact up to COUNTED."""
        rows = self.object_list.order_by()  # type: ignore[union-attr]
        counted = rows[: COUNTED + 1].count()
        return counted if counted <= COUNTED else max(counted, _estimate(rows))


def _estimate(rows: object) -> int:
    sql, params = rows.values("pk").query.sql_with_params()  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        answer = cursor.fetchone()[0]
    plan = json.loads(answer) if isinstance(answer, str) else answer
    return int(plan[0]["Plan"]["Plan Rows"])


class PagedList(ChangeList):
    """Finds out first which rows stand on the page, and reads these: to sort a hundred thousand rows together with
    what is read beside them takes the database several times as long as to sort their keys."""

    def get_results(self, request: HttpRequest) -> None:
        """Django's, in steps: how many there are, the keys of the page, its rows. What a search finds is counted
        together with the keys, as each would take as long as the search."""
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        keys = self._searched(paginator) if self.query else None
        self.paginator, self.result_count = paginator, paginator.count
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        self.show_full_result_count, self.full_result_count = False, None
        self.show_admin_actions = True
        if keys is None or (self.show_all and self.can_show_all):
            keys = list(_keys(self._shown(paginator)))
        rows = self.apply_select_related(self.root_queryset.filter(pk__in=keys)).in_bulk()
        self.result_list = [rows[key] for key in keys if key in rows]

    def _shown(self, paginator: Paginator) -> QuerySet:
        if not self.multi_page or (self.show_all and self.can_show_all):
            return self.queryset
        try:
            return paginator.page(self.page_num).object_list
        except InvalidPage as error:
            raise IncorrectLookupParameters from error

    def _searched(self, paginator: Paginator) -> list[Any] | None:
        """The keys of the page, and their number told to the paginator; None for a page that there is not."""
        bottom = max(0, self.page_num - 1) * self.list_per_page
        rows = _keys(self.queryset.annotate(found=Window(Count("*"))), "found")
        page = list(rows[bottom : bottom + self.list_per_page])
        if not page and bottom:
            return None
        paginator.count = page[0][1] if page else 0
        return [key for key, _found in page]


def _keys(rows: QuerySet, *more: str) -> QuerySet:
    return rows.select_related(None).values_list("pk", *more, flat=not more)
