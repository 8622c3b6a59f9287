"""``?include=a,b.c``: one query for each step, narrowed at every step to what the user may see."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from .document import Writer, plan_of
from .errors import BadParameter
from .prepared_lists import marks_of, plan_for
from .registry import Relationship, Resource, registry, underscored

MAX_DEPTH = 5
MAX_STEPS = 100  # relationships in all; each is a query or two. The event has the most, less than half of that
Tree = dict[str, Any]


def parse_include(text: str, resource: Resource) -> Tree:
    """The tree of relationship names; 400 for one that the resource does not have."""
    tree: Tree = {}
    number = 0
    for path in filter(None, (p.strip() for p in text.split(","))):
        branch, at = tree, resource
        steps = path.split(".")
        if len(steps) > MAX_DEPTH:
            raise BadParameter("include", f"{path} goes deeper than {MAX_DEPTH} levels.")
        for step in steps:
            name = underscored(step)
            relationship = at.relationships.get(name)
            if relationship is None or relationship.target not in registry.by_model:
                raise BadParameter("include", f"{at.type} has no relationship {step}.")
            number += name not in branch
            if number > MAX_STEPS:
                raise BadParameter("include", f"At most {MAX_STEPS} relationships.")
            branch = branch.setdefault(name, {})
            at = registry.of(relationship.target)
    return tree


def _belonging(relationship: Relationship, keys: list[Any]) -> Q:
    """The condition on target rows that they belong to one of these sources."""
    is_own_key = relationship.lookup in ("id", "pk")  # another view of the same rows
    condition = Q(**{f"{relationship.lookup}{'' if is_own_key else '__pk'}__any_of": keys})
    return condition if relationship.where is None else condition & relationship.where


class Includer:
    """Loads what is included with a set of rows and collects each resource object once."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self._rows: dict[str, dict[Any, Any]] = defaultdict(dict)
        self._linked: dict[str, dict[Any, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
        self._room = settings.API_MAX_PAGE_SIZE

    def load(self, resource: Resource, rows: list[Any], tree: Tree) -> dict[Any, dict[str, Any]]:
        """Load the branches of ``tree`` for ``rows``; returns the rows' resource linkage."""
        linked = self._linked[resource.type]
        for name, branch in tree.items():
            relationship = resource.relationships[name]
            target = registry.of(relationship.target)
            found = self._targets(relationship, target, rows)
            known = self._rows[target.type]
            plan = plan_of(target)
            for row in rows:
                data: Any = [{"type": target.type, "id": plan.id_of(t.pk)} for t in found.get(row.pk, ())]
                linked[row.pk][name] = data if relationship.many else (data[0] if data else None)
            fresh = {t.pk: t for targets in found.values() for t in targets}
            known |= {pk: t for pk, t in fresh.items() if pk not in known}
            self._demand_room(name)
            if branch and fresh:
                self.load(target, list(fresh.values()), branch)
        return linked

    def _demand_room(self, name: str) -> None:
        if sum(map(len, self._rows.values())) > self._room:
            raise BadParameter("include", f"With {name} it is more than {self._room} rows: ask for a list of them.")

    def _targets(self, relationship: Relationship, target: Resource, rows: list[Any]) -> dict[Any, list[Any]]:
        """Visible target rows by the pk of the source row."""
        if relationship.foreign_key:
            return self._by_foreign_key(target, relationship.foreign_key, rows)
        sources = [row.pk for row in rows]
        found: dict[Any, list[Any]] = defaultdict(list)
        if relationship.is_plain_lookup:
            column = relationship.target._meta.get_field(relationship.lookup).attname
            for row in self._rows_that(target, relationship, sources):
                found[getattr(row, column)].append(row)
        else:
            sources_of: dict[Any, set[Any]] = defaultdict(set)
            for source_pk, pk in self._pairs(relationship, sources):
                sources_of[pk].add(source_pk)
            for row in self._rows_that(target, None, list(sources_of)) if sources_of else ():
                for source_pk in sources_of[row.pk]:
                    found[source_pk].append(row)
        return found if relationship.many else {pk: targets[:1] for pk, targets in found.items()}

    def _by_foreign_key(self, target: Resource, column: str, rows: list[Any]) -> dict[Any, list[Any]]:
        wanted = {row.pk: getattr(row, column) for row in rows}
        ids = {i for i in wanted.values() if i is not None}
        by_id = {t.pk: t for t in self._rows_that(target, None, list(ids))} if ids else {}
        return {pk: [by_id[i]] for pk, i in wanted.items() if i in by_id}

    def _rows_that(self, target: Resource, relationship: Relationship | None, keys: list[Any]) -> list[Any]:
        """Visible rows with these ids, or (along a relationship) that belong to sources with these ids."""

        def build(user: Any, parent: Any, keys: list[Any]) -> QuerySet:
            queryset = target.viewset.rows_as_included(user)
            if relationship is None:
                return queryset.filter(pk__any_of=keys)
            return queryset.filter(_belonging(relationship, keys))

        way = None if relationship is None else (relationship.source, relationship.name)
        return self._run(("include", target.viewset, way), build, keys)

    def _pairs(self, relationship: Relationship, keys: list[Any]) -> list[Any]:
        """Ids of sources with ids of what belongs to them, whoever may see it."""

        def build(user: Any, parent: Any, keys: list[Any]) -> QuerySet:
            rows = relationship.target._base_manager.filter(_belonging(relationship, keys))
            pairs = rows.annotate(source_pk=F(relationship.lookup)).order_by()
            return pairs.values_list("source_pk", "pk").distinct()

        return self._run(("pairs", relationship.source, relationship.name), build, keys)

    def _run(self, key: tuple[Any, ...], build: Callable[..., QuerySet], keys: list[Any]) -> list[Any]:
        user = self.writer.user
        plan = plan_for(key, build, user, None, keys)
        if plan is not None:
            return plan.rows(marks_of(user, keys=keys), limit=self._room + 1)
        return list(build(user, None, keys)[: self._room + 1])

    def included(self, resource: Resource, primary: list[Any]) -> list[dict[str, Any]]:
        """Resource objects of everything that was loaded and is not primary data."""
        own = {row.pk for row in primary}
        objects: list[dict[str, Any]] = []
        for type_, rows in self._rows.items():
            entry = registry.by_type[type_]
            others = [r for pk, r in rows.items() if not (type_ == resource.type and pk in own)]
            objects += self.writer.write(entry, others, self._linked.get(type_))
        return objects
