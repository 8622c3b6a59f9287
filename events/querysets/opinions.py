"""Whose feedback and favourites somebody may see."""

from typing import Any, Self

from django.db.models import Avg, Count, Q

from openevent.models import BaseQuerySet, SoftDeletableQuerySet

from . import OfEventMixin, is_admin


class FeedbackQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Feedback on visible events and sessions, and one's own."""
        from ..models import Session

        rows = self.of_visible_events(user)
        if is_admin(user):
            return rows
        sessions = Session.objects.visible_to(user).order_by().values("pk")
        condition = Q(session=None) | Q(session__in=sessions)
        if user.is_authenticated:
            condition |= Q(user=user)
        return rows.filter(condition)


class OwnQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees his own rows, and nobody others'."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class FavouriteEventQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, as long as the event may be seen; all for admins."""
        rows = self.of_visible_events(user)
        if is_admin(user):
            return rows
        return rows.filter(user=user) if user.is_authenticated else self.none()


class FavouriteSessionQuerySet(OwnQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, as long as the session lives; all for admins."""
        rows = self.filter(session__deleted_at=None, session__event__deleted_at=None)
        return rows if is_admin(user) else super(FavouriteSessionQuerySet, rows).visible_to(user)


def ratings_of(session_ids: list[int]) -> dict[int, tuple[float, int]]:
    """Average and number of ratings by session; sessions without any are left out."""
    from ..models import Feedback

    rows = Feedback.objects.filter(session__pk__any_of=session_ids).order_by().values("session_id")
    return {r["session_id"]: (round(r["mean"], 2), r["n"]) for r in rows.annotate(mean=Avg("rating"), n=Count("pk"))}


def favourites_of(session_ids: list[int]) -> dict[int, int]:
    """How many people have marked a session; sessions that nobody has are left out."""
    from ..models import FavouriteSession

    rows = FavouriteSession.objects.filter(session__pk__any_of=session_ids, user__deleted_at=None).order_by()
    return dict(rows.values("session_id").annotate(n=Count("pk")).values_list("session_id", "n"))
