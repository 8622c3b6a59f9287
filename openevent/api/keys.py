"""Which rows the keys of URLs and bodies mean: ids, and the identifiers of types that have one."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from .registry import Resource

MAX_DIGITS = 18  # what a bigint holds for certain


def key_condition(resource: Resource, key: Any) -> Q:
    """The row that a key means; one that cannot be a key matches none."""
    return keys_condition(resource, [str(key)])


def keys_condition(resource: Resource, keys: Iterable[str]) -> Q:
    """The rows that any of ``keys`` means."""
    ids, names = [], []
    for key in keys:
        if key.isdecimal() and key.isascii():
            ids += [int(key)] if len(key) <= MAX_DIGITS else []
        elif resource.identifier_field and "\x00" not in key:
            names += _as_identifier(resource, key)
    condition = Q(pk__in=ids)
    if names:
        condition |= Q(**{f"{resource.identifier_field}__in": names})
    return condition


def _as_identifier(resource: Resource, key: str) -> list[Any]:
    try:
        return [resource.model._meta.get_field(resource.identifier_field).to_python(key)]
    except (ValidationError, ValueError):
        return []
