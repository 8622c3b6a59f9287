"""What people think of events and sessions: feedback and favourites."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from openevent.fields import text
from openevent.models import ListedProxy, SoftDeletable

from ..querysets.opinions import FavouriteEventQuerySet, FavouriteSessionQuerySet, FeedbackQuerySet, OwnQuerySet
from .event import Event
from .programme import Session

BEST = 5


def _once(name: str, fields: list[str], condition: Q, message: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=fields,
        name=name,
        condition=condition,
        violation_error_message=message,
        violation_error_code="duplicate",
    )


class Feedback(SoftDeletable):
    """How somebody rates a session (0 to 5), or, where there is none, the event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="feedbacks")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, null=True, blank=True, related_name="feedbacks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feedbacks")
    rating = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(BEST)])
    comment = text()

    objects = FeedbackQuerySet.as_living_manager()
    with_trashed = FeedbackQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(rating__gte=0, rating__lte=BEST), name="feedback_rating_0_to_5"),
            _once(
                "feedback_once_per_session",
                ["user", "session"],
                Q(deleted_at__isnull=True, session__isnull=False),
                "You have given feedback on this session already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating:g}"

    def clean(self) -> None:
        """The session is one of the event."""
        if self.session is not None and self.session.event_id != self.event_id:
            raise ValidationError({"session": ValidationError("It belongs to another event.", code="foreign_event")})


class FavouriteEvent(SoftDeletable):
    """An event that somebody has marked."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="favourites")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourite_events")

    objects = FavouriteEventQuerySet.as_living_manager()
    with_trashed = FavouriteEventQuerySet.as_manager()

    class Meta:
        base_manager_name = "with_trashed"
        ordering = ["pk"]
        constraints = [
            _once(
                "favourite_event_once",
                ["user", "event"],
                Q(deleted_at__isnull=True),
                "The event is among your favourites already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} likes event {self.event_id}"


class FavouriteSession(models.Model):
    """A session that somebody has marked."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="favourites")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourite_sessions")

    objects = FavouriteSessionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "session"],
                name="favourite_session_once",
                violation_error_message="The session is among your favourites already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} likes session {self.session_id}"

    @property
    def event_id(self) -> Any:
        """The id of the session's event."""
        return self.session.event_id


class OwnFavouriteSession(FavouriteSession):
    """The same rows, of which everybody sees only his own: a session's ``favourite``."""

    objects = OwnQuerySet.as_manager()
    Meta = ListedProxy
