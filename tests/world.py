"""A small world with a row of every resource, for the tests that walk the registry and the routes.

It is made once in each module that asks for it. A test leaves it as it was: what it changes is rolled back.
"""

import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from pytest_django import DjangoDbBlocker

from accounts.models import User
from events.models import Event
from openevent import urls
from openevent.api.registry import Resource, registry
from tests.factories import EXAMPLES, make_cast, make_event, make_row, prepare_row, switch_modules

assert urls.urlpatterns  # fills the registry

RESOURCES = sorted(registry, key=lambda resource: resource.type)
MANY = 50


class World:
    """One published event, its people, and one row of every resource; personal ones belong to Ada."""

    def __init__(self, event: Event, cast: SimpleNamespace) -> None:
        self.event = event
        self.cast = cast
        self.people: dict[str, Any] = {"anonymous": AnonymousUser(), **vars(cast)}
        self.rows: dict[type[models.Model], Any] = {Event: event, User: cast.ada}
        self._visible: dict[Any, bool] = {}
        for resource in RESOURCES:
            self.row_of(resource)
        for field in Event._meta.concrete_fields:
            if field.related_model in self.rows:
                setattr(event, field.name, self.rows[field.related_model])
        event.save()

    def row_of(self, resource: Resource) -> Any:
        """The world's row of a resource; the rows that it can point to are made before it."""
        model = resource.model
        if model not in self.rows:
            self.rows[model] = None
            for field in model._meta.concrete_fields:
                if field.related_model in registry.by_model and field.related_model not in self.rows:
                    self.row_of(registry.of(field.related_model))
            self.rows[model] = self._make(model)
            self._link(model)
        return self.rows[model]

    def _make(self, model: type[models.Model]) -> Any:
        if hasattr(model, "load"):
            return model.load()
        concrete = model._meta.concrete_model
        if concrete is not model:
            own = model._base_manager.get(pk=self.row_of(registry.of(concrete)).pk)
            shown = model.objects.visible_to(self.cast.sue)
            return own if shown.filter(pk=own.pk).exists() else shown.first() or own
        return make_row(model, {parent: row for parent, row in self.rows.items() if row is not None})

    def _link(self, model: type[models.Model]) -> None:
        for field in model._meta.many_to_many:
            if field.related_model in self.rows:
                getattr(self.rows[model], field.name).add(self.rows[field.related_model])

    def sees(self, name: str, resource: Resource) -> bool:
        """Whether ``visible_to`` shows somebody the row of a resource; sites' single records are everybody's."""
        key = (name, resource.model)
        if key not in self._visible:
            row, model = self.row_of(resource), resource.model
            rows = (
                model.objects.visible_to(self.people[name]) if hasattr(model.objects, "visible_to") else model.objects
            )
            self._visible[key] = rows.filter(pk=row.pk).exists()
        return self._visible[key]

    def shows(self, name: str, resource: Resource, row: Any) -> bool:
        """The same for any row of a resource."""
        if row == self.row_of(resource):
            return self.sees(name, resource)
        return bool(type(row).objects.visible_to(self.people[name]).filter(pk=row.pk).exists())

    def more_rows(self, resource: Resource, number: int = MANY - 1) -> list[Any]:
        """Further rows beside the world's one, under the same event as far as they may."""
        model, unique = resource.model, _unique_sets(resource.model)
        fresh = set().union(*unique) - {resource.scope_name}
        if {resource.scope_name} in unique:
            fresh.add(resource.scope_name)
        made = []
        for i in range(number):
            parents = dict(self.rows)
            for field in model._meta.concrete_fields:
                if field.name in fresh and field.is_relation:
                    parents[field.related_model] = _another(field.related_model, self.rows)
            distinct = dict.fromkeys(fresh & EXAMPLES.keys(), f"x{i}")
            made.append(prepare_row(model, parents, **distinct))
        model._base_manager.bulk_create(made)
        return made


def _unique_sets(model: type[models.Model]) -> list[set[str]]:
    constraints = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    found = [set(c.fields) for c in constraints if c.fields]
    return [*found, *({f.name} for f in model._meta.concrete_fields if f.one_to_one)]


def _another(model: type[models.Model], rows: dict[type[models.Model], Any]) -> Any:
    if model is Event:
        return make_event()
    return make_row(model, rows)


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    random.seed(20240301)
    with django_db_blocker.unblock(), transaction.atomic():
        switch_modules()
        event = make_event(is_sessions_speakers_enabled=True, location_name="Berlin")
        yield World(event, make_cast(event))
        transaction.set_rollback(True)


@pytest.fixture
def world(_world: World, db: None) -> World:
    """The world, within a transaction of the test's own."""
    return _world
