"""Tracks, rooms, kinds of session, and speakers."""

from typing import Any

from accounts.models import User
from openevent import api
from openevent.api.inputs import ResourceInput
from openevent.api.permissions import may
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import NotAllowed

from ..models import Event, Microlocation, SessionType, Speaker, Track
from ..services.answers import demand_answers_of

LINKS = ["website", "facebook", "twitter", "github", "instagram", "linkedin", "mastodon"]


class TrackSerializer(ResourceSerializer):
    class Meta:
        model = Track
        type = "track"
        fields = ["name", "description", "color", "font_color", "position", "deleted_at"]
        relations = ["event"]


@api.resource
class TrackViewSet(ResourceViewSet):
    serializer_class = TrackSerializer


class MicrolocationSerializer(ResourceSerializer):
    class Meta:
        model = Microlocation
        type = "microlocation"
        fields = [
            "name",
            "floor",
            "room",
            "latitude",
            "longitude",
            "position",
            "hidden_in_scheduler",
            "is_chat_enabled",
            "is_global_event_room",
            "chat_room_name",
            "deleted_at",
        ]
        relations = ["event", "video_stream"]


@api.resource
class MicrolocationViewSet(ResourceViewSet):
    serializer_class = MicrolocationSerializer


class SessionTypeSerializer(ResourceSerializer):
    class Meta:
        model = SessionType
        type = "session-type"
        fields = ["name", "length", "position", "deleted_at"]
        relations = ["event"]


@api.resource
class SessionTypeViewSet(ResourceViewSet):
    serializer_class = SessionTypeSerializer


class SpeakerSerializer(ResourceSerializer):
    class Meta:
        model = Speaker
        type = "speaker"
        fields = [
            "name",
            "email",
            "is_email_overridden",
            "photo_url",
            "thumbnail_image_url",
            "small_image_url",
            "icon_image_url",
            "short_biography",
            "long_biography",
            "speaking_experience",
            "mobile",
            *LINKS,
            "organisation",
            "position",
            "speaker_positions",
            "country",
            "city",
            "address",
            "gender",
            "heard_from",
            "sponsorship_required",
            "complex_field_values",
            "order",
            "is_featured",
            "deleted_at",
        ]
        relations = ["event", "user", "sessions"]
        restricted = dict.fromkeys(
            [
                "email",
                "mobile",
                "address",
                "heard_from",
                "sponsorship_required",
                "complex_field_values",
                "gender",
            ],
            "events.view_private_speaker",
        )


@api.resource
class SpeakerViewSet(ResourceViewSet):
    serializer_class = SpeakerSerializer

    def perform_create(self, attrs: dict[str, Any]) -> Speaker:
        """A profile of one's own, or one that the team puts up."""
        user = self.request.user
        is_own = not may(user, "events.organize_session", attrs["event"])
        if is_own or (attrs.get("email") or "").lower() == user.email.lower():
            attrs["user"] = user
        if is_own:
            attrs.pop("is_featured", None)
        self._demand_own_sessions(attrs)
        speaker: Speaker = super().perform_create(attrs)
        if is_own:
            demand_answers_of(speaker)
        return speaker

    def perform_update(self, row: Speaker, attrs: dict[str, Any]) -> Speaker:
        """Change a profile; whether it is featured is the team's to say."""
        if not may(self.request.user, "events.organize_session", row):
            attrs.pop("is_featured", None)
        self._demand_own_sessions(attrs)
        updated: Speaker = super().perform_update(row, attrs)
        return updated

    def relations(self, given: ResourceInput, row: Any, scope: Any) -> dict[str, Any]:
        """The kit's; whose profile it is, is settled when it is made, and is oneself (admins name others)."""
        found = super().relations(given, row, scope)
        user = self.request.user
        if row is not None or (found.get("user") != user and not user.is_any_admin):
            found.pop("user", None)
        return found

    def _demand_own_sessions(self, attrs: dict[str, Any]) -> None:
        for session in attrs.get("sessions", []):
            if not may(self.request.user, "events.change_session", session):
                raise NotAllowed("This session is not yours.", pointer="/data/relationships/sessions")


api.nest(Event, Track, "tracks", lookup="event")
api.nest(Event, Microlocation, "microlocations", lookup="event")
api.nest(Event, SessionType, "session_types", lookup="event")
api.nest(Event, Speaker, "speakers", lookup="event")
api.nest(User, Speaker, "speakers", lookup="user")
