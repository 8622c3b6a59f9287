"""How many sessions, speakers and sponsors an event has. Zeros where there are none, never 404."""

from collections import Counter, defaultdict
from types import SimpleNamespace
from typing import Any

from django.db.models import Count
from rest_framework import serializers

from openevent import api
from openevent.api.permissions import demand
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Event, EventStatistics, Session, Speaker, Sponsor

SPEAKER_STATES = ("accepted", "confirmed", "pending", "rejected")


def count(name: str) -> serializers.IntegerField:
    """One of the numbers that ``prepare`` has counted for a row."""
    return serializers.IntegerField(source=f"numbers.{name}", read_only=True)


class EventStatisticsSerializer(ResourceSerializer):
    """``sessions`` counts all, ``sessions-submitted`` those that are no drafts; ``speakers`` goes by session state."""

    sessions = count("sessions")
    sessions_submitted = count("sessions_submitted")
    sessions_draft = count("sessions_draft")
    sessions_pending = count("sessions_pending")
    sessions_accepted = count("sessions_accepted")
    sessions_confirmed = count("sessions_confirmed")
    sessions_rejected = count("sessions_rejected")
    sessions_canceled = count("sessions_canceled")
    sessions_withdrawn = count("sessions_withdrawn")
    speakers = serializers.DictField(source="numbers.speakers", child=serializers.IntegerField(), read_only=True)
    speaker_without_session = count("speaker_without_session")
    sponsors = count("sponsors")

    class Meta:
        model = EventStatistics
        type = "event-statistics-general"
        fields = [
            "identifier",
            "sessions",
            "sessions_submitted",
            "sessions_draft",
            "sessions_pending",
            "sessions_accepted",
            "sessions_confirmed",
            "sessions_rejected",
            "sessions_canceled",
            "sessions_withdrawn",
            "speakers",
            "speaker_without_session",
            "sponsors",
        ]
        identifier_field = "identifier"

    @staticmethod
    def prepare(rows: list[Event], user: Any, names: set[str]) -> None:
        """The numbers of all ``rows``, by four queries."""
        ids = [row.pk for row in rows]
        sessions: dict[int, Counter[str]] = defaultdict(Counter)
        found = Session.objects.filter(event__in=ids).order_by().values("event_id", "state").annotate(n=Count("pk"))
        for row in found:
            sessions[row["event_id"]][row["state"]] = row["n"]
        speakers = _speakers(ids)
        sponsors = Sponsor.objects.filter(event__in=ids).order_by().values("event_id").annotate(n=Count("pk"))
        by_event = dict(sponsors.values_list("event_id", "n"))
        for event in rows:
            states = sessions[event.pk]
            event.numbers = SimpleNamespace(  # type: ignore[attr-defined]
                sessions=states.total(),
                sessions_submitted=states.total() - states["draft"],
                **{f"sessions_{state}": states[state] for state in Session.State.values},
                speakers={name: speakers[event.pk][name] for name in (*SPEAKER_STATES, "total")},
                speaker_without_session=speakers[event.pk]["without"],
                sponsors=by_event.get(event.pk, 0),
            )


def _speakers(ids: list[int]) -> dict[int, Counter[str]]:
    """Speakers by event: all, without a session, and by the states of their sessions."""
    numbers: dict[int, Counter[str]] = defaultdict(Counter)
    living = Speaker.objects.filter(event__in=ids).order_by()
    talking = living.filter(sessions__deleted_at=None, sessions__isnull=False)
    by_state = talking.values("event_id", "sessions__state").annotate(n=Count("pk", distinct=True))
    for row in by_state:
        numbers[row["event_id"]][row["sessions__state"]] = row["n"]
    for event_id, total in living.values("event_id").annotate(n=Count("pk")).values_list("event_id", "n"):
        numbers[event_id].update(total=total, without=total)
    for event_id, n in talking.values("event_id").annotate(n=Count("pk", distinct=True)).values_list("event_id", "n"):
        numbers[event_id]["without"] -= n
    return numbers


@api.resource
class EventStatisticsViewSet(ResourceViewSet):
    serializer_class = EventStatisticsSerializer
    path = "event-statistics-general"
    actions = ("retrieve",)
    needs_login = True

    def get_object(self) -> Any:
        """The numbers; who sees the event but not its numbers gets 403, not 404."""
        if self.relationship is not None:
            demand(self.request, "events.view_statistics", self.get_parent())
        return super().get_object()


api.nest(Event, EventStatistics, "general_statistics", lookup="id", many=False)
