"""What badges look like."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.models import Event
from openevent import api
from openevent.api.inputs import ResourceInput
from openevent.api.permissions import demand_login
from openevent.api.registry import dashed, registry, underscored
from openevent.api.relationships import RelationshipView
from openevent.api.schema.plain import documents, members, or_null
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import Conflict, InvalidInput, MalformedInput, NotFound
from ticketing.models import Ticket

from ..badges import render_badge
from ..models import BadgeFieldForm, BadgeForm
from .badge_prints import MOST_FIELDS, BadgePdfView, BadgePrintView, PrintBadgeView
from .door.reading import Members
from .door.stations import below, listed
from .downloads import pdf_response

FIELDS = [
    *("badge_id", "field_identifier", "custom_field", "sample_text"),
    *("font_size", "font_name", "font_weight", "font_color", "text_rotation", "text_alignment", "text_type"),
    *("is_deleted", "margin_top", "margin_bottom", "margin_left", "margin_right", "is_field_expanded"),
    "qr_custom_field",
]
WRITTEN = [name for name in FIELDS if name != "badge_id"]


def read_fields(given: Any, pointer: str) -> list[BadgeFieldForm]:
    """Rows, not stored, of the fields that a body lists; 422 with the pointer of the one that is wrong."""
    if not isinstance(given, list) or len(given) > MOST_FIELDS:
        raise InvalidInput(f"A list of at most {MOST_FIELDS} fields.", "invalid", pointer)
    rows = []
    for place, entry in enumerate(given):
        where = f"{pointer}/{place}"
        if not isinstance(entry, dict):
            raise InvalidInput("A field is an object.", "invalid", where)
        known = {underscored(str(name)): value for name, value in entry.items()}
        values = {name: known[name] for name in WRITTEN if known.get(name) is not None}
        row = BadgeFieldForm(badge_id="-", **values)
        try:
            row.clean_fields(exclude={f.name for f in BadgeFieldForm._meta.fields} - values.keys())
            row.clean()
        except ValidationError as error:
            name = next(iter(error.message_dict))
            raise InvalidInput(error.message_dict[name][0], "invalid", f"{where}/{dashed(name)}") from None
        rows.append(row)
    return rows


def field_as_wire(row: BadgeFieldForm) -> dict[str, Any]:
    """A field as it stands in the list of its form."""
    return {"badge-field-id": row.pk, **{dashed(name): getattr(row, name) for name in FIELDS}}


class BadgeFormSerializer(ResourceSerializer):
    """``badge-fields`` holds all fields; a list that is written takes the place of the one that was there."""

    badge_fields = serializers.ListField(child=serializers.DictField(), required=False, source="fields_listed")

    class Meta:
        model = BadgeForm
        type = "badge-form"
        integer_id = True
        fields = ["badge_id", "badge_size", "badge_color", "badge_image_url", "badge_orientation", "badge_fields"]
        relations = ["event"]
        columns = {"badge_fields": "badge_id"}
        extra_kwargs = {"badge_id": {"required": False}}

    @staticmethod
    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        """The fields of all forms, by one query."""
        fields: dict[int, list[Any]] = defaultdict(list)
        if "badge_fields" in names:
            for field in BadgeFieldForm.objects.filter(badge_form__in=[row.pk for row in rows]):
                fields[field.badge_form_id].append(field_as_wire(field))
        for row in rows:
            row.fields_listed = fields[row.pk]


@api.resource
class BadgeFormViewSet(ResourceViewSet):
    """Kinds of badges: made by the team, seen by the people at the door."""

    serializer_class = BadgeFormSerializer
    actions = ("create", "retrieve", "update", "destroy")
    needs_login = True
    is_busy = True  # before its routes by id come those by name

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """PDFs."""
        return [
            path("preview-badge-pdf", PreviewBadgeView.as_view(), name="badge-preview"),
            path("print-badge-pdf", PrintBadgeView.as_view(), name="badge-print"),
            path("prints/<uuid:key>", BadgePrintView.as_view(), name="badge-print-state"),
            path("prints/<uuid:key>.pdf", BadgePdfView.as_view(), name="badge-print-pdf"),
        ]

    def get_queryset(self) -> Any:
        """The kit's; of the badge-id in the URL, where there is one."""
        rows = super().get_queryset()
        return rows.filter(badge_id=self.kwargs["badge_id"]) if "badge_id" in self.kwargs else rows

    def perform_create(self, attrs: dict[str, Any]) -> BadgeForm:
        """A form with its fields."""
        listed_fields = attrs.pop("fields_listed", None)
        row: BadgeForm = super().perform_create(attrs)
        self._write(row, listed_fields)
        return row

    def perform_update(self, row: BadgeForm, attrs: dict[str, Any]) -> BadgeForm:
        """Change the form and, where they are given, its fields."""
        listed_fields = attrs.pop("fields_listed", None)
        updated: BadgeForm = super().perform_update(row, attrs)
        self._write(updated, listed_fields)
        return updated

    @staticmethod
    def _write(form: BadgeForm, given: Any) -> None:
        if given is None:
            return
        rows = read_fields(given, "/data/attributes/badge-fields")
        known = set(form.badge_field_forms.values_list("pk", flat=True))
        for row, entry in zip(rows, given, strict=True):
            key = entry.get("badge-field-id", entry.get("badge_field_id"))
            row.badge_form, row.badge_id = form, form.badge_id
            row.pk = key if isinstance(key, int) and key in known else None  # sent back, it stays the same row
            known.discard(row.pk)
            row.save()
        BadgeFieldForm.objects.filter(pk__in=known).delete()


class BadgeFieldFormSerializer(ResourceSerializer):
    badge_field_id = serializers.IntegerField(read_only=True)

    class Meta:
        model = BadgeFieldForm
        type = "badge-field-form"
        fields = ["badge_field_id", *FIELDS]
        relations = ["badge_form"]
        scope = "badge_form"
        columns = {"badge_field_id": "id"}


@api.resource
class BadgeFieldFormViewSet(ResourceViewSet):
    """Lines of a badge."""

    serializer_class = BadgeFieldFormSerializer
    needs_login = True

    def get_queryset(self) -> Any:
        """The kit's; of the badge-id in the URL, where there is one."""
        rows = super().get_queryset()
        return rows.filter(badge_id=self.kwargs["badge_id"]) if "badge_id" in self.kwargs else rows

    def take_parent(self, given: ResourceInput) -> None:
        """The kit's; and the badge-id in the URL stands for one that the body leaves out."""
        super().take_parent(given)
        key = self.kwargs.get("badge_id")
        if key is not None and given.attributes.setdefault("badge_id", key) != key:
            raise Conflict("The URL names another badge-id.", "wrong_parent", "/data/attributes/badge-id")


api.nest(Event, BadgeForm, "badge-forms", lookup="event")


class PreviewBadgeView(APIView):
    """``POST /v1/badge-forms/preview-badge-pdf`` ``{"badgeForms": {…}}``: how a form would look, with sample texts."""

    permission_classes: list[Any] = []

    @documents(body=members({"badgeForms": members({})}), answer="application/pdf", errors=[400, 401, 422])
    def post(self, request: Request) -> HttpResponse:
        """The PDF; nothing is stored."""
        demand_login(request)
        given = request.data.get("badgeForms") if isinstance(request.data, dict) else None
        if not isinstance(given, dict):
            raise MalformedInput("badgeForms is a badge form.", pointer="/badgeForms")
        known = Members(given, "/badgeForms")
        names = ("badge_size", "badge_color", "badge_orientation")
        form = BadgeForm(badge_id="preview", **{name: known.text(name, 64) or None for name in names})
        fields = read_fields(known.members.get("badge_fields") or [], "/badgeForms/badge-fields")
        return pdf_response(render_badge(form, fields, None), "badge.pdf")


class TicketBadgeView(APIView):
    """``GET /v1/tickets/<id>/badge-forms``: the fields of the badge that belongs to a ticket."""

    permission_classes: list[Any] = []

    @documents(answer=members({"badge-id": or_null(str), "badge-fields": [members({})]}), errors=[401, 404])
    def get(self, request: Request, pk: int) -> Response:
        """An empty list where the ticket has no badge."""
        demand_login(request)
        ticket = Ticket.objects.visible_to(request.user).filter(pk=pk).first()
        if ticket is None:
            raise NotFound("Object not found.")
        forms = BadgeForm.objects.visible_to(request.user).filter(event=ticket.event_id, badge_id=ticket.badge_id or "")
        fields = BadgeFieldForm.objects.filter(badge_form=forms.last())
        return Response({"badge-id": ticket.badge_id, "badge-fields": [field_as_wire(field) for field in fields]})


def badge_urls() -> list[URLPattern]:
    """Routes that clients know beside those that the registry derives."""
    of_event = below(Event, BadgeForm, "event", "badge-forms")
    of_form = below(BadgeForm, BadgeFieldForm, "badge_form", "badge-field-forms")
    fields = listed(BadgeFieldFormViewSet, of_form, takes_posts=True)
    to_form = registry.of(BadgeFieldForm).relationships["badge_form"]
    return [
        path("v1/tickets/<int:pk>/badge-forms", TicketBadgeView.as_view(), name="ticket-badge-forms"),
        path("v1/events/<str:pk>/badge-forms/<str:badge_id>", listed(BadgeFormViewSet, of_event)),
        path("v1/badge-forms/<str:pk>/badge-field-forms", fields),
        path("v1/badge-forms/<str:pk>/badge-field-forms/<str:badge_id>", fields),
        path(  # as clients spell it
            "v1/badge-field-forms/<str:pk>/relationships/badge_form",
            RelationshipView.as_view(relationship=to_form),
        ),
    ]
