"""What is asked of a single event beyond JSON:API: its copy, calendar, streams, and parts under other addresses."""

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.keys import key_condition
from openevent.api.permissions import demand
from openevent.api.registry import registry
from openevent.api.wire import JSONAPIRenderer, PlainRenderer
from openevent.exceptions import InvalidInput

from ..calendars import calendar_of
from ..models import CustomForm, Event, Exhibitor, VideoStream
from ..services.copying import copy_event
from .video import ChatTokenView


def visible_event(request: Request, key: str) -> Event:
    """The event of that id or identifier; DoesNotExist (404) where the caller may not see it."""
    event: Event = Event.objects.visible_to(request.user).get(key_condition(registry.of(Event), key))
    return event


class EventAction(APIView):
    """A plain route below ``/v1/events/<id|identifier>``."""

    permission_classes: list[Any] = []
    renderer_classes = [PlainRenderer, JSONAPIRenderer]


class CopyView(EventAction):
    """``POST …/copy`` by the team."""

    def post(self, request: Request, pk: str) -> Response:
        """Where the copy is."""
        if not request.user.is_authenticated:
            demand(request, "nobody.may")
        event = visible_event(request, pk)
        demand(request, "events.copy_event", event)
        copy = copy_event(source=event, by=request.user)
        return Response({"id": copy.pk, "identifier": copy.identifier, "copied": True})


class HasStreamsView(EventAction):
    """``GET …/has-streams``: whether there is something to watch, and whether the caller may."""

    def get(self, request: Request, pk: str) -> Response:
        """Two booleans."""
        streams = VideoStream.objects.filter(event=visible_event(request, pk))
        can_access = streams.visible_to(request.user).exists()
        return Response({"exists": can_access or streams.exists(), "can_access": can_access})


class CalendarView(EventAction):
    """``GET /v1/events/<id|identifier>.ics``."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A calendar, whatever the client says it accepts."""
        return PlainRenderer(), "text/calendar"

    def get(self, request: Request, pk: str) -> HttpResponse:
        """The event as iCalendar."""
        event = visible_event(request, pk)
        answer = HttpResponse(calendar_of(event), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{event.identifier}.ics"'
        return answer


class ReorderExhibitorsView(EventAction):
    """``POST …/reorder-exhibitors`` with ``[{"id", "position"}]``, or ``?reset`` for no order, by the team."""

    def post(self, request: Request, pk: str) -> Response:
        """How many were moved."""
        event = visible_event(request, pk)
        demand(request, "events.change_event", event)
        rows = Exhibitor.objects.filter(event=event)
        if "reset" in request.query_params:
            return Response({"success": True, "updates": rows.update(position=0)})
        positions = self._positions(request.data)
        exhibitors = list(rows.filter(pk__in=positions))
        for exhibitor in exhibitors:
            exhibitor.position = positions[exhibitor.pk]
        Exhibitor.objects.bulk_update(exhibitors, ["position"])
        return Response({"success": True, "updates": len(exhibitors)})

    @staticmethod
    def _positions(body: Any) -> dict[int, int]:
        if not isinstance(body, list) or not body:
            raise InvalidInput("A list of objects with id and position.", "required")
        try:
            given = {int(e.get("id", e.get("exhibitor"))): int(e["position"]) for e in body}
        except (AttributeError, KeyError, TypeError, ValueError):
            raise InvalidInput("A list of objects with id and position.", "invalid") from None
        if not all(0 < pk < 2**63 and -(2**31) <= position < 2**31 for pk, position in given.items()):
            raise InvalidInput("An id or a position is out of range.", "out_of_range")
        return given


def urlpatterns() -> list[URLPattern]:
    """The routes below ``/v1/events/``. Called when the registry is complete."""
    relations = registry.of(Event).relationships
    forms = registry.of(CustomForm).viewset.as_view({"get": "list"}, relationship=relations["custom_forms"])
    background = registry.of(VideoStream).viewset.as_view(
        {"get": "retrieve", "patch": "partial_update", "delete": "destroy"},
        relationship=relations["video_stream"],
        detail=True,
    )
    return [
        path("<str:pk>.ics", CalendarView.as_view(), name="event-calendar"),
        path("<str:pk>/copy", CopyView.as_view(), name="event-copy"),
        path("<str:pk>/has-streams", HasStreamsView.as_view(), name="event-has-streams"),
        path("<str:pk>/custom-forms/<str:form_id>", forms, name="event-custom-forms-of-form"),
        path("<str:pk>/reorder-exhibitors", ReorderExhibitorsView.as_view(), name="event-reorder-exhibitors"),
        path("<str:pk>/chatmosphere", background, name="event-chatmosphere"),
        path(
            "<str:event>/virtual-room/<int:pk>/chat-token",
            ChatTokenView.as_view(),
            name="event-virtual-room-chat-token",
        ),
    ]
