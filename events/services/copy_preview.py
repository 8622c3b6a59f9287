"""What a copy of an event would take along, and what it would leave, in numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from ..models import Event
from .copying import COPIED, LEFT


@dataclass(frozen=True)
class Part:
    """Rows of one kind."""

    name: str
    count: int


@dataclass(frozen=True)
class CopyPreview:
    """Kinds of rows that are there, those that come along and those that stay."""

    copied: list[Part]
    left: list[Part]


def preview_copy(*, source: Event) -> CopyPreview:
    """Count what hangs on ``source``."""
    return CopyPreview(_parts(COPIED, source), _parts(LEFT, source))


def _parts(models_: Iterable[type[models.Model]], source: Event) -> list[Part]:
    found = []
    for model in sorted(models_, key=lambda model: str(model._meta.verbose_name_plural)):
        path = _path_to_event(model)
        if path is None or model._meta.proxy:
            continue
        living = {"deleted_at": None} if "deleted_at" in {f.name for f in model._meta.fields} else {}
        count = model._base_manager.filter(Q(**{path: source}), **living).count()
        if count:
            found.append(Part(str(model._meta.verbose_name_plural), count))
    return found


def _path_to_event(model: type[models.Model], steps: int = 3) -> str | None:
    """The shortest lookup from a row to its event; None where there is none."""
    relations = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    if any(f.name == "event" for f in relations):
        return "event"
    for field in relations if steps else []:
        target = field.related_model
        if target is Event:
            return field.name
        if target in COPIED | LEFT and target is not model:
            path = _path_to_event(target, steps - 1)
            if path is not None:
                return f"{field.name}__{path}"
    return None
