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


def single_key(resource: Resource, key: str) -> tuple[str, list[Any]]:
    """The column that a key of a URL is looked for in, and its value there: none where it can be no key."""
    if key.isdecimal() and key.isascii():
        return "pk", [int(key)] if len(key) <= MAX_DIGITS else []
    if resource.identifier_field and "\x00" not in key:
        return resource.identifier_field, _as_identifier(resource, key)
    return "pk", []


def _as_identifier(resource: Resource, key: str) -> list[Any]:
    try:
        return [resource.model._meta.get_field(resource.identifier_field).to_python(key)]
    except (ValidationError, ValueError):
        return []
