"""Changing many attendees at once: the fields that are ticked, and no others, after a look at how many it concerns."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import CustomForm, Event, Tag
from events.models.forms import camelized
from openevent.admin import PageForm
from openevent.admin.actions import chosen_rows
from openevent.admin.audit import change_text
from openevent.admin.words import label_of

from .. import services
from ..models import Attendee
from ..services.box_office import DEVICE

MOST = 500  # attendees at once: each is a change of its own, with its history
COLUMNS = [
    *["company", "job_title", "phone", "address", "city", "state", "country"],
    *["website", "attendee_notes"],
]
# the same, and what an organizer's own form may ask besides, by the names that forms have for it
ASKABLE = {
    camelized(f.name): f.name
    for f in Attendee._meta.concrete_fields
    if f.editable and not f.is_relation and f.name not in {"firstname", "lastname", "email", "complex_field_values"}
}
TYPED = {
    CustomForm.Type.TEXT: forms.CharField,
    CustomForm.Type.RICHTEXTLINK: forms.CharField,
    CustomForm.Type.EMAIL: forms.EmailField,
    CustomForm.Type.NUMBER: forms.IntegerField,
    CustomForm.Type.YEAR: forms.IntegerField,
}
YES_OR_NO = [("", "–"), ("yes", _("yes")), ("no", _("no"))]


@dataclass(frozen=True)
class Part:
    """Something that can be changed: a column of the attendee, or the answer to a question of the event's own."""

    name: str
    title: Any
    field: forms.Field
    is_answer: bool = False

    def before(self, attendee: Attendee) -> Any:
        """What it is now."""
        if not self.is_answer:
            return getattr(attendee, self.name)
        answers = attendee.complex_field_values
        return answers.get(self.name) if isinstance(answers, dict) else None


def parts_of(event: Event | None) -> list[Part]:
    """What can be changed of attendees of one event; of attendees of several only what all have."""
    found = {name: _column(name) for name in COLUMNS}
    if event is None:
        return list(found.values())
    if (tags := Tag.objects.filter(event=event)).exists():
        found["tag"] = Part("tag", _("Tag"), forms.ModelChoiceField(tags, required=False))
    asked = CustomForm.objects.filter(event=event, form=CustomForm.Form.ATTENDEE, is_included=True)
    for question in asked.prefetch_related("options").order_by("position", "pk"):
        column = ASKABLE.get(question.field_identifier)
        if column is not None:
            found.setdefault(column, _column(column))
        elif question.is_complex and (field := _field_of(question)) is not None:
            title = question.name or question.field_identifier
            found.setdefault(
                question.field_identifier, Part(question.field_identifier, title, field, is_answer=True)
            )
    return list(found.values())


def _column(name: str) -> Part:
    column: Any = Attendee._meta.get_field(name)
    options = {"assume_scheme": "https"} if isinstance(column, models.URLField) else {}
    field = column.formfield(required=False, **options)
    if isinstance(field, forms.BooleanField):  # with a box nobody could say "no"
        field = forms.TypedChoiceField(choices=YES_OR_NO, coerce=_is_yes, empty_value=None, required=False)
    return Part(name, label_of(column) or column.verbose_name, _low(field))


def _low(field: forms.Field) -> forms.Field:
    """A text of several lines does not take more room than the others need."""
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs["rows"] = 2
    return field


def _field_of(question: CustomForm) -> forms.Field | None:
    """The form field of a question; None for files."""
    options = [option.value for option in question.options.all()]
    if options:
        is_many = question.type == CustomForm.Type.CHECKBOX
        if is_many:
            return forms.MultipleChoiceField(choices=[(o, o) for o in options], required=False)
        return forms.ChoiceField(choices=[("", "–"), *((o, o) for o in options)], required=False)
    if question.type in (CustomForm.Type.BOOLEAN, CustomForm.Type.CHECKBOX):
        return forms.TypedChoiceField(choices=YES_OR_NO, coerce=_is_yes, empty_value=None, required=False)
    if question.type == CustomForm.Type.PARAGRAPH:
        return _low(forms.CharField(widget=forms.Textarea, required=False))
    kind = TYPED.get(CustomForm.Type(question.type))
    return kind(required=False) if kind else None


def _is_yes(value: str) -> bool:
    return value == "yes"


class ChangeForm(PageForm):
    """A box to tick and a value for each part."""

    door = forms.ChoiceField(
        label=_("Door"),
        choices=[("", _("leave as it is")), ("in", _("check in")), ("out", _("check out"))],
        required=False,
    )

    def __init__(self, *args: Any, parts: Sequence[Part], **kwargs: Any) -> None:
        self.base_fields = dict(self.base_fields)
        for part in parts:
            title = {"label": part.title}
            self.base_fields[f"pick_{part.name}"] = forms.BooleanField(required=False, **title)
            part.field.label = part.title
            self.base_fields[f"value_{part.name}"] = part.field
        super().__init__(*args, **kwargs)
        self.parts = parts

    def clean(self) -> dict[str, Any]:
        """What is not ticked counts for nothing, right or wrong."""
        cleaned = super().clean() or self.cleaned_data
        for part in self.parts:
            if not cleaned.get(f"pick_{part.name}"):
                self._errors.pop(f"value_{part.name}", None)  # type: ignore[union-attr]
        if not self.picked and not cleaned.get("door") and not self._errors:
            self.add_error(None, _("Tick what is to be changed."))
        return cleaned

    @property
    def picked(self) -> list[Part]:
        """The parts that are ticked."""
        return [part for part in self.parts if self.cleaned_data.get(f"pick_{part.name}")]

    def rows(self) -> list[tuple[Any, Any]]:
        """Box and value of each part, for the page."""
        return [(self[f"pick_{part.name}"], self[f"value_{part.name}"]) for part in self.parts]


class Change:
    """What the form says, for some attendees."""

    def __init__(self, form: ChangeForm, attendees: Sequence[Attendee]) -> None:
        self.values = {part: form.cleaned_data.get(f"value_{part.name}") for part in form.picked}
        self.door = form.cleaned_data["door"]
        self.attendees = attendees
        self.now = timezone.now().isoformat(timespec="milliseconds")

    @property
    def key(self) -> str:
        """Stands for what was shown, so that nothing else is confirmed."""
        said = [self.door, *(f"{part.name}={value!r}" for part, value in self.values.items())]
        said += [str(attendee.pk) for attendee in self.attendees]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]

    @cached_property
    def notes(self) -> dict[int, list[tuple[str, str]]]:
        """Of each attendee that changes: what (for counting), and from what to what (for the history)."""
        noted = {attendee.pk: self._notes(attendee) for attendee in self.attendees}
        return {pk: notes for pk, notes in noted.items() if notes}

    def counts(self) -> list[tuple[str, int]]:
        """How many attendees each part changes."""
        counted = Counter(title for notes in self.notes.values() for title, _text in notes)
        titles = [str(part.title) for part in self.values] + ([self._door_title] if self.door else [])
        return [(title, counted[title]) for title in titles]

    def changing(self) -> list[Attendee]:
        """Those who are not like that already."""
        return [attendee for attendee in self.attendees if attendee.pk in self.notes]

    def said_of(self, attendee: Attendee) -> str:
        """The line of the attendee's history."""
        return ", ".join(text for _title, text in self.notes[attendee.pk])

    def apply(self, attendee: Attendee, by: Any) -> None:
        """Change one; the service says whether that may be."""
        services.update_attendee(attendee=attendee, by=by, changes=self._changes(attendee))

    def _notes(self, attendee: Attendee) -> list[tuple[str, str]]:
        notes = [
            (str(part.title), change_text(str(part.title), part.before(attendee), value))
            for part, value in self.values.items()
            if (part.before(attendee) or None) != (value or None)
        ]
        if self._scan(attendee):
            notes.append((self._door_title, self._door_title))
        return notes

    @property
    def _door_title(self) -> str:
        return str(_("Check in") if self.door == "in" else _("Check out"))

    def _changes(self, attendee: Attendee) -> dict[str, Any]:
        columns = {part.name: value for part, value in self.values.items() if not part.is_answer}
        answers = {part.name: value for part, value in self.values.items() if part.is_answer}
        if answers:
            columns["complex_field_values"] = _with_answers(attendee.complex_field_values, answers)
        return {**columns, **self._scan(attendee)}

    def _scan(self, attendee: Attendee) -> dict[str, Any]:
        if self.door == "in" and not attendee.is_checked_in:
            return {"is_checked_in": True, "checkin_times": self.now, "device_name_checkin": DEVICE}
        return {"is_checked_out": True} if self.door == "out" and attendee.is_checked_in else {}


def _with_answers(known: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**(known if isinstance(known, dict) else {}), **answers}
    return {name: value for name, value in merged.items() if value not in (None, "", [])}


def change_view(page: Any, request: HttpRequest, rows: QuerySet[Attendee]) -> HttpResponse | None:
    """Which parts, then how many it concerns, then the change; None is the action's way back."""
    attendees = list(rows.select_related("event", "order", "ticket").order_by("pk")[: MOST + 1])
    if len(attendees) > MOST:
        page.message_user(request, _("Choose %(most)d attendees at most.") % {"most": MOST}, messages.WARNING)
        return None
    events = {attendee.event for attendee in attendees}
    form = ChangeForm(
        request.POST if "door" in request.POST else None, parts=parts_of(events.pop() if len(events) == 1 else None)
    )
    change = Change(form, attendees) if form.is_valid() else None
    if change is not None and request.POST.get("confirm") == change.key:
        page.for_each(
            request,
            change.changing(),
            "change_many",
            lambda attendee: change.apply(attendee, request.user),
            note=change.said_of,
        )
        return None
    context = {
        "form": form,
        "change": change,
        "attendees": attendees[:50],
        "count": len(attendees),
        "hidden": chosen_rows(request),
        "back": page.url("changelist"),
    }
    return page.page(request, "admin/orders/change.html", _("Change attendees"), **context)  # type: ignore[no-any-return]
