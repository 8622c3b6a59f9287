"""Feedback and favourites."""

from typing import Any

from django.db.models import Q

from accounts.models import User
from openevent import api
from openevent.api.inputs import MISSING, ResourceInput, resolve
from openevent.api.keys import key_condition
from openevent.api.reading import visible_row
from openevent.api.registry import registry
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import NotFound

from ..models import Event, FavouriteEvent, FavouriteSession, Feedback, OwnFavouriteSession, Session


class OwnRows(ResourceViewSet):
    """Rows that belong to who makes them."""

    def perform_create(self, attrs: dict[str, Any]) -> Any:
        """Make it, for the caller."""
        return super().perform_create({**attrs, "user": self.request.user})


class FeedbackSerializer(ResourceSerializer):
    class Meta:
        model = Feedback
        type = "feedback"
        fields = ["rating", "comment", "deleted_at"]
        relations = ["event", "session", "user"]
        read_only_relations = ["user"]


@api.resource
class FeedbackViewSet(OwnRows):
    """Feedback on an event as a whole, as often as one likes, or on a session, once by each person."""

    serializer_class = FeedbackSerializer
    actions = ("create", "retrieve", "update", "destroy")

    def scope_for_creation(self, given: ResourceInput) -> Any:
        """The event; that of the session where only this is named."""
        linkage = given.linkage("session")
        if given.linkage("event") in (MISSING, None) and linkage not in (MISSING, None):
            return resolve(self.resource.relationships["session"], linkage, self.request.user).event
        return super().scope_for_creation(given)

    def perform_update(self, row: Feedback, attrs: dict[str, Any]) -> Feedback:
        """Change one's mind, not the subject."""
        attrs.pop("session", None)
        updated: Feedback = super().perform_update(row, attrs)
        return updated


class FavouriteEventSerializer(ResourceSerializer):
    class Meta:
        model = FavouriteEvent
        type = "user-favourite-event"
        fields = ["deleted_at"]
        relations = ["event", "user"]
        read_only_relations = ["user"]


@api.resource
class FavouriteEventViewSet(OwnRows):
    """Marked events. DELETE takes the event's id, as clients know no other; GET takes both."""

    serializer_class = FavouriteEventSerializer
    actions = ("list", "create", "retrieve", "destroy")
    aliases = ("favourite-events",)

    def get_object(self) -> Any:
        """The row, or the caller's mark on the event of that id; for DELETE only the latter."""
        if self.relationship is not None:
            return super().get_object()
        key = str(self.kwargs["pk"])
        if self.request.method != "DELETE":
            row = visible_row(self.resource, self.request.user, key)
            return row if row is not None else self._mark_on(key)
        self.demand_login_to("delete")
        return self._mark_on(key)

    def _mark_on(self, key: str) -> FavouriteEvent:
        if not self.request.user.is_authenticated:
            raise NotFound("Object not found.")
        events = Event.with_trashed.filter(key_condition(registry.of(Event), key))
        row = FavouriteEvent.objects.filter(event__in=events, user=self.request.user).first()
        if row is None:
            raise NotFound("Object not found.")
        return row


class FavouriteSessionSerializer(ResourceSerializer):
    class Meta:
        model = FavouriteSession
        type = "user-favourite-session"
        fields: list[str] = []
        relations = ["session", "user"]
        read_only_relations = ["user"]
        scope = "session"


@api.resource
class FavouriteSessionViewSet(OwnRows):
    serializer_class = FavouriteSessionSerializer
    actions = ("list", "create", "retrieve", "destroy")
    aliases = ("favourite-sessions",)

    @property
    def needs_login(self) -> bool:  # type: ignore[override]
        """A single mark is private; of a list strangers see nothing."""
        return bool(self.detail)


@api.narrowed
class OwnFavouriteSessionViewSet(FavouriteSessionViewSet):
    model = OwnFavouriteSession
    actions = ("retrieve",)


api.nest(Event, Feedback, "feedbacks", lookup="event", where=Q(session=None))
api.nest(Session, Feedback, "feedbacks", lookup="session")
api.nest(User, Feedback, "feedbacks", lookup="user")
api.nest(User, FavouriteEvent, "favourite_events", lookup="user", path="user-favourite-events")
api.nest(User, FavouriteSession, "favourite_sessions", lookup="user", path="user-favourite-sessions")
api.nest(Event, FavouriteSession, "session_favourites", lookup="session__event", path="user-favourite-sessions")
api.nest(
    Session,
    FavouriteSession,
    "favourites",
    lookup="session",
    path="user-favourite-sessions",
    self_path="favourite-sessions",
)
api.nest(Session, OwnFavouriteSession, "favourite", lookup="session", many=False)
