"""Forms of the back office: they also say what the domain or the database refused when it was saved."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db import IntegrityError, models
from django.forms.widgets import Input
from django.utils.translation import gettext_lazy as _
from unfold import widgets

from openevent.api.errors import from_integrity
from openevent.exceptions import DomainError, Several

STYLES: list[tuple[type[forms.Widget], list[str]]] = [
    (forms.CheckboxInput, widgets.CHECKBOX_CLASSES),
    (forms.Select, widgets.SELECT_CLASSES),
    (forms.Textarea, widgets.TEXTAREA_CLASSES),
    (forms.ClearableFileInput, ["file-input"]),
    (Input, widgets.INPUT_CLASSES),
]


def complaints(error: DomainError | IntegrityError) -> list[tuple[str, str]]:
    """What went wrong, as field and message."""
    errors: Iterable[DomainError] = [from_integrity(error)] if isinstance(error, IntegrityError) else [error]
    if isinstance(error, Several):
        errors = error.errors
    return [(e.pointer.rpartition("/")[2].replace("-", "_"), e.message) for e in errors]


class BackOfficeForm(forms.ModelForm):
    """The form of a row."""

    refusals: ClassVar[list[tuple[str, str]]] = []

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Django's; without the seconds, which fields do not show: else each saving would seem to change them."""
        value = super().get_initial_for_field(field, field_name)
        return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value

    def clean(self) -> dict[str, Any]:
        """Django's; parts that are linked belong to the same event."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        event = cleaned.get("event") or (getattr(self.instance, "event", None) if self.instance.pk else None)
        linked = {name: rows for name, rows in cleaned.items() if event and isinstance(rows, models.QuerySet)}
        for name, rows in linked.items():
            if any(getattr(row, "event_id", event.pk) != event.pk for row in rows):
                self.add_error(name, _("It belongs to another event."))
        for name, message in self.refusals:
            self.add_error(name if name in self.fields else None, message)
        return cleaned


class PageForm(forms.Form):
    """The form of a page that is no row's, in the theme's clothes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            dress(field.widget)

    def refuse(self, error: DomainError | IntegrityError) -> None:
        """Show what the domain said at the fields that it is about."""
        for name, message in complaints(error):
            self.add_error(name if name in self.fields else None, message)


def dress(widget: forms.Widget) -> None:
    """Give a plain widget the classes of the theme."""
    if isinstance(widget, forms.MultiWidget):
        for part in widget.widgets:
            dress(part)
        return
    classes = next((names for kind, names in STYLES if isinstance(widget, kind)), [])
    widget.attrs.setdefault("class", " ".join(classes))
