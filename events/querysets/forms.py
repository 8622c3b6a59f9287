"""Which parts of form fields somebody may see."""

from typing import Any, Self

from openevent.models import BaseQuerySet, SoftDeletableQuerySet


class OfFormMixin:
    def visible_to(self, user: Any) -> Self:
        """Parts of the fields of visible events."""
        from ..models import Event

        events = Event.objects.visible_to(user).values("pk")
        return self.filter(custom_form__event__in=events)  # type: ignore[attr-defined]


class OfFormQuerySet(OfFormMixin, BaseQuerySet):
    """Without a trash."""


class OfFormSoftQuerySet(OfFormMixin, SoftDeletableQuerySet):
    """With one."""
