"""Who somebody is to an event: the words that openevent/policy.py is written in."""

from collections import defaultdict
from typing import Any

import rules
from django.utils import timezone

from openevent.prepared import PreparedSelect

from .models import Event, EventMember, Group, RoleInvite, Session, Speaker, SpeakerInvite, SpeakersCall
from .querysets import DOOR_ROLES, PROGRAMME_ROLES, TEAM_ROLES, is_admin
from .querysets.groups import groups_run_by
from .role_permissions import roles_that_may


def event_of(obj: Any) -> Event | None:
    """The event that a row is part of; an event is its own."""
    return obj if isinstance(obj, Event) else getattr(obj, "event", None)


def event_id_of(obj: Any) -> int | None:
    """The id of the event that a row is part of, without fetching the event."""
    return obj.pk if isinstance(obj, Event) else getattr(obj, "event_id", None)


_ROLES = PreparedSelect(lambda pk: EventMember.objects.filter(user=pk).values_list("event_id", "role__name"), int)


def roles_of(user: Any) -> dict[int, set[str]]:
    """The user's roles by event, read once for a user object, that is: once in a request."""
    if not user.is_authenticated:
        return {}
    if not hasattr(user, "_roles_by_event"):
        found: dict[int, set[str]] = defaultdict(set)
        for event_id, name in _ROLES.all(user.pk):
            found[event_id].add(name)
        user._roles_by_event = found
    return user._roles_by_event


def has_event_role(user: Any, obj: Any, names: tuple[str, ...]) -> bool:
    """Whether the user has one of these roles in the row's event; site administrators have all."""
    if is_admin(user):
        return True
    event_id = event_id_of(obj)
    return event_id is not None and bool(roles_of(user).get(event_id, set()) & set(names))


@rules.predicate
def is_owner(user: Any, obj: Any) -> bool:
    """Owner of the event."""
    return has_event_role(user, obj, ("owner",))


@rules.predicate
def is_organizer(user: Any, obj: Any) -> bool:
    """Owner or organizer of the event."""
    return has_event_role(user, obj, ("owner", "organizer"))


@rules.predicate
def is_team(user: Any, obj: Any) -> bool:
    """Owner, organizer or co-organizer of the event."""
    return has_event_role(user, obj, TEAM_ROLES)


@rules.predicate
def runs_programme(user: Any, obj: Any) -> bool:
    """The team, track organizers and moderators of the event."""
    return has_event_role(user, obj, PROGRAMME_ROLES)


def may(verb: str, part: str) -> rules.predicates.Predicate:
    """The predicate of whoever has a role in the event that may ``verb`` its parts of that kind, as the
    site's administrators have set it (role_permissions.py)."""

    def has_role_that_may(user: Any, obj: Any) -> bool:
        return has_event_role(user, obj, tuple(roles_that_may(verb, part)))

    return rules.predicate(has_role_that_may, name=f"may {verb} a {part}")


@rules.predicate
def is_door_staff(user: Any, obj: Any) -> bool:
    """The team, or a registrar of the event."""
    return has_event_role(user, obj, DOOR_ROLES)


@rules.predicate
def is_listed_member(user: Any, obj: Any) -> bool:
    """The person whose role in an event the row is."""
    return bool(user.is_authenticated and isinstance(obj, EventMember) and obj.user_id == user.pk)


@rules.predicate
def is_invited(user: Any, obj: Any) -> bool:
    """The person whose proved address an invitation went to."""
    if not (user.is_authenticated and user.is_verified and isinstance(obj, (RoleInvite, SpeakerInvite))):
        return False
    return bool(obj.email.lower() == user.email.lower())


@rules.predicate
def is_session_creator(user: Any, obj: Any) -> bool:
    """Who handed the session in, or speaks in it; not while the team has locked it."""
    if not user.is_authenticated or not isinstance(obj, Session) or obj.is_locked:
        return False
    return obj.creator_id == user.pk or obj.speakers.filter(user_id=user.pk).exists()


@rules.predicate
def is_speaker_self(user: Any, obj: Any) -> bool:
    """The person the speaker's profile is of."""
    return bool(user.is_authenticated and isinstance(obj, Speaker) and obj.user_id == user.pk)


@rules.predicate
def is_session_creator_of(user: Any, obj: Any) -> bool:
    """Who handed in, or speaks in, the session that the row is about."""
    return is_session_creator(user, getattr(obj, "session", None))


@rules.predicate
def is_own(user: Any, obj: Any) -> bool:
    """The person whose feedback, favourite or subscription the row is; site administrators count as well."""
    return is_admin(user) or bool(user.is_authenticated and getattr(obj, "user_id", None) == user.pk)


@rules.predicate
def is_group_manager(user: Any, obj: Any) -> bool:
    """Founder, owner or organizer of the group, or of the group that the row is about."""
    if is_admin(user):
        return True
    group_id = obj.pk if isinstance(obj, Group) else getattr(obj, "group_id", None)
    return bool(user.is_authenticated and group_id and groups_run_by(user).filter(pk=group_id).exists())


@rules.predicate
def takes_proposals(user: Any, obj: Any) -> bool:
    """Whether signed-in people may hand in sessions and speakers: switched on, and the call, if any, is open."""
    event = event_of(obj)
    if not user.is_authenticated or event is None or not event.is_sessions_speakers_enabled:
        return False
    call = SpeakersCall.objects.filter(event=event).first()
    return call is None or call.is_open_at(timezone.now())
