"""What the requests meet: a row of every type, and the way back to it after something was changed."""

import random
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import orjson
from django.core.cache import cache
from django.db import IntegrityError, connection, models, transaction

from openevent.api.document import Writer
from openevent.api.registry import Resource, registry
from tests.factories import give_role, make_cast, make_event, make_ticket, switch_modules
from tests.servers import BASELINE
from tests.world import RESOURCES, World

SEQUENCES = """
CREATE TABLE baseline.sequences AS SELECT sequencename, COALESCE(last_value, 0) AS last FROM pg_sequences
WHERE schemaname = 'public';
"""
# also the ids of what is made go on where they went on before: a request that is sent again meets the same rows
RESTORE = """
SELECT baseline.restore();
SELECT setval(format('public.%I', sequencename), GREATEST(last, 1), last > 0) FROM baseline.sequences;
"""


class Neighbourhood(World):
    """A second event, with rows of its own wherever there may be two, of somebody else."""

    def __init__(self, event: Any, owner: Any, first: World) -> None:
        self.first = first
        super().__init__(event, SimpleNamespace(**{**vars(first.cast), "ada": owner}))

    def _make(self, model: type[models.Model]) -> Any:
        try:
            with transaction.atomic():
                return super()._make(model)
        except IntegrityError:  # there is one of it, for all
            return self.first.rows[model]


@dataclass
class Ground:
    """The rows by what requests call them: those of Olga's event, and those of another one, which is Eve's."""

    cast: Any
    keys: dict[str, list[str]] = field(default_factory=dict)  # by the collection in a path
    others: dict[str, list[str]] = field(default_factory=dict)  # the same of the other event
    ids: dict[str, Any] = field(default_factory=dict)  # by type, as linkage has them
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)  # resource objects by type

    @classmethod
    def laid(cls) -> "Ground":
        """The small world of the tests, stored for good."""
        random.seed(20240301)
        switch_modules()
        event = make_event(is_sessions_speakers_enabled=True, location_name="Berlin")
        world = World(event, make_cast(event))
        other = make_event(name="Meeting", is_sessions_speakers_enabled=True, location_name="Bonn")
        give_role(world.cast.eve, other, "owner")
        next_door = Neighbourhood(other, world.cast.eve, world)
        on_sale = make_ticket(event)
        ground = cls(world.cast)
        for resource in RESOURCES:
            ground._learn(resource, world)
            for path in (resource.path, *resource.viewset.aliases):
                ground.others[path] = [str(next_door.row_of(resource).pk)]
        ground.ids["ticket"] = str(on_sale.pk)  # what carts and attendees name
        with connection.cursor() as cursor:
            cursor.execute(BASELINE)
            cursor.execute(SEQUENCES)
        return ground

    def _learn(self, resource: Resource, world: World) -> None:
        row = world.row_of(resource)
        if row is None:
            raise SystemExit(f"the world has no {resource.type}")
        names = [str(row.pk)]
        if resource.identifier_field:
            names.append(str(getattr(row, resource.identifier_field)))
        for path in (resource.path, *resource.viewset.aliases):
            self.keys[path] = names
        written = Writer(world.cast.sue).write(resource, [row])[0]
        self.ids[resource.type] = written["id"]
        self.objects[resource.type] = orjson.loads(orjson.dumps(written, default=str))

    @staticmethod
    def restore() -> None:
        """Everything as it was laid."""
        with connection.cursor() as cursor:
            cursor.execute(RESTORE)
        cache.clear()


def collection_of(path: str) -> str:
    """The collection that a route begins with: ``tracks`` of ``/v1/tracks/{id}/sessions``."""
    return path.removeprefix("/v1/").split("/{")[0]


def resource_at(path: str) -> Resource | None:
    """The type whose rows a path of the document names."""
    collection = collection_of(path)
    return next((r for r in registry if collection in (r.path, *r.viewset.aliases)), None)
