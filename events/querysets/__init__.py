"""Which events, and which of their parts, somebody may see."""

import re
from typing import Any, Self

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q

from openevent.models import BaseQuerySet, SoftDeletableQuerySet

TEAM_ROLES = ("owner", "organizer", "coorganizer")
PROGRAMME_ROLES = (*TEAM_ROLES, "track_organizer", "moderator")
DOOR_ROLES = (*TEAM_ROLES, "registrar")
ANY_ROLE = (*PROGRAMME_ROLES, "registrar")


def is_admin(user: Any) -> bool:
    """Site administrators count as team everywhere."""
    return bool(user.is_authenticated and user.is_any_admin)


def events_with_role(user: Any, roles: tuple[str, ...] = TEAM_ROLES) -> Any:
    """Ids of the events in which ``user`` has one of ``roles``, as a subquery; empty for anonymous."""
    from ..models import EventMember

    return EventMember.objects.filter(user_id=user.pk, role__name__in=roles).values("event_id")


def event_words() -> SearchVector:
    """What a search for events looks in; the table's index is made of the same expression."""
    columns = ("name", "description", "owner_name", "location_name", "searchable_location_name")
    return SearchVector(*columns, config="simple")


class PublicQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees these."""
        return self


class PublicSoftQuerySet(SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees these."""
        return self


class EventQuerySet(SoftDeletableQuerySet):
    def published(self) -> Self:
        """Events that more people than their teams know of."""
        return self.filter(state="published")

    def listed(self) -> Self:
        """Published events that anybody finds without knowing their address."""
        return self.published().filter(privacy="public")

    def of_team(self, user: Any) -> Self:
        """Events that ``user`` runs."""
        return self if is_admin(user) else self.filter(pk__in=events_with_role(user))

    def visible_to(self, user: Any) -> Self:
        """Published events for everybody, drafts for their team."""
        if is_admin(user):
            return self
        return self.filter(Q(state="published") | Q(pk__in=events_with_role(user)))

    def matching(self, text: str) -> Self:
        """Events in whose words all words of ``text`` stand, or words that begin with them."""
        words = re.findall(r"\w+", text)
        if not words:
            return self
        query = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
        return self.alias(words=event_words()).filter(words=query)

    def upcoming(self, now: Any) -> Self:
        """Events that are not over."""
        return self.filter(ends_at__gte=now)


class EventLocationQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The places of events that anybody finds: drafts are not given away."""
        from ..models import Event

        if is_admin(user):
            return self
        return self.filter(Exists(Event.objects.listed().filter(event_location=OuterRef("pk"))))

    def named(self, name: str | None) -> Any:
        """The place of this name, made where there was none; None for no name."""
        name = (name or "").strip()
        if not name:
            return None
        return self.filter(name__iexact=name).order_by("pk").first() or self.create(name=name)


class EventStatisticsQuerySet(EventQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The numbers of an event are its team's."""
        return self.of_team(user)


class OfEventMixin:
    """Rows with an ``event``: a part is seen by whoever sees the whole, never when the whole is trashed."""

    def of_visible_events(self, user: Any) -> Self:
        from ..models import Event

        return self.filter(event__in=Event.objects.visible_to(user).values("pk"))  # type: ignore[attr-defined]

    def of_events_with_role(self, user: Any, roles: tuple[str, ...] = TEAM_ROLES) -> Q:
        """The condition that the row's event is one in which ``user`` has one of ``roles``."""
        return Q(event_id__in=events_with_role(user, roles))


class OfEventQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Parts of the events that ``user`` may see."""
        return self.of_visible_events(user)


class OfEventPlainQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Parts, without a trash, of the events that ``user`` may see."""
        return self.of_visible_events(user)


class ExhibitorQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Accepted ones; the team sees who else would like to come."""
        rows = self.of_visible_events(user)
        if is_admin(user):
            return rows
        condition = Q(status="accepted")
        if user.is_authenticated:
            condition |= self.of_events_with_role(user)
        return rows.filter(condition)


class SessionQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def public(self) -> Self:
        """Sessions that stand in the published programme."""
        return self.filter(state__in=["accepted", "confirmed"])

    def visible_to(self, user: Any) -> Self:
        """The public programme; everything for who works on it; one's own proposals."""
        rows = self.of_visible_events(user)
        if is_admin(user):
            return rows
        condition = Q(state__in=["accepted", "confirmed"])
        if user.is_authenticated:
            condition |= self.of_events_with_role(user, PROGRAMME_ROLES) | Q(creator=user)
            condition |= Q(pk__in=_sessions_spoken_by(user))
        return rows.filter(condition)


class SpeakerQuerySet(OfEventMixin, SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Speakers of public sessions, and those the team put up; all for who works on the programme."""
        from ..models import Session

        rows = self.of_visible_events(user)
        if is_admin(user):
            return rows
        sessions = Session.objects.filter(speakers=OuterRef("pk"))
        condition = Q(is_featured=True) | Exists(sessions.public()) | (Q(user=None) & ~Exists(sessions))
        if user.is_authenticated:
            condition |= Q(user=user) | self.of_events_with_role(user, PROGRAMME_ROLES)
        return rows.filter(condition)


class EventMemberQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The team sees who does what; everybody his own roles."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(event__deleted_at=None)
        return rows if is_admin(user) else rows.filter(self.of_events_with_role(user) | Q(user=user))


class RoleInviteQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The team sees its invitations; the invited their own, once the address is proved to be theirs."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(event__deleted_at=None)
        if is_admin(user):
            return rows
        mine = Q(email__iexact=user.email) if user.is_verified else Q(pk=None)
        return rows.filter(self.of_events_with_role(user) | mine)


class SpeakerInviteQuerySet(OfEventMixin, BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Who works on the programme or speaks in the session, and the invited, once the address is theirs."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(event__deleted_at=None, session__deleted_at=None)
        if is_admin(user):
            return rows
        condition = self.of_events_with_role(user, PROGRAMME_ROLES) | Q(session__creator=user)
        condition |= Q(session__in=_sessions_spoken_by(user))
        if user.is_verified:
            condition |= Q(email__iexact=user.email)
        return rows.filter(condition)


def people_of_own_events(user: Any) -> Q:
    """Users who have a role in an event that ``user`` runs: colleagues know each other."""
    from ..models import EventMember

    colleagues = EventMember.objects.filter(event_id__in=events_with_role(user))
    return Q(pk__in=colleagues.values("user_id"))


def mails_of_own_events(user: Any) -> Q:
    """Mails about an event that ``user`` runs."""
    return Q(event_id__in=events_with_role(user))


def _sessions_spoken_by(user: Any) -> Any:
    from ..models import Session

    return Session.speakers.through.objects.filter(speaker__user_id=user.pk).values("session_id")
