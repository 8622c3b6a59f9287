"""Who may watch which stream."""

from collections.abc import Callable
from typing import Any, Self

from django.db.models import Q

from openevent.models import BaseQuerySet

from . import ANY_ROLE, OfEventMixin, is_admin

# Apps above add who attends an event: each returns a condition on events.
ATTENDED_BY: list[Callable[[Any], Q]] = []


def events_attended_by(user: Any) -> Any:
    """Ids of the events whose doors are open to ``user`` as a speaker or attendee."""
    from ..models import Event, Speaker

    spoken = Speaker.objects.filter(user_id=user.pk, sessions__state__in=["accepted", "confirmed"])
    condition = Q(pk__in=spoken.order_by().values("event_id"))
    for attended_by in ATTENDED_BY:
        condition |= attended_by(user)
    return Event.objects.filter(condition).order_by().values("pk")


class VideoStreamQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Streams of events that one works at, speaks at or has a ticket for, and those one moderates."""
        if not user.is_authenticated:
            return self.none()
        rows = self.of_visible_events(user)
        if is_admin(user):
            return rows
        condition = self.of_events_with_role(user, ANY_ROLE) | Q(event__in=events_attended_by(user))
        return rows.filter(condition | Q(pk__in=_streams_moderated_by(user)))


class OfStreamQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Parts of the streams that ``user`` may watch."""
        from ..models import VideoStream

        return self.filter(video_stream__in=VideoStream.objects.visible_to(user).order_by().values("pk"))


class RecordingQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The team has the recordings."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(video_stream__event__deleted_at=None)
        return rows if is_admin(user) else rows.filter(_of_team(user))


class ModeratorQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The team sees who moderates; everybody what he moderates himself."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(video_stream__event__deleted_at=None)
        return rows if is_admin(user) else rows.filter(_of_team(user) | is_moderator(user))


def is_moderator(user: Any) -> Q:
    """The condition that a moderator is this person."""
    condition = Q(user_id=user.pk)
    return condition | Q(email__iexact=user.email) if user.is_verified else condition


def _of_team(user: Any) -> Q:
    from . import events_with_role

    return Q(video_stream__event__in=events_with_role(user))


def _streams_moderated_by(user: Any) -> Any:
    from ..models import VideoStreamModerator

    return VideoStreamModerator.objects.filter(is_moderator(user)).order_by().values("video_stream_id")
