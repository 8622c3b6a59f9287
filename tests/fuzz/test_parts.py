"""The parts of the fuzz that could hide what is wrong: what counts as leniency, and how requests are shared out."""

from types import SimpleNamespace
from typing import Any

import pytest

from .cases import planned
from .leniency import Reader

JSON = "application/vnd.api+json"
ROW = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "open": {"type": "boolean"},
        "seats": {"type": "integer", "minimum": 0},
        "price": {"type": "number", "nullable": True},
        "site": {"anyOf": [{"type": "string", "format": "uri"}, {"type": "string", "enum": [""]}]},
        "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
    },
}
DOCUMENT = {
    "paths": {"/rows": {"post": {"requestBody": {"content": {JSON: {"schema": ROW}}}}}},
    "components": {"schemas": {"Tag": {"type": "string"}}},
}


@pytest.mark.parametrize(
    ("changed", "is_lenient"),
    [
        ({}, True),
        ({"open": "true", "seats": "5", "price": "2.50"}, True),
        ({"open": 0, "seats": 5.0, "name": 12, "tags": [1, "a"]}, True),
        ({"open": None, "seats": None, "price": None, "unknown": {}}, True),
        ({"open": "perhaps"}, False),
        ({"seats": "-1"}, False),
        ({"seats": 1.5}, False),
        ({"price": "dear"}, False),
        ({"name": 123456}, False),
        ({"name": None}, False),
        ({"name": ["a"]}, False),
        ({"tags": "a"}, False),
        ({"tags": [{}]}, False),
        ({"seats": True}, False),
        ({"site": 5}, False),
    ],
)
def test_only_what_is_spelt_otherwise_is_leniency(changed: dict[str, Any], is_lenient: bool) -> None:
    case = SimpleNamespace(path="/rows", method="POST", media_type=JSON, body={"name": "a", **changed})

    assert Reader(DOCUMENT).takes(case) == is_lenient


@pytest.mark.parametrize(
    ("query", "is_fit"),
    [
        ("", True),
        ("unknown=x", True),
        ("size=5&trash=yes&fields=a,b", True),
        ("fields=", True),
        ("size=x&size=5", True),  # the last one counts
        ("size=5&size=x", False),
        ("trash=perhaps", False),
        ("fields=a,c", False),
        ("filter=[1]", False),
        ("filter=[", False),
        ('filter=[{"name": "a"}]', True),
    ],
)
def test_a_query_is_judged_as_it_was_sent(query: str, is_fit: bool) -> None:
    kinds = {
        "size": {"type": "integer"},
        "trash": {"anyOf": [{"type": "boolean"}, {"enum": ["yes"]}]},
        "fields": {"type": "array", "items": {"type": "string", "enum": ["a", "b", ""]}},
    }
    filters = {"type": "array", "items": {"type": "object"}}
    parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in kinds.items()]
    parameters.append({"name": "filter", "in": "query", "content": {"application/json": {"schema": filters}}})
    case = SimpleNamespace(path="/rows", method="GET")

    assert (
        Reader({"paths": {"/rows": {"get": {"parameters": parameters}}}}).takes_query(case, f"/rows?{query}") == is_fit
    )


def test_all_requests_are_shared_out_and_heavy_operations_get_more() -> None:
    light = [SimpleNamespace(label=f"GET /{i}", query=[], body=[]) for i in range(7)]
    heavy = SimpleNamespace(label="POST /", query=["a"], body=["b"])

    plan = planned([*light, heavy], 100)

    assert sum(plan.values()) == 100
    assert plan["POST /"] == 30
    assert {plan[o.label] for o in light} == {10}
