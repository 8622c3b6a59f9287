"""What the forms of an event ask for, and whether it was answered when something is handed in."""

from typing import Any

from django.db import models

from openevent.exceptions import DomainError, InvalidInput, Several

from ..models import CustomForm, Session
from ..models.forms import camelized

ANSWERS = "complex_field_values"  # of fields that the row has no attribute for


def is_answered(row: models.Model, identifier: str) -> bool:
    """Whether ``row`` says something in the field ``identifier`` of its form. A switch must be on."""
    name = _attribute(row, identifier)
    if name is not None:
        return _says_something(getattr(row, name))
    answers = getattr(row, ANSWERS)
    return isinstance(answers, dict) and _says_something(answers.get(identifier))


def demand_answers_of(row: Any) -> None:
    """422 with every required field of the event's form for sessions, or for speakers, that ``row`` leaves empty."""
    form = CustomForm.Form.SESSION if isinstance(row, Session) else CustomForm.Form.SPEAKER
    fields = CustomForm.objects.filter(event=row.event_id, form=form, is_required=True, is_included=True)
    errors: list[DomainError] = [
        InvalidInput(f"{field} is required", "required_field", _pointer(row, field.field_identifier))
        for field in fields
        if not is_answered(row, field.field_identifier)
    ]
    if errors:
        raise Several(errors)


def _attribute(row: models.Model, identifier: str) -> str | None:
    names = {camelized(f.name): f.name for f in row._meta.concrete_fields if f.editable and f.name != ANSWERS}
    return names.get(identifier)


def _pointer(row: models.Model, identifier: str) -> str:
    name = _attribute(row, identifier) or ANSWERS
    kind = "relationships" if row._meta.get_field(name).is_relation else "attributes"
    return f"/data/{kind}/{name.replace('_', '-')}"


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value not in (None, False, [], {})
