"""What is asked of a single event beyond JSON:API: its copy, calendar, streams, and parts under other addresses."""

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.inputs import plain_body
from openevent.api.keys import key_condition
from openevent.api.permissions import demand, demand_login
from openevent.api.registry import registry
from openevent.api.schema.plain import documents, members
from openevent.api.throttling import ScopedThrottle
from openevent.api.wire import JSONAPIRenderer, PlainRenderer
from openevent.exceptions import InvalidInput, Unavailable

from ..calendars import calendar_of
from ..models import CustomForm, Event, Exhibitor, Microlocation, Session, Speaker, VideoStream
from ..services.contact import contact_organizers
from ..services.copying import copy_event
from .clashes import ClashesView
from .finding import visible_event
from .group_actions import MessageSerializer, data_of
from .video import ChatTokenView


class EventAction(APIView):
    """A plain route below ``/v1/events/<id|identifier>``."""

    permission_classes: list[Any] = []
    renderer_classes = [PlainRenderer, JSONAPIRenderer]


class CopySerializer(serializers.Serializer):
    """What may be new about a copy."""

    name = serializers.CharField(max_length=255, required=False)
    starts_at = serializers.DateTimeField(required=False)


class CopyView(EventAction):
    """``POST …/copy`` by the team; ``{"name", "starts-at"}`` name the copy anew and move all that is planned."""

    @documents(
        body=members({}, {"name": str, "starts-at": str}),
        answer=members({"id": int, "identifier": str, "copied": bool}),
        errors=[401, 403, 404, 422],
    )
    def post(self, request: Request, pk: str) -> Response:
        """Where the copy is."""
        demand_login(request)
        event = visible_event(request, pk)
        demand(request, "events.copy_event", event)
        given = CopySerializer(data={name.replace("-", "_"): value for name, value in plain_body(request).items()})
        given.is_valid(raise_exception=True)
        copy = copy_event(source=event, by=request.user, **given.validated_data)
        return Response({"id": copy.pk, "identifier": copy.identifier, "copied": True})


class ContactOrganizerView(EventAction):
    """``POST …/contact-organizer`` ``{"email": "<message>"}`` by people with an account."""

    serializer_class = MessageSerializer
    throttle_classes = [ScopedThrottle]
    throttle_scope = "contact"

    @documents(
        body=members({"email": str}),
        answer=members({"success": bool, "message": str}),
        errors=[401, 403, 404, 422, 429],
    )
    def post(self, request: Request, pk: str) -> Response:
        """Nothing but success."""
        demand(request, "events.contact_event")
        event = visible_event(request, pk)
        data = data_of(request)
        given = MessageSerializer(data={"email": data.get("email") or data.get("message")})
        given.is_valid(raise_exception=True)
        contact_organizers(event=event, message=given.validated_data["email"], by=request.user)
        return Response({"success": True, "message": "Message sent"})


class EventChatTokenView(EventAction):
    """``GET …/chat-token`` and ``…/room/<id>/chat-token``: what a chat server asks of visitors. There is none."""

    @documents(answer=members({"token": str}), errors=[401, 404, 503])
    def get(self, request: Request, pk: str, room: str = "") -> Response:
        """503, with the reason."""
        demand_login(request)
        event = visible_event(request, pk)
        if room:
            Microlocation.objects.filter(event=event).get(key_condition(registry.of(Microlocation), room))
        raise Unavailable("This site has no chat server.", "chat_unavailable")


class HasStreamsView(EventAction):
    """``GET …/has-streams``: whether there is something to watch, and whether the caller may."""

    @documents(answer=members({"exists": bool, "can_access": bool}), errors=[404])
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

    @documents(answer="text/calendar", errors=[404])
    def get(self, request: Request, pk: str) -> HttpResponse:
        """The event as iCalendar."""
        event = visible_event(request, pk)
        answer = HttpResponse(calendar_of(event), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{event.identifier}.ics"'
        return answer


class ReorderView(EventAction):
    """``POST …/reorder-<plural>`` with ``[{"id", "position"}]``, or ``?reset`` for no order, by the team.

    ``model``, and ``column``, which holds the place of a row; clients may call id and position by these names, too.
    """

    model: Any = None
    column = "position"

    @documents(
        body={"type": "array", "items": members({"id": int, "position": int})},
        answer=members({"success": bool, "updates": int}),
        errors=[401, 403, 404, 422],
        parameters={"reset": str},
    )
    def post(self, request: Request, pk: str) -> Response:
        """How many were moved."""
        event = visible_event(request, pk)
        demand(request, "events.change_event", event)
        rows = self.model.objects.filter(event=event)
        if "reset" in request.query_params:
            if request.data not in ({}, []):
                self._places(request.data)  # not needed, but no nonsense either
            return Response({"success": True, "updates": rows.update(**{self.column: 0})})
        places = self._places(request.data)
        moved = list(rows.filter(pk__in=places))
        for row in moved:
            setattr(row, self.column, places[row.pk])
        self.model.objects.bulk_update(moved, [self.column])
        return Response({"success": True, "updates": len(moved)})

    def _places(self, body: Any) -> dict[int, int]:
        name = self.model._meta.model_name
        if not isinstance(body, list) or not body:
            raise InvalidInput("A list of objects with id and position.", "required")
        try:
            given = {int(e.get("id", e.get(name))): int(e.get("position", e.get(self.column))) for e in body}
        except (AttributeError, TypeError, ValueError, OverflowError):
            raise InvalidInput("A list of objects with id and position.", "invalid") from None
        if not all(0 < pk < 2**63 and -(2**31) <= place < 2**31 for pk, place in given.items()):
            raise InvalidInput("An id or a position is out of range.", "out_of_range")
        return given


class SessionDatesView(EventAction):
    """``GET …/sessions/dates``: the days, in the zone of the event, on which the caller sees sessions begin."""

    @documents(answer=[str], errors=[404])
    def get(self, request: Request, pk: str) -> Response:
        """ISO dates in order."""
        event = visible_event(request, pk)
        sessions = Session.objects.visible_to(request.user).filter(event=event, starts_at__isnull=False)
        starts = sessions.order_by().values_list("starts_at", flat=True)
        return Response(sorted({start.astimezone(event.zone).date().isoformat() for start in starts}))


class SessionLanguagesView(EventAction):
    """``GET …/sessions/languages``: the languages of the sessions that the caller sees."""

    @documents(answer=[str], errors=[404])
    def get(self, request: Request, pk: str) -> Response:
        """Each once, in order; a session may name several, with commas."""
        event = visible_event(request, pk)
        sessions = Session.objects.visible_to(request.user).filter(event=event, language__isnull=False)
        texts = sessions.order_by().values_list("language", flat=True).distinct()
        return Response(sorted({word.strip() for text in texts for word in text.split(",") if word.strip()}))


def urlpatterns() -> list[URLPattern]:
    """The routes below ``/v1/events/``. Called when the registry is complete."""
    relations = registry.of(Event).relationships
    forms = registry.of(CustomForm).viewset.as_view({"get": "list"}, relationship=relations["custom_forms"])
    background = registry.of(VideoStream).viewset.as_view(
        {"get": "retrieve", "patch": "partial_update", "delete": "destroy"},
        relationship=relations["video_stream"],
        detail=True,
    )
    exhibitors = ReorderView.as_view(model=Exhibitor)
    speakers = ReorderView.as_view(model=Speaker, column="order")
    return [
        path("<str:pk>.ics", CalendarView.as_view(), name="event-calendar"),
        path("<str:pk>/copy", CopyView.as_view(), name="event-copy"),
        path("<str:pk>/contact-organizer", ContactOrganizerView.as_view(), name="event-contact"),
        path("<str:pk>/chat-token", EventChatTokenView.as_view(), name="event-chat-token"),
        path("<str:pk>/room/<str:room>/chat-token", EventChatTokenView.as_view(), name="event-room-chat-token"),
        path("<str:pk>/has-streams", HasStreamsView.as_view(), name="event-has-streams"),
        path("<str:pk>/custom-forms/<str:form_id>", forms, name="event-custom-forms-of-form"),
        path("<str:pk>/reorder-exhibitors", exhibitors, name="event-reorder-exhibitors"),
        path("<str:pk>/reorder-speakers", speakers, name="event-reorder-speakers"),
        path("<str:pk>/sessions/clashes", ClashesView.as_view(), name="event-session-clashes"),
        path("<str:pk>/sessions/dates", SessionDatesView.as_view(), name="event-session-dates"),
        path("<str:pk>/sessions/languages", SessionLanguagesView.as_view(), name="event-session-languages"),
        path("<str:pk>/chatmosphere", background, name="event-chatmosphere"),
        path(
            "<str:event>/virtual-room/<int:pk>/chat-token",
            ChatTokenView.as_view(),
            name="event-virtual-room-chat-token",
        ),
    ]
