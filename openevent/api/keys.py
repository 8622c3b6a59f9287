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
    for field, value in filter(None, (read_key(resource, key) for key in keys)):
        (ids if field == "pk" else names).append(value)
    condition = Q(pk__in=ids)
    if names:
        condition |= Q(**{f"{resource.identifier_field}__in": names})
    return condition


def read_key(resource: Resource, key: str) -> tuple[str, Any] | None:
    """The field that a key is of, and its value there; None where it cannot be a key."""
    if key.isdecimal() and key.isascii():
        return ("pk", int(key)) if len(key) <= MAX_DIGITS else None
    if not resource.identifier_field or "\x00" in key:
        return None
    try:
        value = resource.model._meta.get_field(resource.identifier_field).to_python(key)
    except (ValidationError, ValueError):
        return None
    return resource.identifier_field, value
