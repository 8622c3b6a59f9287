"""How fast the pages of the back office are with 100,000 attendees and 50,000 orders, as a table."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psutil
from django.contrib import admin
from django.db import connection, reset_queries
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from openevent.admin import OneRecordAdmin
from orders.models import Attendee, Order

from . import crowd
from .crowd import Crowd

HEAD = f"{'page':64}{'who':>6}{'SQL':>5}{'p50 ms':>8}{'max ms':>8}{'CPU ms':>8}{'of it db':>9}"
TARGET = "target: 300 ms, as few SQL as with two rows (tests/backoffice/test_many_rows.py)"
ROUNDS = 5
EVERYWHERE = "example"  # stands in the address of everybody
MOST_CHOICES = 3  # of each filter that are tried


@dataclass(frozen=True)
class Visit:
    """What one opening of a page took: statements, and CPU milliseconds of this process and of the database's."""

    sql: int
    web: float
    database: float
    wall: float

    @property
    def cpu(self) -> float:
        """Milliseconds of both."""
        return self.web + self.database


def client_for(user: User) -> Client:
    """Somebody who has logged in."""
    client = Client(headers={"Host": "localhost"})
    client.force_login(user)
    return client


def open_page(client: Client, address: str) -> Any:
    """The page, which has to be there."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status_code} {answer.content[:300]!r}")
    return answer


def measure(work: Callable[[], Any]) -> Visit:
    """Do something once."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # what helpers do would not be counted
    server = psutil.Process(connection.connection.info.backend_pid)
    reset_queries()  # the log of them is bounded
    with CaptureQueriesContext(connection) as captured:
        begun, database, own = time.perf_counter(), _cpu(server), time.process_time()
        work()
        web, spent, wall = time.process_time() - own, _cpu(server) - database, time.perf_counter() - begun
    return Visit(len(captured), web * 1000, spent * 1000, wall * 1000)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def changelists(user: User) -> Iterator[tuple[Any, str]]:
    """Page and address of each list that the user may open, as the site knows them."""
    for model, page in admin.site._registry.items():
        request = request_of(user, "")
        if page.has_view_permission(request) and not isinstance(page, OneRecordAdmin):
            yield page, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def request_of(user: User, query: str) -> Any:
    """A request for a list, to be asked without its page."""
    request = RequestFactory().get(f"/{query}")
    request.user = user
    return request


def variants(user: User, page: Any, terms: list[str]) -> Iterator[str]:
    """Queries by which people turn the list: further pages, by each column, each filter, and words to look for."""
    rows = page.get_changelist_instance(request_of(user, ""))
    if rows.multi_page:
        yield "?p=2"
        yield f"?p={rows.paginator.num_pages}"
    for number, column in enumerate(rows.list_display):
        if rows.get_ordering_field(column):
            yield f"?o={number}"
            yield f"?o=-{number}"
    for spec in rows.filter_specs:
        yield from list(choices_of(spec, rows))[:MOST_CHOICES]
    if rows.search_fields:
        yield from (f"?q={quote(term)}" for term in terms)


def choices_of(spec: Any, rows: Any) -> Iterator[str]:
    """The queries of a filter, but that of all rows."""
    for choice in spec.choices(rows):
        if "form" in choice:  # a drop-down
            yield from (f"?{spec.parameter_name}={value}" for value, _title in spec.lookup_choices)
        elif not choice["selected"]:
            yield choice["query_string"]


def terms_of(crowd: Crowd) -> list[str]:
    """Words that people look for: names, parts of addresses, numbers of orders, a code, two words, nothing there."""
    order = Order.objects.get(pk=crowd.first_order + 7)
    guest = Attendee.objects.get(pk=crowd.first_attendee + 4711)
    return [
        "Meyer",
        str(guest.lastname),
        "guest4711",
        str(order.identifier)[:8],
        str(order.identifier),
        "LESS17",
        f"{guest.firstname} {guest.lastname}",
        "Nobodyhere",
        "a",
        EVERYWHERE,
    ]


def other_pages(crowd: Crowd) -> Iterator[tuple[str, str]]:
    """What else somebody opens who runs a huge event."""
    event, order, attendee = crowd.event.pk, crowd.first_order + 7, crowd.first_attendee + 7
    yield "home", reverse("admin:index")
    for model, pk in [("events_event", event), ("orders_order", order), ("orders_attendee", attendee)]:
        yield f"{model} change", reverse(f"admin:{model}_change", args=[pk])
        yield f"{model} history", reverse(f"admin:{model}_history", args=[pk])
    yield "programme", reverse("admin:events_event_programme", args=[event])
    yield "copy", reverse("admin:events_event_copy", args=[event])
    yield "sell", reverse("admin:orders_order_sell", args=[event])
    yield "sold", reverse("admin:orders_order_sold", args=[order])
    yield "door", reverse("admin:orders_door", args=[event])
    yield "door live", reverse("admin:orders_door_live", args=[event])
    for term in ("Meyer", "guest4711", "Nobodyhere"):
        yield f"door search {term}", reverse("admin:orders_door_search", args=[event]) + f"?q={term}"
    complete = reverse("admin:autocomplete") + "?app_label=ticketing&model_name=discountcode&field_name="
    for name in ("marketer", "tickets", "event"):
        for term in ("", "buyer17", "Day"):
            yield f"autocomplete {name} {term}", f"{complete}{name}&term={term}"
    yield "search all", reverse("admin:search") + "?s=Meyer"


def bench(wanted: str = "") -> None:
    """Print the table as it grows; ``wanted`` chooses pages by a part of their line."""
    found = crowd.fill()
    open_page(client_for(found.admin), reverse("admin:index"))  # once: what a process keeps is not a page's
    terms = terms_of(found)
    print(f"the back office, with 100,000 attendees in 50,000 orders\n{HEAD}", flush=True)
    for who, user in (("owner", found.owner), ("admin", found.admin)):
        client = client_for(user)
        for page, address in changelists(user):
            for query in ["", *variants(user, page, terms)]:
                _print_row(f"{page.opts.label} {query}", who, client, address + query, wanted)
        for title, address in other_pages(found):
            _print_row(title, who, client, address, wanted)
    print(TARGET)


def _print_row(title: str, who: str, client: Client, address: str, wanted: str) -> None:
    if wanted not in title:
        return
    visits = [measure(lambda: open_page(client, address)) for _ in range(ROUNDS)]
    walls = sorted(visit.wall for visit in visits)
    best = min(visits, key=lambda visit: visit.cpu)
    line = f"{title[:63]:64}{who:>6}{best.sql:>5}{walls[ROUNDS // 2]:>8.0f}{walls[-1]:>8.0f}"
    print(f"{line}{best.cpu:>8.0f}{best.database:>9.0f}", flush=True)
