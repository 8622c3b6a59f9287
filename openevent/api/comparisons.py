"""One attribute compared with one value: what the operators of the filter language mean in SQL."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from openevent import lookups  # noqa: F401  (registers LIKE and its kin)

from .errors import BadParameter
from .registry import dashed

COMPARISONS = {
    "eq": "exact",
    "ne": "exact",
    "gt": "gt",
    "ge": "gte",
    "lt": "lt",
    "le": "lte",
    "is": "exact",
    "isnot": "exact",
    "in": "in",
    "notin": "in",
    "like": "sql_like",
    "notlike": "sql_like",
    "ilike": "sql_ilike",
    "notilike": "sql_ilike",
    "startswith": "startswith",
    "endswith": "endswith",
    "contains": "contains",
    "between": "range",
    "match": "text_match",
}
NEGATIONS = {"ne", "isnot", "notin", "notlike", "notilike"}
PATTERNS = {"sql_like", "sql_ilike", "text_match", "startswith", "endswith", "contains"}
ALIASES = {
    "=": "eq",
    "==": "eq",
    "!=": "ne",
    "<>": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "equals": "eq",
    "gte": "ge",
    "lte": "le",
    "isnotnull": "isnot",
    "isnull": "is",
}
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
PERCENT_DATE = re.compile(r"%.*%", re.DOTALL)  # as search boxes send what was typed
LIMIT = 2**63


def operator_named(op: Any) -> str:
    """The operator in its shortest spelling: ``_``, letter case and symbols do not matter; 400 for an unknown one."""
    word = str(op).strip().lower()
    word = ALIASES.get(word, word).replace("_", "")
    word = ALIASES.get(word, word)
    if word not in COMPARISONS and word not in ("has", "any"):
        raise BadParameter("filter", f"Unknown operator {str(op)[:40]}.")
    return word


def compare_fields(column: models.Field, word: str, other: models.Field) -> Q:
    """``column word other``, both of the same row."""
    lookup = COMPARISONS[word]
    are_comparable = column.get_internal_type() == other.get_internal_type() or (_is_text(column) and _is_text(other))
    if lookup not in ("exact", "gt", "gte", "lt", "lte") or not (are_comparable or _are_numbers(column, other)):
        raise BadParameter("filter", f"{column.name} cannot be compared with {other.name} by «{word}».")
    if isinstance(column, models.JSONField):
        raise BadParameter("filter", f"{dashed(column.name)} cannot be compared.")
    condition = Q(**{f"{column.name}__{lookup}": F(other.name)})
    return ~condition if word in NEGATIONS else condition


def _is_text(column: models.Field) -> bool:
    return isinstance(column, (models.CharField, models.TextField))


def _are_numbers(*columns: models.Field) -> bool:
    return all(isinstance(c, (models.IntegerField, models.DecimalField, models.FloatField)) for c in columns)


def compare(column: models.Field, word: str, value: Any) -> Q:
    """``column word value`` as a condition; NULL counts as different."""
    name, lookup = column.name, COMPARISONS[word]
    if value is None:
        return Q(**{f"{name}__isnull": word not in NEGATIONS}) if lookup == "exact" else Q(pk__in=[])
    if lookup == "exact" and isinstance(column, models.DateTimeField) and PERCENT_DATE.fullmatch(str(value)):
        lookup = "sql_like"
    if lookup in PATTERNS:
        lookup, value = _pattern(column, lookup, value)
    elif isinstance(column, models.JSONField):
        raise BadParameter("filter", f"{dashed(name)} can be searched, not compared.")
    elif lookup in ("in", "range"):
        value = _values(column, word, value)
    else:
        value = converted(column, value)
    condition = Q(**{f"{name}__{lookup}": value})
    return ~condition if word in NEGATIONS else condition


def _values(column: models.Field, word: str, value: Any) -> list[Any]:
    values = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(values, list) or (word == "between" and len(values) != 2):
        raise BadParameter("filter", f"{dashed(column.name)}: «{word}» takes a list{' of two' * (word == 'between')}.")
    return [converted(column, v) for v in values]


def _pattern(column: models.Field, lookup: str, value: Any) -> tuple[str, str]:
    if isinstance(value, (dict, list)):
        raise BadParameter("filter", f"{dashed(column.name)} is compared with a text.")
    text = str(value).replace("\x00", "")
    if isinstance(column, models.DateTimeField):
        text = text.replace("T", " ")  # as PostgreSQL writes it
    if lookup not in ("startswith", "endswith", "contains"):
        return lookup, text
    text = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "sql_like", {"startswith": f"{text}%", "endswith": f"%{text}", "contains": f"%{text}%"}[lookup]


def converted(column: models.Field, value: Any) -> Any:
    """``value`` as the column's type; clients send booleans, numbers and dates as text, dates also in ``%…%``."""
    name = dashed(column.name)
    if isinstance(value, (dict, list)):
        raise BadParameter("filter", f"{name} is compared with a single value.")
    if value is None or isinstance(column, models.BooleanField):
        return value if value is None else _boolean(name, value)
    if isinstance(value, bool) or _is_text(column):
        value = str(value)
    if isinstance(value, str):
        if "\x00" in value:
            raise BadParameter("filter", f"{name}: the value holds a NUL character.")
        if isinstance(column, models.DateTimeField):
            value = _spelt(value)
    try:
        value = column.to_python(value)
    except (ValidationError, ValueError, TypeError, OverflowError, ArithmeticError) as error:
        raise BadParameter("filter", f"{str(value)[:80]!r} does not fit {name}.") from error
    return _in_range(name, value)


def _in_range(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, (int, float, Decimal)) and not abs(value) < LIMIT:  # NaN is not less either
        raise BadParameter("filter", f"{name} is compared with a number that is out of range.")
    return value


def _boolean(name: str, value: Any) -> bool:
    flag = BOOLEANS.get(str(value).strip().lower())
    if flag is None:
        raise BadParameter("filter", f"{name} is true or false.")
    return flag


def _spelt(moment: str) -> str:
    """A date without ``%``, and with the + that some clients leave unencoded."""
    moment = moment.strip().strip("%")
    return re.sub(r"(\d) (\d\d:?\d\d)$", r"\1+\2", moment) if "T" in moment else moment
