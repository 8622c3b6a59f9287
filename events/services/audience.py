"""Who of an event's people is told of something, as far as they want mails of it."""

from typing import Any

from accounts.models import User

from ..models import EmailNotification, Event
from ..querysets import TEAM_ROLES


def people_of(event: Event | int, roles: tuple[str, ...] = TEAM_ROLES) -> list[User]:
    """Everybody who has one of ``roles`` in the event, the team unless said otherwise."""
    people = User.objects.filter(event_roles__event=event, event_roles__role__name__in=roles)
    return list(people.distinct().order_by("pk"))


def without_who_declined(people: list[User], event: Event | Any, choice: str) -> list[User]:
    """Those of ``people`` who did not decline mails of the kind ``choice`` (an attribute of email-notifications)."""
    declined = set(EmailNotification.objects.declined(event, choice).values_list("user_id", flat=True))
    return [person for person in people if person.pk not in declined]


def addresses_that_declined(event: Event | Any, choice: str) -> set[str]:
    """Addresses, in small letters, of people who do not want mails of the kind ``choice`` about ``event``."""
    emails = EmailNotification.objects.declined(event, choice).values_list("user__email", flat=True)
    return {email.lower() for email in emails}
