"""Sessions: what they are, and how they go from draft to programme."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from openevent import api
from openevent.api.inputs import plain_body
from openevent.api.permissions import demand, demand_login, may
from openevent.api.schema.plain import documents, members, or_null
from openevent.api.serializers import ResourceSerializer
from openevent.api.throttling import ScopedThrottle
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import NotAllowed

from ..models import Event, Microlocation, Session, SessionType, Track
from ..querysets.opinions import favourites_of, ratings_of
from ..services import sessions
from ..services.answers import demand_answers_of
from ..services.clashes import clashes_of_session
from .clashes import describe
from .programme import LINKS


class SessionSerializer(ResourceSerializer):
    """``average-rating``, ``rating-count`` and ``favourite-count`` are counted when they are asked for.
    ``send-email: false`` with a new state keeps the speakers' mail from being sent."""

    average_rating = serializers.SerializerMethodField()
    rating_count = serializers.SerializerMethodField()
    favourite_count = serializers.SerializerMethodField()
    send_email = serializers.BooleanField(write_only=True, required=False, allow_null=True)

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
            "send_email",
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

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """What states there are and what is mailed of them; a mail in one's own words."""
        return [
            path("states", SessionStatesView.as_view(), name="session-states"),
            path("mails", SessionMailsView.as_view(), name="session-mails"),
            path("<int:pk>/notify", NotifyView.as_view(), name="session-notify"),
        ]

    def perform_create(self, attrs: dict[str, Any]) -> Session:
        """A session made by the team, or a proposal."""
        user = self.request.user
        attrs.pop("send_email", None)
        is_team = may(user, "events.organize_session", attrs["event"])
        if not is_team:
            self._keep_to_proposal(attrs)
        session: Session = super().perform_create({**attrs, "creator": user})
        if not is_team and session.state != Session.State.DRAFT:
            demand_answers_of(session)
        sessions.note_submission(session)
        return session

    def perform_update(self, row: Session, attrs: dict[str, Any]) -> Session:
        """Change a session; its speakers cannot decide on it."""
        is_mail_wanted = attrs.pop("send_email", None) is not False
        row = Session.with_trashed.select_for_update(of=("self",)).get(pk=row.pk)
        before, user = row.state, self.request.user
        is_team = may(user, "events.organize_session", row)
        if not is_team:
            self._refuse_decisions(attrs, row)
        sessions.check_change(session=row, wanted=attrs.get("state", before), is_team=is_team)
        updated: Session = super().perform_update(row, attrs)
        if updated.state != before:
            if not is_team and updated.state == Session.State.PENDING:
                demand_answers_of(updated)
            sessions.note_submission(updated)
            sessions.announce_change(session=updated, before=before, by=user, is_mail_wanted=is_mail_wanted and is_team)
        return updated

    def document(self, row: Any) -> dict[str, Any]:
        """The kit's; who organizes sessions is told with what the one that was written clashes."""
        body = super().document(row)
        if self.request.method != "GET" and may(self.request.user, "events.organize_session", row):
            clashes = clashes_of_session(row)
            if clashes:
                body["meta"] = {"clashes": [describe(clash) for clash in clashes]}
        return body

    def _keep_to_proposal(self, attrs: dict[str, Any]) -> None:
        for name in self.DECIDED_BY_TEAM:
            attrs.pop(name, None)
        if attrs.get("state", Session.State.DRAFT) not in (Session.State.DRAFT, Session.State.PENDING):
            raise NotAllowed("Only the team may decide on a session.", pointer=sessions.POINTER)

    def _refuse_decisions(self, attrs: dict[str, Any], row: Session) -> None:
        for name in self.DECIDED_BY_TEAM:
            if name in attrs and attrs[name] != getattr(row, name):
                raise NotAllowed(f"Only the team may change {name}.", pointer=f"/data/attributes/{name}")


class SessionStatesView(APIView):
    """``GET /v1/sessions/states``."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    FOLLOWING = {"type": "object", "additionalProperties": {"type": "boolean"}}
    BY_STATE = {"type": "object", "additionalProperties": FOLLOWING}

    @documents(answer=members({"organizer": BY_STATE, "speaker": BY_STATE}), errors=[])
    def get(self, request: Request) -> Response:
        """By role and state, which states may follow, and whether the speakers get a mail of it."""
        return Response(sessions.transitions())


class SessionMailsView(APIView):
    """``GET /v1/sessions/mails``."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @documents(answer={"type": "object", "additionalProperties": members({"subject": str, "message": str})}, errors=[])
    def get(self, request: Request) -> Response:
        """By state, what a mail to the speakers says when the team says nothing else."""
        return Response({str(s): {"subject": subject, "message": m} for s, (subject, m) in sessions.MAILED.items()})


class LetterSerializer(serializers.Serializer):
    subject = serializers.CharField(max_length=200, required=False, allow_blank=True, allow_null=True)
    message = serializers.CharField(max_length=10_000, required=False, allow_blank=True, allow_null=True)


class NotifyView(APIView):
    """``POST /v1/sessions/<id>/notify`` ``{"subject", "message"}``, both of which may be left out, by the team."""

    permission_classes: list[Any] = []
    serializer_class = LetterSerializer
    throttle_classes = [ScopedThrottle]
    throttle_scope = "session_mail"

    @documents(
        body=members({}, {"subject": or_null(str), "message": or_null(str)}),
        answer=members({"success": bool, "mails": int}),
        errors=[400, 401, 403, 404, 422, 429],
    )
    def post(self, request: Request, pk: int) -> Response:
        """How many speakers got a mail about how the session stands."""
        demand_login(request)
        session = Session.objects.visible_to(request.user).get(pk=pk)
        demand(request, "events.organize_session", session)
        given = LetterSerializer(data=plain_body(request))
        given.is_valid(raise_exception=True)
        words = {name: text or "" for name, text in given.validated_data.items()}
        return Response({"success": True, "mails": sessions.mail_speakers(session=session, **words)})


api.nest(Event, Session, "sessions", lookup="event")
api.nest(Track, Session, "sessions", lookup="track", is_writable=True)
api.nest(Microlocation, Session, "sessions", lookup="microlocation", is_writable=True)
api.nest(SessionType, Session, "sessions", lookup="session_type", is_writable=True)
api.nest(User, Session, "sessions", lookup="speakers__user")
