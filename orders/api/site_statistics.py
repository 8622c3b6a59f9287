"""`/v1/admin/statistics/…`: how many people, events, sessions, mails and groups the site has, for administrators."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, ClassVar

from django.db.models import Count, Q
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.site import OneRecordViewSet
from accounts.models import Mail, User
from events.models import Event, EventTopic, EventType, Group, GroupFollower, Session
from openevent import api
from openevent.api.permissions import demand, demand_login
from openevent.api.schema.plain import documents, members
from openevent.api.serializers import ResourceSerializer

from ..models import EventCounts, GroupStatistics, MailStatistics, SessionStatistics, UserStatistics

Numbers = dict[str, int]
SPANS = {"one_day": 1, "three_days": 3, "seven_days": 7, "thirty_days": 30}  # days


def counted(**conditions: Q) -> dict[str, Count]:
    """Aggregates that count the rows for which each condition holds."""
    return {name: Count("pk", filter=condition) for name, condition in conditions.items()}


def count_users() -> Numbers:
    """People by rank, and by what they are in some event (2 queries)."""
    ranks = User.objects.aggregate(
        **counted(
            super_admin=Q(is_super_admin=True),
            admin=Q(is_admin=True),
            verified=Q(is_verified=True),
            unverified=Q(is_verified=False),
        )
    )
    roles = {
        name: Count("pk", filter=Q(event_roles__role__name=name), distinct=True)
        for name in ("owner", "organizer", "coorganizer", "track_organizer")
    }
    in_events = User.objects.aggregate(**roles)
    attendees = User.objects.filter(Q(attendees__deleted_at=None, attendees__isnull=False)).distinct().count()
    return {**ranks, **in_events, "attendee": attendees}


def count_events() -> Numbers:
    """Events by state; ``past`` are those that are over."""
    return Event.objects.aggregate(
        **counted(draft=Q(state="draft"), published=Q(state="published"), past=Q(ends_at__lt=timezone.now()))
    )


def count_sessions() -> Numbers:
    """Sessions by state; ``submitted`` are all that are no drafts."""
    states = {state: Q(state=state) for state in ("draft", "pending", "accepted", "confirmed", "rejected")}
    return Session.objects.aggregate(**counted(submitted=~Q(state="draft"), **states))


def count_mails() -> Numbers:
    """Mails of the last days."""
    now = timezone.now()
    conditions = {name: Q(time__gte=now - timedelta(days=days)) for name, days in SPANS.items()}
    return Mail.objects.exclude(state=Mail.State.DECOY).aggregate(**counted(**conditions))


def count_groups() -> Numbers:
    """Groups, their events, and who follows them."""
    return {
        "groups": Group.objects.count(),
        "group_events": Event.objects.exclude(group=None).count(),
        "followers": GroupFollower.objects.filter(group__deleted_at=None).count(),
    }


def prepared(count: Callable[[], Numbers]) -> Any:
    """The ``prepare`` of a serializer that shows what ``count`` finds."""

    def prepare(rows: list[Any], user: Any, names: set[str]) -> None:
        numbers = SimpleNamespace(**count()) if names else None
        for row in rows:
            row.numbers = numbers

    return staticmethod(prepare)


class NumbersSerializer(ResourceSerializer):
    """Whole numbers, by the names that ``Meta.fields`` gives them."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """A field for each."""
        names = self.Meta.fields
        return {name: serializers.IntegerField(source=f"numbers.{name}", read_only=True) for name in names}


class StatisticsViewSet(OneRecordViewSet):
    """One record; any id below the collection means it."""

    actions = ("retrieve",)
    needs_login = True
    collection_methods: ClassVar[dict[str, str]] = {"get": "retrieve"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The kit's, for administrators."""
        super().initial(request, *args, **kwargs)
        demand(request, "orders.count_site")


class UserStatisticsSerializer(NumbersSerializer):
    prepare = prepared(count_users)

    class Meta:
        model = UserStatistics
        type = "admin-statistics-user"
        fields = [
            "super_admin",
            "admin",
            "verified",
            "unverified",
            "owner",
            "organizer",
            "coorganizer",
            "track_organizer",
            "attendee",
        ]


@api.resource
class UserStatisticsViewSet(StatisticsViewSet):
    serializer_class = UserStatisticsSerializer
    path = "admin/statistics/users"


class EventCountsSerializer(NumbersSerializer):
    prepare = prepared(count_events)

    class Meta:
        model = EventCounts
        type = "admin-statistics-event"
        fields = ["draft", "published", "past"]


@api.resource
class EventCountsViewSet(StatisticsViewSet):
    serializer_class = EventCountsSerializer
    path = "admin/statistics/events"


class SessionStatisticsSerializer(NumbersSerializer):
    prepare = prepared(count_sessions)

    class Meta:
        model = SessionStatistics
        type = "admin-statistics-session"
        fields = ["draft", "submitted", "pending", "accepted", "confirmed", "rejected"]


@api.resource
class SessionStatisticsViewSet(StatisticsViewSet):
    serializer_class = SessionStatisticsSerializer
    path = "admin/statistics/sessions"


class MailStatisticsSerializer(NumbersSerializer):
    prepare = prepared(count_mails)

    class Meta:
        model = MailStatistics
        type = "admin-statistics-mail"
        fields = list(SPANS)


@api.resource
class MailStatisticsViewSet(StatisticsViewSet):
    serializer_class = MailStatisticsSerializer
    path = "admin/statistics/mails"


class GroupStatisticsSerializer(NumbersSerializer):
    prepare = prepared(count_groups)

    class Meta:
        model = GroupStatistics
        type = "admin-statistics-group"
        fields = ["groups", "group_events", "followers"]


@api.resource
class GroupStatisticsViewSet(StatisticsViewSet):
    serializer_class = GroupStatisticsSerializer
    path = "admin/statistics/groups"


class TaxonomyCountView(APIView):
    """``GET /v1/admin/statistics/event-topics`` and ``…/event-types``: how many events each has."""

    permission_classes: ClassVar[list[Any]] = []
    model: Any = None

    @documents(answer={"type": "array", "items": members({"id": int, "name": str, "count": int})}, errors=[401])
    def get(self, request: Request) -> Response:
        """Those that have events anybody can find, the most used first."""
        demand_login(request)
        listed = Event.objects.listed()
        rows = self.model.objects.annotate(count=Count("events", filter=Q(events__in=listed.values("pk"))))
        found = rows.filter(count__gt=0).order_by("-count", "name")
        return Response(list(found.values("id", "name", "count")))


urlpatterns = [
    path(
        f"v1/admin/statistics/event-{kind}s",
        TaxonomyCountView.as_view(model=model),
        name=f"event-{kind}-statistics",
    )
    for kind, model in (("topic", EventTopic), ("type", EventType))
]
