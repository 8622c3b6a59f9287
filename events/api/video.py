"""Streams, what they run on, who moderates them, what was recorded, and their translations."""

from typing import Any

from django.db.models import Q
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from openevent import api
from openevent.api.inputs import MISSING, ResourceInput, pointer, resolve
from openevent.api.permissions import demand_login
from openevent.api.relationships import RelationshipView
from openevent.api.schema.plain import documents, members
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import InvalidInput, Unavailable

from ..models import (
    Event,
    Microlocation,
    TranslationChannel,
    VideoChannel,
    VideoRecording,
    VideoStream,
    VideoStreamModerator,
)

CALLED_PROVIDERS = ("bbb", "bigbluebutton")  # whose rooms a server has to open for each visitor


class VideoChannelSerializer(ResourceSerializer):
    class Meta:
        model = VideoChannel
        type = "video-channel"
        fields = ["name", "provider", "url", "api_url", "api_key", "extra", "created_at", "modified_at"]
        restricted = dict.fromkeys(["api_url", "api_key", "extra"], "events.change_videochannel")


@api.resource
class VideoChannelViewSet(ResourceViewSet):
    serializer_class = VideoChannelSerializer


class VideoStreamSerializer(ResourceSerializer):
    class Meta:
        model = VideoStream
        type = "video-stream"
        fields = [
            "name",
            "url",
            "password",
            "additional_information",
            "bg_img_url",
            "extra",
            "is_chat_enabled",
            "is_global_event_room",
            "chat_room_name",
        ]
        relations = ["event", "video_channel"]
        restricted = dict.fromkeys(["password", "extra"], "events.change_videostream")


@api.resource
class VideoStreamViewSet(ResourceViewSet):
    """Streams of rooms, of events, or of both. One that is made with rooms only takes the event from them."""

    serializer_class = VideoStreamSerializer
    _rooms: list[Microlocation] | None = None
    _is_for_event = False

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """What needs an outside service."""
        return [
            path("<int:pk>/join", JoinStreamView.as_view(), name="video-stream-join"),
            path("<int:pk>/chat-token", ChatTokenView.as_view(), name="video-stream-chat-token"),
        ]

    def scope_for_creation(self, given: ResourceInput) -> Any:
        """The event that the body names, or that of the rooms."""
        self._is_for_event = given.linkage("event") not in (MISSING, None)
        if not self._is_for_event:
            rooms = self._named_rooms(given)
            if not rooms:
                raise InvalidInput("A stream needs an event or rooms.", "required", pointer("event"))
            return rooms[0].event
        return super().scope_for_creation(given)

    def validated(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """The kit's, with the rooms looked at."""
        self._rooms = self._named_rooms(given)
        event = scope if row is None else row.event
        for room in self._rooms or []:
            if room.event_id != event.pk:
                raise InvalidInput("It belongs to another event.", "foreign_event", pointer("rooms"))
        return super().validated(given, row, scope)

    def _named_rooms(self, given: ResourceInput) -> list[Microlocation] | None:
        linkage = given.linkage("rooms")
        if linkage in (MISSING, None):
            return None
        rooms: list[Microlocation] = resolve(self.resource.relationships["rooms"], linkage, self.request.user)
        return rooms

    def perform_create(self, attrs: dict[str, Any]) -> VideoStream:
        """A stream, shown in its rooms."""
        stream: VideoStream = super().perform_create({**attrs, "is_for_event": self._is_for_event})
        self._show_in_rooms(stream)
        return stream

    def perform_update(self, row: VideoStream, attrs: dict[str, Any]) -> VideoStream:
        """Change the stream and, where the body names them, its rooms."""
        updated: VideoStream = super().perform_update(row, attrs)
        self._show_in_rooms(updated)
        return updated

    def _show_in_rooms(self, stream: VideoStream) -> None:
        if self._rooms is not None:
            ids = [room.pk for room in self._rooms]
            Microlocation.objects.filter(video_stream=stream).exclude(pk__in=ids).update(video_stream=None)
            Microlocation.objects.filter(pk__in=ids).update(video_stream=stream)


class VideoRecordingSerializer(ResourceSerializer):
    class Meta:
        model = VideoRecording
        type = "video-recording"
        fields = ["bbb_record_id", "participants", "url", "start_time", "end_time"]
        relations = ["video_stream"]
        scope = "video_stream"


@api.resource
class VideoRecordingViewSet(ResourceViewSet):
    """What a streaming service has recorded; the service brings them, people only read and delete."""

    serializer_class = VideoRecordingSerializer
    actions = ("list", "retrieve", "destroy")
    needs_login = True


class VideoStreamModeratorSerializer(ResourceSerializer):
    class Meta:
        model = VideoStreamModerator
        type = "video-stream-moderator"
        fields = ["email"]
        relations = ["user", "video_stream"]
        read_only_relations = ["user"]
        scope = "video_stream"


@api.resource
class VideoStreamModeratorViewSet(ResourceViewSet):
    serializer_class = VideoStreamModeratorSerializer
    aliases = ("video-stream-moderator",)
    needs_login = True

    def perform_create(self, attrs: dict[str, Any]) -> VideoStreamModerator:
        """A moderator, tied to the account with the address where there is one."""
        user = User.objects.by_email(attrs["email"]).first()
        moderator: VideoStreamModerator = super().perform_create({**attrs, "user": user})
        return moderator

    def perform_update(self, row: VideoStreamModerator, attrs: dict[str, Any]) -> VideoStreamModerator:
        """Another address is another account."""
        if "email" in attrs:
            attrs["user"] = User.objects.by_email(attrs["email"]).first()
        updated: VideoStreamModerator = super().perform_update(row, attrs)
        return updated


class TranslationChannelSerializer(ResourceSerializer):
    class Meta:
        model = TranslationChannel
        type = "translation_channel"
        integer_id = True
        fields = ["name", "url"]
        relations = ["video_stream", "channel"]
        scope = "video_stream"


@api.resource
class TranslationChannelViewSet(ResourceViewSet):
    serializer_class = TranslationChannelSerializer
    aliases = ("translation_channel",)
    needs_login = True

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """The relationship ``channel`` under the name that clients have for its route."""
        view = RelationshipView.as_view(relationship=cls.resource.relationships["channel"])
        return [path("<str:pk>/relationships/channels", view, name="translation_channel-relationship-channels")]


class JoinStreamView(APIView):
    """``GET /v1/video-streams/<id>/join``: where a visitor who may watch goes to."""

    permission_classes: list[Any] = []

    @documents(answer=members({"url": str}), errors=[401, 404, 503])
    def get(self, request: Request, pk: int) -> Response:
        """The address; 503 where a streaming service would have to be asked for it."""
        stream = _stream_of(request, pk)
        if stream.video_channel is not None and stream.video_channel.provider.lower() in CALLED_PROVIDERS:
            raise Unavailable("This site has no connection to the streaming service.", "streaming_unavailable")
        return Response({"url": stream.url})


class ChatTokenView(APIView):
    """``GET …/chat-token``: what a chat server asks of visitors. This site has none."""

    permission_classes: list[Any] = []

    @documents(answer=members({"token": str}), errors=[401, 404, 503])
    def get(self, request: Request, pk: int, event: str = "") -> Response:
        """503, with the reason."""
        _stream_of(request, pk)
        raise Unavailable("This site has no chat server.", "chat_unavailable")


def _stream_of(request: Request, pk: int) -> VideoStream:
    demand_login(request)
    stream: VideoStream = VideoStream.objects.visible_to(request.user).select_related("video_channel").get(pk=pk)
    return stream


api.nest(Event, VideoStream, "video_stream", lookup="event", many=False, where=Q(is_for_event=True))
api.nest(VideoStream, Microlocation, "rooms", lookup="video_stream", is_writable=True)
api.nest(
    VideoStream,
    VideoStreamModerator,
    "moderators",
    lookup="video_stream",
    path="video-stream-moderators",
    self_path="video-stream-moderators",
)
api.nest(VideoStream, VideoRecording, "video_recordings", lookup="video_stream")
api.nest(VideoStream, TranslationChannel, "translation_channels", lookup="video_stream", path="translation_channels")
api.nest(User, VideoStreamModerator, "video_stream_moderators", lookup="user")
