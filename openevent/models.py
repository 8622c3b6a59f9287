"""Abstract bases of every app's models. Nothing in here knows an app."""

from typing import Any, Self

from django.db import models
from django.utils import timezone


class BaseQuerySet(models.QuerySet):
    """Rows that know who may see them; fetching is authorising (DESIGN §1.5)."""

    def visible_to(self, user: Any) -> Self:
        """The rows ``user`` (or AnonymousUser) may see. Nothing, unless the model says otherwise."""
        return self.none()


class SoftDeletableQuerySet(BaseQuerySet):
    """Rows that are trashed before they are removed."""

    def living(self) -> Self:
        """Rows that are not in the trash."""
        return self.filter(deleted_at__isnull=True)

    @classmethod
    def as_living_manager(cls) -> models.Manager:
        """A manager that leaves the trash out, with this class's methods."""

        class LivingManager(models.Manager.from_queryset(cls)):  # type: ignore[misc]
            def get_queryset(self) -> models.QuerySet:
                return super().get_queryset().living()

        return LivingManager()


class SoftDeletable(models.Model):
    """DELETE on the wire sets ``deleted_at``; lists leave such rows out; PATCH to null restores."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        abstract = True

    def trash(self) -> None:
        """Move the row to the trash; a row that is there already keeps its time."""
        if self.deleted_at is None:
            self.deleted_at = timezone.now()
            self.save(update_fields=["deleted_at"])

    def restore(self) -> None:
        """Take the row out of the trash."""
        self.deleted_at = None
        self.save(update_fields=["deleted_at"])


class Singleton(models.Model):
    """The one row of a table, made when it is first asked for."""

    class Meta:
        abstract = True

    @classmethod
    def load(cls) -> Self:
        """The row, with its defaults when the site is new."""
        return cls._default_manager.get_or_create(pk=1)[0]


class Proxy:
    """``Meta = Proxy`` of a model that shows the rows of another one in another way: to others, or with numbers."""

    proxy = True


class ListedProxy(Proxy):
    """The same with an order, for lists."""

    ordering = ["pk"]
