"""``?include=a,b.c``: one query for each step, narrowed at every step to what the user may see."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from .document import Writer, plan_of
from .errors import BadParameter
from .registry import Relationship, Resource, registry, underscored

MAX_DEPTH = 5
Tree = dict[str, Any]


def parse_include(text: str, resource: Resource) -> Tree:
    """The tree of relationship names; 400 for one that the resource does not have."""
    tree: Tree = {}
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
            branch = branch.setdefault(name, {})
            at = registry.of(relationship.target)
    return tree


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
                data: Any = [{"type": target.type, "id": plan.id_of(t)} for t in found.get(row.pk, ())]
                linked[row.pk][name] = {"data": data if relationship.many else (data[0] if data else None)}
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
        queryset = target.viewset.rows_as_included(self.writer.user)
        if relationship.foreign_key:
            return self._by_foreign_key(queryset, relationship.foreign_key, rows)
        sources = Q(**{f"{relationship.lookup}__in": [row.pk for row in rows]})
        if relationship.where is not None:
            sources &= relationship.where
        found: dict[Any, list[Any]] = defaultdict(list)
        if relationship.is_plain_lookup:
            column = relationship.target._meta.get_field(relationship.lookup).attname
            for row in queryset.filter(sources)[: self._room + 1]:
                found[getattr(row, column)].append(row)
        else:
            pairs = relationship.target._base_manager.filter(sources).annotate(source_pk=F(relationship.lookup))
            sources_of: dict[Any, set[Any]] = defaultdict(set)
            for source_pk, pk in pairs.order_by().values_list("source_pk", "pk").distinct()[: self._room + 1]:
                sources_of[pk].add(source_pk)
            for row in queryset.filter(pk__in=sources_of.keys()) if sources_of else ():
                for source_pk in sources_of[row.pk]:
                    found[source_pk].append(row)
        return found if relationship.many else {pk: targets[:1] for pk, targets in found.items()}

    @staticmethod
    def _by_foreign_key(queryset: QuerySet, column: str, rows: list[Any]) -> dict[Any, list[Any]]:
        wanted = {row.pk: getattr(row, column) for row in rows}
        ids = {i for i in wanted.values() if i is not None}
        by_id = {t.pk: t for t in queryset.filter(pk__in=ids)} if ids else {}
        return {pk: [by_id[i]] for pk, i in wanted.items() if i in by_id}

    def included(self, resource: Resource, primary: list[Any]) -> list[dict[str, Any]]:
        """Resource objects of everything that was loaded and is not primary data."""
        own = {row.pk for row in primary}
        objects: list[dict[str, Any]] = []
        for type_, rows in self._rows.items():
            entry = registry.by_type[type_]
            others = [r for pk, r in rows.items() if not (type_ == resource.type and pk in own)]
            objects += self.writer.write(entry, others, self._linked.get(type_))
        return objects
