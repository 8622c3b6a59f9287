"""Whose feedback and favourites somebody may see."""

from typing import Any, Self

from django.db.models import Q

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
