"""The one place where the back office asks who may: for lists, objects, actions, inlines, autocomplete and choices."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db import models
from django.http import HttpRequest

from openevent import desks


def visible(model: type[models.Model], user: Any) -> models.QuerySet:
    """The rows of any model that ``user`` may see; all of a model that says nothing about it."""
    manager = model._default_manager
    return manager.visible_to(user) if hasattr(manager, "visible_to") else manager.all()


def choices(model: type[models.Model], user: Any) -> models.QuerySet:
    """The rows that ``user`` may point to: of models with a desk his own work, of others what he may see."""
    rows = visible(model, user)
    return desks.rows_for(user, rows) if desks.desk_of(model) else rows


def has_desk_at_event(model: type[models.Model]) -> bool:
    """Whether rows of the model are parts of an event by a column of their own."""
    desk = desks.desk_of(model)
    return desk is not None and desk.event == "event"


class PolicyAdmin:
    """Asks the policy table, for pages and inlines alike.

    Django asks without a row for lists, menus and actions: then the answer is whether there is any event for
    which the table says yes. With a row (of an inline: the row around it) it is the table's word on that row.
    """

    model: Any

    def may(self, request: HttpRequest, verb: str, obj: Any = None) -> bool:
        """What the table says of ``verb`` on a row, or (asked once in a request) on any row at all."""
        meta = self.model._meta
        perm = f"{meta.app_label}.{verb}_{meta.model_name}"
        if obj is not None:
            return self._may(request.user, perm, obj)
        known: dict[str, bool] = request.__dict__.setdefault("_may_anywhere", {})
        if perm not in known:
            known[perm] = self._may(request.user, perm, None)
        return known[perm]

    def _may(self, user: Any, perm: str, obj: Any) -> bool:
        if not desks.works_with(user, self.model, obj):
            return False
        if obj is not None or user.is_any_admin:
            return bool(user.has_perm(perm, obj))
        return any(self._may_in(user, perm, event) for event in desks.events_of(user))

    def _may_in(self, user: Any, perm: str, event: Any) -> bool:
        return desks.works_with(user, self.model, event) and user.has_perm(perm, event)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows that the list shows may be looked at."""
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """``obj`` is the parent of an inline."""
        return self.may(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the form can be saved."""
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether there is a delete button."""
        return self.may(request, "delete", obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The rows that are the user's work."""
        queryset = desks.rows_for(request.user, visible(self.model, request.user))
        ordering = self.get_ordering(request)  # type: ignore[attr-defined]
        return queryset.order_by(*ordering) if ordering else queryset

    def rows_allowed(self, request: HttpRequest, verb: str, rows: models.QuerySet) -> models.QuerySet:
        """Those of ``rows`` with which the table lets the user do ``verb``, asked once for each of his events. For
        verbs that hang on nothing but the event."""
        user: Any = request.user
        if user.is_any_admin:
            return rows if self.may(request, verb) else rows.none()
        meta, desk = self.model._meta, desks.desk_of(self.model)
        perm = f"{meta.app_label}.{verb}_{meta.model_name}"
        if desk is None:
            return rows.none()
        found = [event.pk for event in desks.events_of(user) if self._may_in(user, perm, event)]
        return rows.filter(**{f"{desk.event or 'pk'}__in": found})

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet:
        """The choices of a relation. The event of a new row is one in which the user may make such rows."""
        rows = choices(db_field.remote_field.model, request.user)
        if db_field.name != "event" or request.user.is_any_admin or not has_desk_at_event(self.model):  # type: ignore[union-attr]
            return rows
        perm = f"{self.model._meta.app_label}.add_{self.model._meta.model_name}"
        found = [event.pk for event in desks.events_of(request.user) if self._may_in(request.user, perm, event)]
        return rows.filter(pk__in=found)


class PolicyAutocomplete(AutocompleteJsonView):
    """Choices for whoever works with the form that they are for; of parts of an event those of ``?event=``."""

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """Asked of the form's model, not of the choices: those are narrowed below."""
        source = self.admin_site._registry.get(self.source_field.model)
        return source is not None and source.has_view_permission(request)

    def get_queryset(self) -> models.QuerySet:
        """Django's search within what the user may choose."""
        source = self.admin_site._registry[self.source_field.model]
        model = self.model_admin.model
        rows = source.get_field_queryset(None, self.source_field, self.request)
        rows = (choices(model, self.request.user) if rows is None else rows).complex_filter(
            self.source_field.get_limit_choices_to()
        )
        event = self.request.GET.get("event", "")
        if event.isdecimal() and len(event) < 19 and has_desk_at_event(model):
            rows = rows.filter(event=int(event))
        rows, may_repeat = self.model_admin.get_search_results(self.request, rows, self.term)
        rows = rows.order_by(*(self.model_admin.get_ordering(self.request) or ["pk"]))
        return rows.distinct() if may_repeat else rows
