"""Whatever is sent, no answer is a 500: each is a document, and what is refused is the sender's fault."""

import json
import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from openevent.api.document import plan_of
from openevent.api.registry import Resource
from tests.factories import client_of
from tests.world import RESOURCES, World

DOCUMENT = "application/vnd.api+json"
# a few for each resource every time; `make fuzz` tries hundreds
QUICK = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "5")),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
STRANGE = st.sampled_from(
    [
        *(None, True, False, 0, -1, 2**31, 2**63, 2**64 - 1, 1e30, 1e308, -1e308, 0.1, "", " ", "\x00", "a\x00b"),
        *("nan", "inf", "1e999", "9" * 5000, "\ud83d\ude00", "<script>", "%", "' OR 1=1 --", "2026-02-30T00:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x" * 3000, [], {}, [[]], {"data": None}),
        *([None], {"id": {}}, {"id": [], "type": {}}, [{"type": 1, "id": 2**70}], "javascript:alert(1)"),
    ]
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
JSON = st.recursive(
    STRANGE | TEXT | st.integers(-(2**64), 2**64) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OPS = st.sampled_from(
    ["eq", "ne", "gt", "le", "like", "ilike", "in_", "notin_", "is_", "between", "has", "any", "match", "contains", "<"]
)

pytestmark = pytest.mark.walk


def sound(answer: Any, what: Any) -> None:
    assert answer.status_code < 500, (what, answer.content[:500])
    if answer.status_code >= 400:
        assert answer["Content-Type"] == DOCUMENT, what
        assert json.loads(answer.content)["errors"], what


def request(client: APIClient, method: str, url: str, body: Any) -> Any:
    """The answer, of which nothing remains in the database."""
    text = body if isinstance(body, bytes) else json.dumps(body)
    with transaction.atomic():
        answer = client.generic(method, url, text, content_type=DOCUMENT)
        transaction.set_rollback(True)
    return answer


def names_of(resource: Resource) -> list[str]:
    return [*plan_of(resource).attributes, *resource.relationships, "id", "nothing", "deleted_at"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.type)
def test_resources_take_any_body(world: World, resource: Resource) -> None:
    client, row = client_of(world.cast.adam), world.row_of(resource)
    client.raise_request_exception = False
    attributes = st.dictionaries(st.sampled_from(names_of(resource)) | TEXT, JSON, max_size=4) | JSON
    relations = st.fixed_dictionaries({"data": JSON}) | JSON
    relationships = st.dictionaries(st.sampled_from(names_of(resource)), relations, max_size=3) | JSON
    scope = {"type": resource.scope_name, "id": str(world.event.pk)}
    is_below = bool(resource.scope_name)

    @QUICK
    @given(attributes, relationships)
    def check(attributes: Any, relationships: Any) -> None:
        if is_below and isinstance(relationships, dict):
            relationships = {**relationships, resource.scope_name: {"data": scope}}
        data = {"type": resource.type, "id": str(row.pk), "attributes": attributes, "relationships": relationships}
        for method, url in (("POST", f"/v1/{resource.path}"), ("PATCH", f"/v1/{resource.path}/{row.pk}")):
            sound(request(client, method, url, {"data": data}), (method, url, data))

    check()


def test_bodies_may_be_anything_at_all(world: World) -> None:
    client = client_of(world.cast.olga)
    urls = ["/v1/events", "/v1/tracks", "/v1/orders", "/v1/attendees", "/v1/users", "/v1/speakers"]
    linkage = (
        f"/v1/sessions/{world.row_of(next(r for r in RESOURCES if r.type == 'session')).pk}/relationships/speakers"
    )
    whole = JSON.map(json.dumps).map(str.encode) | st.binary(max_size=30) | st.sampled_from(
        [b"[" * 100_000, b'{"a":' * 3000, b'{"data":' * 300 + b"1" + b"}" * 300, b'"\\ud800"', b"\xff\xfe", b"NaN"]
    )  # fmt: skip

    @QUICK
    @given(whole, JSON)
    def check(body: bytes, data: Any) -> None:
        for url in urls:
            sound(request(client, "POST", url, body), (url, body))
        for method in ("PATCH", "POST", "DELETE"):
            sound(request(client, method, linkage, body), (method, linkage, body))
            sound(request(client, method, linkage, {"data": data}), (method, linkage, data))

    check()


@pytest.mark.parametrize(
    "resource", [r for r in RESOURCES if "list" in r.viewset.actions], ids=lambda resource: resource.type
)
def test_lists_take_any_query(world: World, resource: Resource) -> None:
    client = client_of(world.cast.adam)
    name = st.sampled_from(names_of(resource))
    node = st.recursive(
        st.fixed_dictionaries({"name": name, "op": OPS, "val": JSON}),
        lambda inner: (
            st.fixed_dictionaries({"or": st.lists(inner, max_size=2)})
            | st.fixed_dictionaries({"not": inner})
            | st.fixed_dictionaries({"name": name, "op": st.just("any"), "val": inner})
        ),
        max_leaves=4,
    )
    texts = name | TEXT
    queries = st.fixed_dictionaries(
        {},
        optional={
            "filter": (node | st.lists(node, max_size=2) | JSON).map(json.dumps) | TEXT,
            "sort": texts,
            "include": texts,
            f"fields[{resource.type}]": texts,
            "page[size]": texts | st.integers().map(str),
            "page[number]": texts | st.integers().map(str),
        },
    )
    short = st.tuples(name, STRANGE.map(str))

    @QUICK
    @given(queries, short)
    def check(query: dict[str, str], pair: tuple[str, str]) -> None:
        for asked in (query, {f"filter[{pair[0]}]": pair[1]}):
            with transaction.atomic():
                sound(client.get(f"/v1/{resource.path}", asked), asked)

    check()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.type)
def test_addresses_may_be_anything(world: World, resource: Resource) -> None:
    client = client_of(world.cast.adam)
    names = [relationship.path for relationship in resource.relationships.values()][:1]
    tails = ["", *(f"/{name}" for name in names), *(f"/relationships/{name}" for name in names)]
    for key in ("%00", "9" * 5000, "%FF", "-1", "1.0", "%F0%9F%98%80", "..", "null"):
        for tail in tails if key in ("%00", "9" * 5000) else [""]:
            sound(client.get(f"/v1/{resource.path}/{key}{tail}"), (key, tail))
