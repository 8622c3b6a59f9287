"""Tracks, rooms, kinds of session, sessions and speakers."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from openevent import api
from openevent.api.inputs import ResourceInput
from openevent.api.permissions import may
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import NotAllowed

from .. import services
from ..models import Event, Microlocation, Session, SessionType, Speaker, Track
from ..querysets.opinions import favourites_of, ratings_of

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


class SessionSerializer(ResourceSerializer):
    """``average-rating``, ``rating-count`` and ``favourite-count`` are counted when they are asked for."""

    average_rating = serializers.SerializerMethodField()
    rating_count = serializers.SerializerMethodField()
    favourite_count = serializers.SerializerMethodField()

    class Meta:
        model = Session
        type = "session"
        fields = [
            "title",
            "subtitle",
            "level",
            "short_abstract",
            "long_abstract",
            "comments",
            "language",
            "starts_at",
            "ends_at",
            "state",
            "slides_url",
            "slides",
            "video_url",
            "audio_url",
            "signup_url",
            *LINKS,
            "gitlab",
            "complex_field_values",
            "is_locked",
            "is_mail_sent",
            "average_rating",
            "rating_count",
            "favourite_count",
            "submitted_at",
            "created_at",
            "last_modified_at",
            "deleted_at",
        ]
        relations = ["event", "track", "microlocation", "session_type", "creator", "speakers"]
        read_only_relations = ["creator"]
        restricted = {"comments": "events.organize_session"}

    @staticmethod
    def prepare(rows: list[Session], user: Any, names: set[str]) -> None:
        """What people think of each of ``rows``, by two queries for all."""
        ids = [row.pk for row in rows]
        ratings, favourites = {}, {}
        if names & {"average_rating", "rating_count"}:
            ratings = ratings_of(ids)
        if "favourite_count" in names:
            favourites = favourites_of(ids)
        for row in rows:
            row.rating = ratings.get(row.pk, (None, 0))  # type: ignore[attr-defined]
            row.favourite_total = favourites.get(row.pk, 0)  # type: ignore[attr-defined]

    def get_average_rating(self, row: Any) -> float | None:
        return row.rating[0]

    def get_rating_count(self, row: Any) -> int:
        return row.rating[1]

    def get_favourite_count(self, row: Any) -> int:
        return row.favourite_total


@api.resource
class SessionViewSet(ResourceViewSet):
    """Sessions. Speakers hand theirs in; what the team decides (state, place, time) is the team's."""

    serializer_class = SessionSerializer
    DECIDED_BY_TEAM = ("is_locked", "is_mail_sent", "starts_at", "ends_at", "microlocation")
    PROPOSABLE = (Session.State.DRAFT, Session.State.PENDING)
    WITHDRAWABLE = (Session.State.WITHDRAWN, Session.State.CANCELED)

    def perform_create(self, attrs: dict[str, Any]) -> Session:
        """A session made by the team, or a proposal."""
        user = self.request.user
        if not may(user, "events.organize_session", attrs["event"]):
            self._keep_to_proposal(attrs, None)
        attrs["creator"] = user
        session: Session = super().perform_create(attrs)
        services.submit_session(session, by=user)
        session.save(update_fields=["submitted_at"])
        return session

    def perform_update(self, row: Session, attrs: dict[str, Any]) -> Session:
        """Change a session; its speakers cannot decide on it."""
        if not may(self.request.user, "events.organize_session", row):
            self._keep_to_proposal(attrs, row)
        updated: Session = super().perform_update(row, attrs)
        return updated

    def _keep_to_proposal(self, attrs: dict[str, Any], row: Session | None) -> None:
        for name in self.DECIDED_BY_TEAM:
            if name in attrs and attrs[name] != getattr(row, name, None):
                if row is None:
                    del attrs[name]
                    continue
                raise NotAllowed(f"Only the team may change {name}.", pointer=f"/data/attributes/{name}")
        state = attrs.get("state")
        if state and state != getattr(row, "state", None):
            allowed = self.PROPOSABLE if row is None or row.state in self.PROPOSABLE else ()
            if state not in (*allowed, *(self.WITHDRAWABLE if row is not None else ())):
                raise NotAllowed("Only the team may decide on a session.", pointer="/data/attributes/state")


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
api.nest(Event, Session, "sessions", lookup="event")
api.nest(Event, Speaker, "speakers", lookup="event")
api.nest(Track, Session, "sessions", lookup="track", is_writable=True)
api.nest(Microlocation, Session, "sessions", lookup="microlocation", is_writable=True)
api.nest(SessionType, Session, "sessions", lookup="session_type", is_writable=True)
api.nest(User, Session, "sessions", lookup="speakers__user")
api.nest(User, Speaker, "speakers", lookup="user")
