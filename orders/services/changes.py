"""What a PATCH really changes: clients send whole resources back, and what is as it was is no attempt."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models

from openevent.exceptions import DomainError, NotAllowed, Several


def changed_attributes(row: models.Model, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the row whose wanted value is another one. Null and empty text are the same."""
    return {name: value for name, value in wanted.items() if _plain(getattr(row, name)) != _plain(value)}


def refuse_changes(names: Mapping[str, Any] | set[str], allowed: frozenset[str]) -> None:
    """403 that points at every attribute which this person may not change."""
    errors: list[DomainError] = [
        NotAllowed(f"You may not change {_dashed(name)}.", "forbidden", f"/data/attributes/{_dashed(name)}")
        for name in sorted(names)
        if name not in allowed
    ]
    if errors:
        raise Several(errors)


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return value


def _dashed(name: str) -> str:
    return name.replace("_", "-")
