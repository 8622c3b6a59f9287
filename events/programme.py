"""What of an event's programme is settled."""

from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from .models import Event, Session, Speaker


def scheduled_sessions(event: Event) -> QuerySet[Session]:
    """The sessions that take place, by the time they begin, with all that is printed of them."""
    return (
        Session.objects.filter(event=event, state__in=Session.PUBLIC_STATES, starts_at__isnull=False)
        .select_related("track", "microlocation", "session_type")
        .prefetch_related(Prefetch("speakers", Speaker.objects.order_by("pk")))
        .order_by("starts_at", "pk")
    )


def length_of(session: Session) -> timedelta:
    """How long a scheduled session takes: till its end, else as long as its kind does."""
    starts: datetime = session.starts_at  # type: ignore[assignment]
    if session.ends_at is not None and session.ends_at > starts:
        return session.ends_at - starts
    hours, minutes = (session.session_type.length if session.session_type else "0:00").split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
