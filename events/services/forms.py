"""What happens to form fields: the first ones of an event, and their names in other languages."""

from typing import Any, NamedTuple, Self

from django.db import transaction

from openevent.exceptions import InvalidInput

from ..models import CustomForm, CustomFormTranslate, Event

POINTER = "/data/attributes/translations"
FIRST_FIELDS = [
    ("firstname", "First Name", CustomForm.Type.TEXT),
    ("lastname", "Last Name", CustomForm.Type.TEXT),
    ("email", "Email", CustomForm.Type.EMAIL),
]


class Translation(NamedTuple):
    """One entry of a field's ``translations``."""

    language_code: str
    name: str
    is_deleted: bool

    @classmethod
    def read(cls, given: Any) -> list[Self] | None:
        """What a client sent; None where it sent nothing. InvalidInput where it cannot be read."""
        if given is None:
            return None
        if not isinstance(given, list):
            raise InvalidInput("A list of objects.", "not_a_list", POINTER)
        return [cls._read_one(entry) for entry in given]

    @classmethod
    def _read_one(cls, entry: Any) -> Self:
        values = {key.replace("-", "_"): value for key, value in entry.items()} if isinstance(entry, dict) else {}
        language, name = values.get("language_code"), values.get("name")
        if not (isinstance(language, str) and 0 < len(language) <= 16):
            raise InvalidInput("A translation needs a language_code.", "required", POINTER)
        is_deleted = bool(values.get("isDeleted") or values.get("is_deleted"))
        if not is_deleted and not (isinstance(name, str) and 0 < len(name) <= 255):
            raise InvalidInput("A translation needs a name.", "required", POINTER)
        return cls(language, name or "", is_deleted)


@transaction.atomic
def set_translations(*, form: CustomForm, translations: list[Translation] | None) -> None:
    """Store the names of a field in the given languages; languages that are not mentioned stay as they are."""
    for translation in translations or []:
        if translation.is_deleted:
            form.translates.filter(language_code=translation.language_code).delete()
        else:
            CustomFormTranslate.objects.update_or_create(
                custom_form=form,
                language_code=translation.language_code,
                defaults={"name": translation.name, "form_id": form.form_id or ""},
            )


def create_first_fields(*, event: Event) -> None:
    """The fields that every attendee's form has: name and address."""
    CustomForm.objects.bulk_create(
        CustomForm(
            event=event,
            form=CustomForm.Form.ATTENDEE,
            field_identifier=identifier,
            name=name,
            type=type_,
            is_required=True,
            is_included=True,
            is_fixed=True,
        )
        for identifier, name, type_ in FIRST_FIELDS
    )
