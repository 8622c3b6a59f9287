"""Plain answers for check-in apps: searching attendees, and whether one has registered."""

from typing import Any

from django.db.models import Q
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.api.finding import visible_event
from events.models import Event
from openevent.api.document import Writer
from openevent.api.permissions import demand, demand_login
from openevent.api.registry import registry, underscored
from openevent.api.schema.plain import documents, members
from openevent.exceptions import NotFound
from openevent.searching import holds

from ...models import Attendee

MOST = 100  # rows of one search
SEARCHED = ("firstname", "lastname", "email", "company")


class SearchSerializer(serializers.Serializer):
    """What is looked for: one text anywhere, or parts of single attributes."""

    search = serializers.CharField(required=False, allow_blank=True, max_length=255)
    firstname = serializers.CharField(required=False, allow_blank=True, max_length=255)
    lastname = serializers.CharField(required=False, allow_blank=True, max_length=255)
    email = serializers.CharField(required=False, allow_blank=True, max_length=255)


def event_at_door(request: Request, key: str) -> Event:
    """The event of the URL, for who works at its door."""
    demand_login(request)
    event = visible_event(request, key)
    demand(request, "orders.list_attendee_of_event", event)
    return event


class AttendeeSearchView(APIView):
    """``GET /v1/events/<id|identifier>/attendees/search``: attendees by parts of their names or address."""

    permission_classes: list[Any] = []

    @documents(
        parameters=dict.fromkeys(["search", "firstname", "lastname", "email"], str),
        answer=members({"attendees": [members({})]}),
        errors=[401, 403, 404, 422],
    )
    def get(self, request: Request, key: str) -> Response:
        """The first hundred that match, with underscored names as plain answers have them."""
        event = event_at_door(request, key)
        given = SearchSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        condition = Q()
        for name, text in given.validated_data.items():
            if text:
                condition &= holds(text, *(SEARCHED if name == "search" else [name]))
        rows = Attendee.objects.filter(condition, event=event).select_related("order")[:MOST]
        objects = Writer(request.user).write(registry.of(Attendee), rows)
        return Response({"attendees": [_plain(o["attributes"]) for o in objects]})


def _plain(attributes: dict[str, Any]) -> dict[str, Any]:
    return {underscored(name): value for name, value in attributes.items()}


class StateQuerySerializer(serializers.Serializer):
    """Of whom the state is asked."""

    event_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    attendee_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class AttendeeStateView(APIView):
    """``GET /v1/states?event_id=…&attendee_id=…``: has the attendee registered, and when?"""

    permission_classes: list[Any] = []

    @documents(
        parameters=dict.fromkeys(["event_id", "attendee_id"], int),
        answer=members({"is_registered": bool, "register_times": str}),
        errors=[401, 404, 422],
    )
    def get(self, request: Request) -> Response:
        """``is_registered`` and ``register_times``."""
        demand_login(request)
        given = StateQuerySerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        event_id, pk = given.validated_data["event_id"], given.validated_data["attendee_id"]
        attendee = Attendee.objects.visible_to(request.user).filter(event_id=event_id, pk=pk).first()
        if attendee is None:
            raise NotFound("Object not found.")
        return Response({"is_registered": attendee.is_registered, "register_times": attendee.register_times or ""})
