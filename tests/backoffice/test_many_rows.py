"""Every list of the back office with 100,000 attendees and 50,000 orders: quick, and by as few statements as with two.

What is measured is the CPU time of this process and of the database's, not the clock: other programs on the machine
make the clock say anything. What is over the limit is measured twice more, and the middle one counts.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection, models
from pytest_django import DjangoDbBlocker

from accounts.models import User
from benchmarks import crowd
from benchmarks.backoffice import (
    EVERYWHERE,
    Visit,
    changelists,
    client_for,
    measure,
    open_page,
    other_pages,
    request_of,
    terms_of,
)
from benchmarks.backoffice import variants as variants_of
from events.models import Event
from openevent.local import postgres
from orders.models import Attendee, CheckIn, Order
from tests import servers
from tests.factories import make_row, switch_modules

pytestmark = pytest.mark.walk

ATTENDEES, ORDERS = 100_000, 50_000
LIMIT = 300  # milliseconds of CPU for a page
STATEMENTS = 14  # of a page; session, user, roles and events are four of them
ROWS = 60  # at least, in each list of the many: more than stand on a page


@contextmanager
def database_of_its_own(name: str) -> Iterator[str]:
    """A migrated database beside the worker's, which goes as it came: nobody else's tables swell. Its name."""
    own = f"{name}_{os.getpid()}"
    keeper = postgres.connect(settings.PLACES)
    with keeper.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE {servers.TEMPLATE}')
    try:
        yield own
    finally:
        with keeper.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{own}"')
        keeper.close()


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """The connection goes to that database meanwhile."""
    configured = connection.settings_dict
    connection.close()
    usual, configured["NAME"] = configured["NAME"], name
    try:
        yield
    finally:
        connection.close()
        configured["NAME"] = usual


@pytest.fixture(scope="session")
def few(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, int]:
    """Statements of each list, by person and list, where there are two rows of everything."""
    with django_db_blocker.unblock(), database_of_its_own("few") as name, connected_to(name):
        people = crowd.fill(attendees=2, orders=2)
        fill_up(people, 2)
        return {key: measure(work).sql for key, work in pages(people)}


@pytest.fixture(scope="session")
def crowded(
    few: dict[str, int], django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, crowd.Crowd]]:
    """The database of the huge event and its people; after what is measured with few. Made once: workers come back."""
    with django_db_blocker.unblock(), database_of_its_own("many") as name:
        with connected_to(name):
            people = crowd.fill(attendees=ATTENDEES, orders=ORDERS)
            fill_up(people, ROWS)
            assert Attendee.objects.filter(event=people.event).count() >= ATTENDEES
            assert Order.objects.filter(event=people.event).count() >= ORDERS
        yield name, people


@pytest.fixture(scope="module")
def many(crowded: tuple[str, crowd.Crowd], django_db_blocker: DjangoDbBlocker) -> Iterator[crowd.Crowd]:
    """The people of the huge event, connected to its database."""
    name, people = crowded
    with django_db_blocker.unblock(), connected_to(name):
        yield people


def fill_up(people: crowd.Crowd, rows: int) -> None:
    """Rows of whatever has a list and few rows, so that a model that comes tomorrow is walked as well."""
    switch_modules()
    parents: dict[type[models.Model], Any] = {Event: people.event, User: people.owner}
    for page, _address in changelists(people.admin):
        model = page.model
        if model._base_manager.count() < rows:
            row = model._base_manager.first() or make_row(model, parents)
            crowd.multiply(row, rows, **distinct_columns(model))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def distinct_columns(model: type[models.Model]) -> dict[str, str]:
    """SQL for the columns in which the copies of a row have to differ."""
    constraints = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    unique = [[f.name] for f in model._meta.concrete_fields if f.unique and not f.primary_key]
    unique += [list(c.fields) or [name for e in c.expressions for name in _columns(e)] for c in constraints]
    found: dict[str, str] = {}
    for names in unique:
        fields = sorted(map(model._meta.get_field, names), key=lambda field: field.is_relation)
        if not any(field.column in found for field in fields):
            found[fields[0].column] = _another(fields[0])
    return found


def _columns(expression: Any) -> list[str]:
    parts = [expression] if isinstance(expression, models.F) else expression.flatten()
    return [part.name for part in parts if isinstance(part, models.F)]


def _another(field: Any) -> str:
    if field.is_relation:
        other, own = field.related_model._meta.db_table, field.model._meta.db_table
        taken = f"SELECT {field.column} FROM {own} WHERE {field.column} IS NOT NULL"
        return f"(SELECT id FROM {other} WHERE id NOT IN ({taken}) ORDER BY id OFFSET n - 1 LIMIT 1)"
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(field, models.DateField):
        return f"row.{field.column} + n * interval '1 day'"
    return f"left('x' || n, {field.max_length or 64})" if isinstance(field, models.CharField) else "n"


def pages(people: crowd.Crowd) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each list of the owner and of the super admin, and how it is opened."""
    for name, user in (("owner", people.owner), ("admin", people.admin)):
        client = client_for(user)
        open_page(client, "/admin/")  # once: what a process keeps is not a page's
        for page, address in changelists(user):
            yield f"{name} {page.opts.label}", lambda address=address, client=client: open_page(client, address)


def by_cpu(visit: Visit) -> float:
    """What visits are judged by."""
    return visit.cpu


def by_database(visit: Visit) -> float:
    """Or by this, where drawing the page is not the question."""
    return visit.database


def measured(work: Callable[[], Any], limit: float, key: Callable[[Visit], float] = by_cpu) -> Visit:
    """Once where that is within the limit, else the middle one of three."""
    visits = [measure(work)]
    if key(visits[0]) > limit:
        visits += [measure(work), measure(work)]
    return sorted(visits, key=key)[len(visits) // 2]


def report(found: dict[str, Visit]) -> None:
    """What took longest, for who runs it with -s."""
    for key, visit in sorted(found.items(), key=lambda pair: -pair[1].cpu)[:12]:
        sys.stdout.write(f"{visit.cpu:5.0f} ms ({visit.database:3.0f} database), {visit.sql:2} SQL: {key}\n")


def test_each_list_opens_quickly_and_by_few_statements(few: dict[str, int], many: crowd.Crowd) -> None:
    found = {key: measured(work, LIMIT) for key, work in pages(many)}
    report(found)

    assert len(found) > 50
    assert found.keys() == few.keys()
    assert {key: visit.sql for key, visit in found.items() if visit.sql > STATEMENTS} == {}
    assert {key: (few[key], visit.sql) for key, visit in found.items() if visit.sql != few[key]} == {}
    assert {key: visit for key, visit in found.items() if visit.cpu > LIMIT} == {}


@pytest.mark.parametrize("name", ["owner", "admin"])
def test_lists_turn_quickly(many: crowd.Crowd, name: str) -> None:
    """By each column up and down, each filter, words to look for, and to the last page. A word that is in every row
    is left to `make bench`: whatever index there is, everybody is read."""
    user, found = getattr(many, name), {}
    terms = [term for term in terms_of(many) if term != EVERYWHERE]
    for page, _address in changelists(user):
        for query in variants_of(user, page, terms):
            if query.startswith("?o=") and query.startswith("?o=-") == (name == "owner"):
                continue  # up for the one, down for the other
            request = request_of(user, query)
            found[f"{page.opts.label}{query}"] = measured(
                lambda page=page, request=request: page.get_changelist_instance(request), LIMIT
            )
    report(found)

    assert len(found) > 200
    assert {key: visit.sql for key, visit in found.items() if visit.sql > STATEMENTS} == {}
    assert {key: visit for key, visit in found.items() if visit.cpu > LIMIT} == {}


@pytest.mark.parametrize(
    ("model", "word", "table"),
    [
        (Attendee, "guest4711", "orders_attendee"),
        (Attendee, "Nobodyhere", "orders_attendee"),
        (Order, "guest4711", "orders_attendee"),
        (CheckIn, "guest4711", "orders_attendee"),
        (User, "buyer4711", "accounts_user"),
    ],
)
def test_words_are_found_without_reading_everybody(many: crowd.Crowd, model: Any, word: str, table: str) -> None:
    rows = admin.site._registry[model].get_changelist_instance(request_of(many.admin, f"?q={word}"))

    assert f"Seq Scan on {table}" not in rows.queryset.explain()


@pytest.mark.parametrize("name", ["owner", "admin"])
def test_other_pages_of_a_huge_event_open_quickly(many: crowd.Crowd, name: str) -> None:
    """What many rows cost is the database's time; drawing a form takes as long with two rows."""
    client = client_for(getattr(many, name))
    found = {}
    for title, address in other_pages(many):
        found[title] = measured(lambda address=address: open_page(client, address), LIMIT, by_database)
    report(found)

    assert {key: visit for key, visit in found.items() if visit.database > LIMIT} == {}


def test_every_row_can_be_reached_and_found(many: crowd.Crowd) -> None:
    page, request = admin.site._registry[Attendee], request_of(many.owner, "")
    rows = page.get_changelist_instance(request)
    last = page.get_changelist_instance(request_of(many.owner, f"?p={rows.paginator.num_pages}"))
    first = Attendee.objects.filter(event=many.event).order_by("pk").first()

    assert rows.result_count == Attendee.objects.filter(event=many.event).count()
    assert last.result_list[-1] == first
    assert first.pk not in {row.pk for row in rows.result_list}
