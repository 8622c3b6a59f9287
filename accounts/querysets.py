"""Which users, mails and notifications: the sets that the rest of the house asks for."""

from collections.abc import Callable
from typing import Any, Self

from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from openevent.models import BaseQuerySet, SoftDeletableQuerySet

# Apps above add who else a user may see (the buyers of one's events, …): each returns a condition on users.
ACQUAINTANCES: list[Callable[[Any], Q]] = []

# The same for the mails of the outbox that somebody reads though he is no administrator.
MAILS_READ_BY: list[Callable[[Any], Q]] = []


class UserQuerySet(SoftDeletableQuerySet):
    def by_email(self, email: str) -> Self:
        """The living account with this address, whatever its case."""
        # lower(), as the unique index has it; iexact would compare upper() and read the whole table
        return self.living().alias(address=Lower("email")).filter(address=Lower(Value(email.strip())))

    def visible_to(self, user: Any) -> Self:
        """Everybody for admins; oneself, and the people one works with, for the others."""
        if not user.is_authenticated:
            return self.none()
        if user.is_any_admin:
            return self
        condition = Q(pk=user.pk)
        for known_to in ACQUAINTANCES:
            condition |= known_to(user)
        return self.filter(condition)


class AdminOnlyQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Site administrators see all rows, others none."""
        return self if user.is_authenticated and user.is_any_admin else self.none()


class PublicQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees these."""
        return self


class PublicSoftQuerySet(SoftDeletableQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees these."""
        return self


class OwnMixin:
    """Rows with a ``user``: seen by their owner, and by site administrators."""

    def visible_to(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()  # type: ignore[attr-defined]
        return self if user.is_any_admin else self.filter(user=user)  # type: ignore[attr-defined]


class OwnQuerySet(OwnMixin, BaseQuerySet):
    pass


class OwnSoftQuerySet(OwnMixin, SoftDeletableQuerySet):
    pass


class JobQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What one asked for oneself: results are for nobody else, whatever his rank."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def with_token(self, token: str) -> Self:
        """The one whose download's address ends in this; not those that are handed to their person alone."""
        return self.none() if "\x00" in token else self.filter(token=token, is_personal=False)

    def unfinished(self) -> Self:
        """Those that a worker has, or will have."""
        return self.filter(state__in=["WAITING", "STARTED"])

    def due(self) -> Self:
        """Unfinished ones that no worker has a lease on."""
        return self.unfinished().filter(due_at__lte=timezone.now())

    def expired(self) -> Self:
        """Those whose result nobody can fetch any more."""
        return self.filter(expires_at__lte=timezone.now())


class MailQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Site administrators see what was meant to be sent; whoever runs an event, the mails about it."""
        rows = self.exclude(state="decoy")
        if not user.is_authenticated:
            return self.none()
        if user.is_any_admin:
            return rows
        condition = Q(pk=None)
        for read_by in MAILS_READ_BY:
            condition |= read_by(user)
        return rows.filter(condition)

    def unsent(self) -> Self:
        """Mails that nobody has handed to a mail server yet and that are still worth a try."""
        return self.filter(state__in=["queued", "sending"])

    def due(self) -> Self:
        """Unsent mails whose time has come; one that is being sent comes due when its lease ends."""
        return self.unsent().filter(due_at__lte=timezone.now())


class NotificationQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own notifications; all for admins."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_any_admin else self.filter(user=user)
