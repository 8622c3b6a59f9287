"""Fields of the forms for attendees, sessions and speakers."""

from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from rest_framework import serializers

from openevent import api
from openevent.api.inputs import ResourceInput
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import CustomForm, CustomFormOption, CustomFormTranslate, Event
from ..services.forms import Translation, set_translations


class CustomFormSerializer(ResourceSerializer):
    """``translations`` may be written as a whole; see ``services.forms.set_translations``."""

    translations = serializers.SerializerMethodField()

    class Meta:
        model = CustomForm
        type = "custom-form"
        integer_id = True
        fields = [
            "field_identifier",
            "form",
            "type",
            "name",
            "description",
            "form_id",
            "position",
            "min",
            "max",
            "main_language",
            "is_required",
            "is_included",
            "is_fixed",
            "is_public",
            "is_allow_edit",
            "is_complex",
            "translations",
        ]
        relations = ["event"]

    @staticmethod
    def prepare(rows: list[CustomForm], user: Any, names: set[str]) -> None:
        """The translations of all ``rows`` by one query."""
        if "translations" in names:
            prefetch_related_objects(rows, "translates")

    def get_translations(self, row: Any) -> list[dict[str, Any]]:
        return [
            {"id": t.pk, "name": t.name, "language_code": t.language_code, "form_id": t.form_id}
            for t in row.translates.all()
        ]


@api.resource
class CustomFormViewSet(ResourceViewSet):
    """Fields; ``/v1/events/<id>/custom-forms/<form id>`` lists those of one form."""

    serializer_class = CustomFormSerializer
    actions = ("create", "retrieve", "update", "destroy")
    list_needs = {Event: "events.view_forms"}
    _translations: list[Translation] | None = None

    def get_queryset(self) -> QuerySet:
        """The fields of the event, or of one of its forms."""
        rows = super().get_queryset()
        return rows.filter(form_id=self.kwargs["form_id"]) if "form_id" in self.kwargs else rows

    def validated(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """The kit's, with the translations looked at."""
        self._translations = Translation.read(given.attributes.get("translations"))
        return super().validated(given, row, scope)

    def perform_create(self, attrs: dict[str, Any]) -> CustomForm:
        """A new field, with its name in other languages."""
        form: CustomForm = super().perform_create(attrs)
        set_translations(form=form, translations=self._translations)
        return form

    def perform_update(self, row: CustomForm, attrs: dict[str, Any]) -> CustomForm:
        """Change a field."""
        updated: CustomForm = super().perform_update(row, attrs)
        set_translations(form=updated, translations=self._translations)
        return updated


class CustomFormOptionSerializer(ResourceSerializer):
    class Meta:
        model = CustomFormOption
        type = "custom-form-option"
        integer_id = True
        fields = ["value", "deleted_at"]
        relations = ["custom_form"]
        scope = "custom_form"


@api.resource
class CustomFormOptionViewSet(ResourceViewSet):
    serializer_class = CustomFormOptionSerializer
    actions = ("create", "retrieve", "update", "destroy")


class CustomFormTranslateSerializer(ResourceSerializer):
    class Meta:
        model = CustomFormTranslate
        type = "custom-form-translate"
        integer_id = True
        fields = ["name", "form_id", "language_code"]
        relations = ["custom_form"]
        scope = "custom_form"


@api.resource
class CustomFormTranslateViewSet(ResourceViewSet):
    serializer_class = CustomFormTranslateSerializer
    actions = ("create", "retrieve", "update", "destroy")


api.nest(Event, CustomForm, "custom_forms", lookup="event")
api.nest(CustomForm, CustomFormOption, "custom_form_options", lookup="custom_form")
api.nest(CustomForm, CustomFormTranslate, "custom_form_translates", lookup="custom_form")
