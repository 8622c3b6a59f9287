"""The compiled look-up of one visible row: the same rows as the queryset's, or the queryset itself."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from events.models import Event, Track
from openevent.api import finding
from openevent.api.finding import NotCompilable, visible_row
from openevent.api.registry import registry
from tests.world import RESOURCES, World


def viewset_of(rows: Any) -> Any:
    """A view set of tracks whose rows are said by ``rows``."""
    return type("Tracks", (), {"resource": registry.of(Track), "rows_for": staticmethod(rows)})


def plan_of(viewset: Any) -> Any:
    (plan,) = [plan for (owner, _, _), plan in finding._plans.items() if owner is viewset]
    return plan


def test_rows_of_every_resource_are_found_as_their_querysets_have_them(world: World) -> None:
    compiled = 0
    for resource in RESOURCES:
        viewset, row = resource.viewset, world.row_of(resource)
        fields = ["pk", *([resource.identifier_field] if resource.identifier_field else [])]
        for person in world.people.values():
            for field in fields:
                key = str(getattr(row, field))
                expected = viewset.rows_for(person).filter(**{field: getattr(row, field)}).first()
                found = visible_row(viewset, person, key)
                assert (found, getattr(found, "pk", None)) == (expected, getattr(expected, "pk", None)), resource.type
                if expected is not None:
                    names = [f.attname for f in type(expected)._meta.concrete_fields]
                    assert {n: getattr(found, n) for n in names} == {n: getattr(expected, n) for n in names}
                    compiled += 1
    assert compiled > len(RESOURCES)


@pytest.mark.parametrize(
    "rows",
    [
        lambda user: Track.objects.filter(name=user.first_name),
        lambda user: Track.objects.filter(name__startswith=user.email[:3]) | Track.objects.filter(event__pk=user.pk),
        lambda user: Track.objects.filter(event__starts_at__lt=timezone.now()),
        lambda user: Track.objects.filter(event__in=list(Event.objects.values_list("pk", flat=True))),
        lambda user: Track.objects.filter(Q(name=user.email.upper()) | Q(event=user.pk)),
        lambda user: Track.objects.prefetch_related("sessions"),
    ],
)
def test_rows_that_depend_on_more_are_asked_for_in_the_ordinary_way(world: World, rows: Any) -> None:
    viewset, olga = viewset_of(rows), world.cast.olga
    row = world.row_of(registry.of(Track))

    found = visible_row(viewset, olga, str(row.pk))

    assert plan_of(viewset) is NotCompilable
    assert found == rows(olga).filter(pk=row.pk).first()


def test_people_of_one_kind_see_their_own_rows(world: World) -> None:
    viewset = viewset_of(lambda user: Track.objects.filter(event__roles__user=user))
    row = world.row_of(registry.of(Track))

    seen = {name: visible_row(viewset, world.people[name], str(row.pk)) for name in ("eve", "olga", "rita")}

    assert seen == {"eve": None, "olga": row, "rita": row}
    assert plan_of(viewset) not in (None, NotCompilable)


def test_nothing_is_asked_where_there_is_nothing_to_see(world: World, django_assert_num_queries: Any) -> None:
    viewset = viewset_of(lambda user: Track.objects.all() if user.is_authenticated else Track.objects.none())

    with django_assert_num_queries(0):
        assert visible_row(viewset, AnonymousUser(), str(world.row_of(registry.of(Track)).pk)) is None
        assert visible_row(viewset, world.cast.eve, "no key") is None
