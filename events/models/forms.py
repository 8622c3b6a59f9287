"""Which fields the forms for attendees, sessions and speakers have."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from openevent.fields import flag, line, number, text
from openevent.models import SoftDeletable

from ..querysets import OfEventPlainQuerySet
from ..querysets.forms import OfFormQuerySet, OfFormSoftQuerySet
from .event import Event
from .programme import Session, Speaker

ATTENDEE_FIELDS = frozenset(
    [
        "firstname",
        "lastname",
        "email",
        "address",
        "city",
        "state",
        "country",
        "jobTitle",
        "phone",
        "taxBusinessInfo",
        "billingAddress",
        "homeAddress",
        "shippingAddress",
        "company",
        "workAddress",
        "workPhone",
        "website",
        "blog",
        "twitter",
        "facebook",
        "github",
        "gender",
        "birthDate",
        "ageGroup",
        "homeWiki",
        "wikiScholarship",
        "nativeLanguage",
        "fluentLanguage",
        "acceptVideoRecording",
        "acceptShareDetails",
        "acceptReceiveEmails",
        "isConsentFormField",
        "isConsentFormFieldPhoto",
        "isConsentFormFieldEmail",
        "isConsentOfRefundPolicy",
        "attendeeNotes",
        "complexFieldValues",
    ]
)


def camelized(name: str) -> str:
    """``short_abstract`` as field identifiers spell it: ``shortAbstract``."""
    return re.sub(r"_([a-z])", lambda m: m.group(1).upper(), name)


class CustomForm(models.Model):
    """One field of a form. ``form_id`` tells forms apart where tickets have different ones."""

    class Form(models.TextChoices):
        ATTENDEE = "attendee"
        SESSION = "session"
        SPEAKER = "speaker"

    class Type(models.TextChoices):
        TEXT = "text"
        CHECKBOX = "checkbox"
        SELECT = "select"
        FILE = "file"
        IMAGE = "image"
        EMAIL = "email"
        NUMBER = "number"
        PARAGRAPH = "paragraph"
        RICHTEXTLINK = "richtextlink"
        BOOLEAN = "boolean"
        YEAR = "year"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="custom_forms")
    field_identifier = models.CharField(max_length=255)
    form = models.CharField(max_length=16, choices=Form.choices)
    type = models.CharField(max_length=16, choices=Type.choices, default=Type.TEXT)
    name = line()
    description = text()
    form_id = line()
    position = number()
    min = models.IntegerField(null=True, blank=True, default=0)
    max = models.IntegerField(null=True, blank=True, default=10)
    main_language = line()
    is_required = flag()
    is_included = flag()
    is_fixed = flag()
    is_public = flag()
    is_allow_edit = flag()

    objects = OfEventPlainQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "form", "form_id", "field_identifier"],
                name="custom_form_field_once",
                nulls_distinct=False,
                violation_error_message="The form has this field already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.field_identifier

    def clean(self) -> None:
        """min is not above max."""
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValidationError({"max": ValidationError("max should not be below min", code="range_order")})

    @property
    def is_complex(self) -> bool:
        """Whether the answer is kept in ``complex-field-values``, the row having no attribute of that name."""
        if self.form == self.Form.ATTENDEE:
            return self.field_identifier not in ATTENDEE_FIELDS
        model: Any = Session if self.form == self.Form.SESSION else Speaker
        known = {camelized(f.name) for f in model._meta.get_fields()}
        return self.field_identifier not in known


class OfForm(models.Model):
    """Something that belongs to one field; its event is the field's."""

    custom_form: Any

    class Meta:
        abstract = True
        ordering = ["pk"]

    @property
    def event(self) -> Event:
        """The event of the field."""
        return self.custom_form.event

    @property
    def event_id(self) -> int:
        """Its id."""
        return self.custom_form.event_id


class CustomFormOption(OfForm, SoftDeletable):
    """One of the values that a field lets people choose from."""

    custom_form = models.ForeignKey(CustomForm, on_delete=models.CASCADE, related_name="options")
    value = models.CharField(max_length=255)

    objects = OfFormSoftQuerySet.as_living_manager()
    with_trashed = OfFormSoftQuerySet.as_manager()

    class Meta(OfForm.Meta):
        base_manager_name = "with_trashed"

    def __str__(self) -> str:
        return self.value


class CustomFormTranslate(OfForm):
    """The name of a field in another language."""

    custom_form = models.ForeignKey(CustomForm, on_delete=models.CASCADE, related_name="translates")
    form_id = line(null=False)
    language_code = models.CharField(max_length=16)
    name = models.CharField(max_length=255)

    objects = OfFormQuerySet.as_manager()

    class Meta(OfForm.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["custom_form", "language_code"],
                name="custom_form_translated_once",
                violation_error_message="The field has a name in this language already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return self.name
