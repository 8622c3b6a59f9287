"""What every resource keeps, whoever adds it: these tests walk the registry, new ones are covered at once."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openevent import policy
from openevent.api.document import plan_of
from openevent.api.permissions import permission
from openevent.api.registry import Relationship, Resource, registry
from tests.factories import client_of
from tests.world import RESOURCES, World

pytestmark = pytest.mark.walk

DOCUMENT = "application/vnd.api+json"
LEGITIMATE = {200, 404}

each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.type)


def relationships_of(resource: Resource) -> list[Relationship]:
    """Those whose other side is on the wire."""
    return [r for r in resource.relationships.values() if r.target in registry.by_model]


def lists_of(resource: Resource) -> list[tuple[Relationship | None, Resource]]:
    """Where a resource is listed: on its own, and below each parent."""
    own: list[Any] = [(None, resource)] if "list" in resource.viewset.actions else []
    return own + [
        (r, source)
        for source in RESOURCES
        for r in source.relationships.values()
        if r.many and registry.by_model.get(r.target) is resource
    ]


LISTED = [r for r in RESOURCES if lists_of(r) and not r.viewset.collection_methods]


def url_of_list(world: World, relationship: Relationship | None, source: Resource) -> str:
    if relationship is None:
        return f"/v1/{source.path}"
    return f"/v1/{source.path}/{world.row_of(source).pk}/{relationship.path}"


def links_in(node: Any) -> list[str]:
    """Every address in a document."""
    if isinstance(node, list):
        return [link for item in node for link in links_in(item)]
    if not isinstance(node, dict):
        return []
    own = (
        [v for k, v in node.get("links", {}).items() if isinstance(v, str)]
        if isinstance(node.get("links"), dict)
        else []
    )
    return own + [link for key, value in node.items() if key not in ("links", "attributes") for link in links_in(value)]


def assert_is_resource_object(body: dict[str, Any], resource: Resource, pk: Any) -> None:
    assert body["type"] == resource.type
    assert body["id"] == (pk if resource.has_integer_id else str(pk))
    assert set(body["attributes"]) == set(plan_of(resource).attributes.values())
    assert all("_" not in name for name in body["attributes"])
    assert set(body["relationships"]) == {r.wire for r in relationships_of(resource)}
    assert all("self" in entry["links"] for entry in body["relationships"].values())


@each_resource
def test_resource_has_a_detail_and_its_own_404(world: World, resource: Resource) -> None:
    client, row = client_of(world.cast.sue), world.row_of(resource)

    answer = client.get(f"/v1/{resource.path}/{row.pk}")

    assert (answer.status_code, answer["Content-Type"]) == (200, DOCUMENT)
    assert answer.json()["jsonapi"] == {"version": "1.0"}
    assert_is_resource_object(answer.json()["data"], resource, row.pk)
    if resource.identifier_field:
        identifier = getattr(row, resource.identifier_field)
        assert client.get(f"/v1/{resource.path}/{identifier}").json()["data"]["id"] == str(row.pk)
        assert answer.json()["data"]["attributes"]["identifier"] == str(identifier)
    if not resource.viewset.collection_methods:
        for stranger in ("999999999", "0", "nothing", "9" * 30, "%00", "ä"):
            missing = client.get(f"/v1/{resource.path}/{stranger}")
            assert (missing.status_code, missing["Content-Type"]) == (404, DOCUMENT)
            assert missing.json()["errors"][0]["status"] == 404


@each_resource
def test_resource_is_listed_with_its_rows(world: World, resource: Resource) -> None:
    client, row = client_of(world.cast.sue), world.row_of(resource)
    leads = [r for source in RESOURCES for r in relationships_of(source) if r.target is resource.model]
    assert leads or "list" in resource.viewset.actions or resource.viewset.collection_methods, "nothing leads to it"
    for relationship, source in lists_of(resource):
        url = url_of_list(world, relationship, source)
        answer = client.get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, DOCUMENT), url
        body = answer.json()
        assert len(body["data"]) == min(body["meta"]["count"], 20), url
        assert body["links"]["self"] == url
        assert ("next" in body["links"]) == (body["meta"]["count"] > 20)
        for entry in body["data"]:
            assert_is_resource_object(entry, resource, entry["id"])
        if relationship is None and body["meta"]["count"] <= 20:
            assert str(row.pk) in {str(entry["id"]) for entry in body["data"]}


@each_resource
def test_every_link_leads_somewhere(world: World, resource: Resource) -> None:
    client, row = client_of(world.cast.sue), world.row_of(resource)
    documents = [client.get(f"/v1/{resource.path}/{row.pk}").json()]
    documents += [client.get(f"{url_of_list(world, *place)}?page[size]=1").json() for place in lists_of(resource)]

    links = set(links_in(documents))

    assert f"/v1/{resource.path}/{row.pk}" in links
    for link in sorted(links):
        answer = client.get(link)
        assert answer.status_code in LEGITIMATE, link
        if answer.status_code == 404:
            assert is_to_one(link), f"{link} is a list and cannot be missing"


def is_to_one(link: str) -> bool:
    path, _, name = link.removeprefix("/v1/").split("?")[0].rpartition("/")
    source = next(r for r in RESOURCES if path.startswith(f"{r.path}/"))
    return any(not r.many for r in source.relationships.values() if r.path == name)


@each_resource
def test_resource_has_a_row_in_the_policy_table(resource: Resource) -> None:
    verbs = {"create": "add", "update": "change", "destroy": "delete"}
    named = policy.permissions()
    for action in resource.viewset.actions:
        if action in verbs:
            assert permission(resource.model, verbs[action]) in named, f"{action} of {resource.type} is not declared"
    needed = set(resource.viewset.list_needs.values())
    needed |= set(getattr(resource.serializer.Meta, "restricted", {}).values())
    assert needed <= named.keys(), "a permission that nobody declared is denied to everybody"
    assert hasattr(resource.model.objects, "visible_to") or resource.viewset.collection_methods


@each_resource
def test_writable_relationships_can_be_written(resource: Resource) -> None:
    for relationship in resource.relationships.values():
        if relationship.is_writable and relationship.attr is None:
            back = registry.of(relationship.target).relationships.get(relationship.lookup)
            can_be_moved = back is not None and back.attr and back.is_writable
            assert can_be_moved, f"{resource.type}.{relationship.name}"


def queries_of(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(url)
    assert answer.status_code in (200, 403, 404), f"{url}: {answer.content[:300]}"
    return len(captured)


@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.type)
def test_list_costs_the_same_number_of_queries_for_50_rows(world: World, resource: Resource) -> None:
    """For the team, whose permissions are asked row by row, and with everything included that there is."""
    lists = lists_of(resource)
    everything = ",".join(r.wire for r in relationships_of(resource))
    urls = [f"{url_of_list(world, *place)}?page[size]=0" for place in lists]
    urls += [url_of_list(world, *lists[0]), f"{urls[0]}&include={everything}"]
    clients = {name: client_of(world.people[name]) for name in ("adam", "olga")}
    costs = {(name, url): queries_of(clients[name], url) for name in clients for url in urls}

    world.more_rows(resource)

    for (name, url), before in costs.items():
        assert queries_of(clients[name], url) == before, f"{url} as {name}"
