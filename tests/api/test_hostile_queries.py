"""Queries that ask for more than anybody needs are refused soon, with the name of the parameter; none is a 500."""

import json
import time
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction

from events.models import Event, Track
from openevent.api.filters import MAX_DEPTH, MAX_NODES, MAX_RELATED
from openevent.api.includes import MAX_STEPS
from openevent.api.registry import registry
from tests.factories import client_of, make_row

PATIENCE = 2.0  # seconds of this process, of the many that share a machine
NAMED = {"name": "name", "op": "eq", "val": "x"}


def nested(word: str, depth: int) -> Any:
    """Conditions in conditions, along relationships or groups."""
    node: Any = NAMED
    for level in range(depth):
        if word == "any":
            node = {"name": ["event", "tracks"][(depth - level) % 2], "op": "any", "val": node}
        else:
            node = {word: node if word == "not" else [node]}
    return node


LIKE = {"name": "name", "op": "ilike", "val": "%a" * 500}
MANY_RELATED = {"or": [{"name": "sessions", "op": "any", "val": {"name": "id", "val": i}} for i in range(100)]}
HOSTILE: dict[str, tuple[dict[str, str], str | None]] = {
    "groups in groups": ({"filter": json.dumps([nested("or", MAX_DEPTH + 1)])}, "filter"),
    "not not not": ({"filter": '[{"not":' * 100 + "{}" + "}]" * 100}, "filter"),
    "relations of relations": ({"filter": json.dumps([nested("any", MAX_DEPTH + 1)])}, "filter"),
    "a path without end": ({"filter": json.dumps([{**NAMED, "name": "event__tracks__" * 200 + "name"}])}, "filter"),
    "brackets": ({"filter": "[" * 50_000}, "filter"),
    "objects in objects": ({"filter": '[{"or":' * 900 + "[]" + "}]" * 900}, "filter"),
    "thousands of conditions": ({"filter": json.dumps([NAMED] * (MAX_NODES + 1))}, "filter"),
    "many conditions on related rows": ({"filter": json.dumps([MANY_RELATED])}, "filter"),
    "many patterns": ({"filter": json.dumps([{"or": [LIKE] * (MAX_NODES - 1)}])}, None),
    "a list of thousands": ({"filter": json.dumps([{"name": "id", "op": "in", "val": list(range(20_000))}])}, None),
    "a huge number": ({"filter": json.dumps([{"name": "id", "op": "eq", "val": 10**18 * 10}])}, "filter"),
    "digits": ({"filter": f'[{{"name":"id","op":"eq","val":{"9" * 5000}}}]'}, "filter"),
    "digits in a text": ({"filter": json.dumps([{"name": "id", "op": "eq", "val": "9" * 5000}])}, "filter"),
    "digits, short": ({"filter[id]": "9" * 5000}, "filter[id]"),
    "a NUL": ({"filter": json.dumps([{**NAMED, "val": "\x00"}])}, "filter"),
    "a NUL, short": ({"filter[name]": "\x00"}, "filter[name]"),
    "half a surrogate pair": ({"filter": '[{"name":"name","op":"eq","val":"\\ud800"}]'}, "filter"),
    "a name without end": ({"filter": json.dumps([{**NAMED, "name": "x" * 50_000}])}, "filter"),
    "an operator without end": ({"filter": json.dumps([{**NAMED, "op": "x" * 50_000}])}, "filter"),
    "a name that is none": ({"filter[" + "x" * 5000 + "]": "1"}, "filter[" + "x" * 5000 + "]"),
    "everything included": ({"include": ",".join(["event.tracks.event.tracks.event"] * 2000)}, None),
    "all that is included": ({"include": ",".join(["event.sessions.track"] + ["event.nothing"] * 2000)}, "include"),
    "deep includes": ({"include": ".".join(["event", "tracks"] * 500)}, "include"),
    "many sorts": ({"sort": ",".join(["name"] * 2000)}, "sort"),
    "a deep sort": ({"sort": "event." * 2000 + "name"}, "sort"),
    "minus signs": ({"sort": "-" * 5000}, "sort"),
    "the last page": ({"page[number]": "9" * 12}, None),
    "a page beyond": ({"page[number]": "9" * 5000}, "page[number]"),
    "a page of everything": ({"page[size]": "9" * 12}, "page[size]"),
    "half a page": ({"page[size]": "0.5"}, "page[size]"),
    "another script's digits": ({"page[size]": "٣"}, "page[size]"),
    "many fields": ({"fields[track]": ",".join(f"x{i}" for i in range(5000))}, "fields[track]"),
    "fields of no type": ({"fields[" + "x" * 5000 + "]": "name"}, "fields[" + "x" * 5000 + "]"),
    "a switch that is neither": ({"get_trashed": "perhaps"}, "get_trashed"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "blamed"), HOSTILE.values(), ids=HOSTILE.keys())
def test_queries_that_ask_for_too_much_are_answered_soon(
    event: Event, cast: SimpleNamespace, query: dict[str, str], blamed: str | None
) -> None:
    client, begun = client_of(cast.olga), time.process_time()

    response = client.get(f"/v1/events/{event.pk}/tracks", query)

    assert time.process_time() - begun < PATIENCE
    if blamed is None:
        assert response.status_code == 200, response.content[:300]
    else:
        assert response.status_code == 400, response.content[:300]
        assert response.json()["errors"][0]["source"] == {"parameter": blamed}


def test_as_many_conditions_on_related_rows_as_may_be_are_answered_soon(event: Event, cast: SimpleNamespace) -> None:
    conditions = MANY_RELATED["or"][:MAX_RELATED]
    begun = time.process_time()
    response = client_of(cast.olga).get("/v1/tracks", {"filter": json.dumps([{"or": conditions}])})

    assert response.status_code == 200
    assert time.process_time() - begun < PATIENCE


def test_an_answer_includes_so_many_relationships_and_no_more(event: Event, cast: SimpleNamespace) -> None:
    ways = [r.wire for r in registry.of(Event).relationships.values() if r.target in registry.by_model]
    deep = [f"sessions.event.{wire}" for wire in ways]
    client = client_of(cast.adam)

    assert client.get(f"/v1/events/{event.pk}", {"include": ",".join(ways)}).status_code == 200
    deeper = [f"tracks.event.{wire}" for wire in ways]
    refused = client.get(f"/v1/events/{event.pk}", {"include": ",".join([*ways, *deep, *deeper])})

    assert refused.status_code == 400
    assert str(MAX_STEPS) in refused.json()["errors"][0]["detail"]


def test_nothing_is_made_for_a_query_that_cannot_be_read(event: Event, cast: SimpleNamespace) -> None:
    client = client_of(cast.olga)
    parent = {"event": {"data": {"type": "event", "id": str(event.pk)}}}
    data = {"type": "track", "attributes": {"name": "New", "color": "#a04b4b"}, "relationships": parent}
    before = client.get(f"/v1/events/{event.pk}/tracks").json()["meta"]["count"]

    for query in ("include=nothing", "fields[track]=nothing"):
        refused = client.post(
            f"/v1/tracks?{query}", json.dumps({"data": data}), content_type="application/vnd.api+json"
        )
        assert refused.status_code == 400, refused.content

    assert client.get(f"/v1/events/{event.pk}/tracks").json()["meta"]["count"] == before


def test_what_the_database_gives_up_is_the_query_s_fault(event: Event, cast: SimpleNamespace) -> None:
    client, url = client_of(cast.olga), f"/v1/events/{event.pk}/tracks"
    asleep = {"where": ["pg_sleep(5) IS NOT NULL"]}

    def ask(query: dict[str, str]) -> Any:
        make_row(Track, {Event: event})
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '50ms'")
            with mock.patch("openevent.api.reading.apply_filters", lambda rows, *_: rows.extra(**asleep)):
                answer = client.get(url, query)
            transaction.set_rollback(True)
        return answer

    filtered, trashed = ask({"filter": json.dumps([NAMED])}), ask({"get_trashed": "true"})

    assert (filtered.status_code, filtered.json()["errors"][0]["source"]) == (400, {"parameter": "filter"})
    assert (trashed.status_code, trashed.json()["errors"][0]["code"]) == (503, "too_slow")
