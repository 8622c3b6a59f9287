"""Lists in pages: ``page[number]`` and ``page[size]``."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.http import QueryDict

from .errors import BadParameter
from .prepared_lists import Selection

DEFAULT_PAGE_SIZE = 20
MAX_DIGITS = 12  # of a page's number: the offset fits into a bigint


@dataclass(frozen=True)
class QuerySetSelection:
    """A queryset that a page is cut of."""

    queryset: models.QuerySet

    def page(self, limit: int, offset: int = 0) -> tuple[list[Any], int]:
        """A page, and how many rows all pages have together; they are counted where the page does not tell."""
        rows = list(self.queryset[offset : offset + limit])
        is_last = len(rows) < limit and (rows or not offset)
        return rows, offset + len(rows) if is_last else self.queryset.order_by().count()


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

    def cut(self, rows: models.QuerySet | Selection) -> tuple[list[Any], int]:
        """The rows of the page and the number of all rows."""
        selection = rows if isinstance(rows, Selection) else QuerySetSelection(rows)
        if not self.size:
            rows, _ = selection.page(settings.API_MAX_PAGE_SIZE + 1)
            if len(rows) > settings.API_MAX_PAGE_SIZE:
                raise BadParameter(
                    "page[size]", f"There are more than {settings.API_MAX_PAGE_SIZE} rows: ask for pages."
                )
            return rows, len(rows)
        start = (self.number - 1) * self.size
        return selection.page(self.size, start)

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
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        raise BadParameter(name, "A whole number.")
    return int(text)
