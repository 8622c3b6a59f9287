"""The OpenAPI document says what the API does: every route stands in it, and answers are as it has them."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular import validation
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from openapi_spec_validator import OpenAPIV30SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT4
from rest_framework.test import APIClient

from accounts.models import User
from events.models import Role
from openevent.api.registry import Resource, registry
from openevent.api.relationships import RelationshipView
from openevent.api.schema import serving
from openevent.api.viewsets import ResourceViewSet
from tests.factories import client_of, make_ticket, make_user

pytestmark = pytest.mark.walk

JSONAPI = "application/vnd.api+json"
METHODS = ("get", "post", "patch", "delete")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as it is served."""
    found: dict[str, Any] = json.loads(serving.rendered("json"))
    return found


class Judge:
    """Holds answers and bodies against the document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        contents = DRAFT4.create_resource(document)
        self.registry: Registry = Registry().with_resource("urn:document", contents)

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part

    def errors(self, schema: dict[str, Any], value: Any, validator: Any) -> list[str]:
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:document#/'))
        checker = validator(absolute, registry=self.registry, format_checker=oas30_format_checker)
        return [f"{e.json_path}: {e.message[:300]}" for e in checker.iter_errors(value)]

    def check(self, response: Any, path: str, method: str) -> None:
        """The status, the media type and the body are documented for this operation."""
        where = f"{method} {path} → {response.status_code}"
        responses = self.document["paths"][path][method]["responses"]
        assert str(response.status_code) in responses, f"{where}: {response.content[:300]!r}"
        content = self.resolved(responses[str(response.status_code)])["content"]
        media_type = response["Content-Type"].split(";")[0]
        assert media_type in content, where
        if not media_type.endswith(("/json", "+json")):
            return  # a download
        problems = self.errors(content[media_type]["schema"], response.json(), OAS30ReadValidator)
        assert not problems, f"{where}: {problems[:5]}"

    def check_body(self, body: Any, path: str, method: str) -> None:
        """The request is one that the document allows."""
        content = self.resolved(self.document["paths"][path][method]["requestBody"])["content"]
        assert not self.errors(content[JSONAPI]["schema"], body, OAS30WriteValidator)

    def schema(self, name: str) -> dict[str, Any]:
        """A component."""
        found: dict[str, Any] = self.document["components"]["schemas"][name]
        return found


@pytest.fixture(scope="module")
def judge(document: dict[str, Any]) -> Judge:
    return Judge(document)


def routes(patterns: list[Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Every URL pattern of the project with its view, as regular expression or route text."""
    found: list[tuple[str, Any]] = []
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern):
            found.append((text, pattern.callback))
    return found


def templates() -> dict[str, Any]:
    """The API's own paths with ``{}`` for every parameter, and their views."""
    found = {}
    for text, view in routes(get_resolver().url_patterns):
        plain = text.strip("^$").removesuffix("/?")
        if not plain.startswith(("v1/", "auth/")):
            continue
        plain = re.sub(r"<[^>]+>", "{}", plain)
        choice = re.search(r"\(\?:([^)]+)\)", plain)
        for word in choice[1].split("|") if choice else [""]:
            found["/" + (plain.replace(choice[0], word) if choice else plain)] = view
    return found


def test_every_route_of_the_api_is_documented_and_nothing_else(document: dict[str, Any]) -> None:
    documented = {re.sub(r"{\w+}", "{}", path) for path in document["paths"]}

    assert documented == templates().keys()


def test_plain_routes_say_what_they_answer_and_nothing_is_guessed(document: dict[str, Any]) -> None:
    for path, view in templates().items():
        cls = view.cls
        if issubclass(cls, (ResourceViewSet, RelationshipView)):
            continue
        for method in METHODS:
            handler = getattr(cls, method, None)
            assert handler is None or hasattr(handler, "kwargs"), f"{method} {path} has no @documents"

    serving.document.cache_clear()
    serving.rendered.cache_clear()
    again = json.loads(serving.rendered("json"))

    assert not GENERATOR_STATS, "manage.py spectacular says what is guessed"
    assert again == document, "each process has to say the same"


def test_errors_stand_in_the_media_types_that_they_come_in(document: dict[str, Any]) -> None:
    answers = document["components"]["responses"]

    assert answers["Error404"]["content"].keys() == {JSONAPI, "application/json"}
    assert answers["PlainError422"]["content"].keys() == {"application/json"}
    assert answers["Error414"]["content"].keys() == {JSONAPI}, "the web server's"


def test_what_is_made_by_a_plain_route_is_a_201(document: dict[str, Any]) -> None:
    answers = document["paths"]["/v1/events/{id}/door-devices"]["post"]["responses"]

    assert "201" in answers
    assert "200" not in answers


def test_document_is_valid_openapi(document: dict[str, Any]) -> None:
    # the specification's own schema, which drf-spectacular brings along
    specification = json.loads(Path(validation.__file__).with_name("openapi_3_0_schema.json").read_bytes())
    assert [str(e) for e in jsonschema_rs.Draft4Validator(specification).iter_errors(document)] == []

    # the second opinion is thorough and slow: the routes of one type, some plain ones, and what they refer to
    assert list(OpenAPIV30SpecValidator(part_of(document, ("/v1/tracks", "/v1/auth"))).iter_errors()) == []


def part_of(document: dict[str, Any], prefixes: tuple[str, ...]) -> dict[str, Any]:
    """The document with these paths alone, and with the components that they lead to."""
    paths = {path: item for path, item in document["paths"].items() if path.startswith(prefixes)}
    assert paths
    kept: dict[str, Any] = {kind: {} for kind in document["components"]}
    kept["securitySchemes"] = document["components"]["securitySchemes"]
    waiting = [paths]
    while waiting:
        for kind, name in re.findall(r'"#/components/(\w+)/([\w.-]+)"', json.dumps(waiting.pop())):
            if name not in kept[kind]:
                kept[kind][name] = document["components"][kind][name]
                waiting.append(kept[kind][name])
    return {**document, "paths": paths, "components": kept}


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]

    assert len(names) == len(set(names))


def key_of(path: str, rows: dict[str, Any]) -> str | None:
    """The path with the id of a row of its collection; None where no resource is behind it."""
    by_path = {resource.path: resource for resource in registry}
    collection = path.split("/")[2]
    if "{" not in path:
        return path
    if collection not in by_path or not path.startswith(f"/v1/{collection}/{{id}}"):
        return None
    url = path.replace("{id}", str(rows[by_path[collection].type].pk))
    return None if "{" in url else url


# tested where they are made
PDFS = {"/v1/orders/{id}/tickets-pdf", "/v1/orders/attendees/{id}.pdf", "/v1/events/{id}.ics"}


def test_every_get_answers_as_documented(
    document: dict[str, Any], judge: Judge, rows: dict[str, Any], sue: User
) -> None:
    client = client_of(sue)
    succeeded = 0
    for path, item in document["paths"].items():
        url = key_of(path, rows)
        if "get" in item and url is not None and path not in PDFS:
            response = client.get(url)
            judge.check(response, path, "get")
            succeeded += response.status_code == 200

    assert succeeded > 0.85 * sum("get" in item for item in document["paths"].values())


def test_lists_with_everything_included_answer_as_documented(
    document: dict[str, Any], judge: Judge, rows: dict[str, Any], sue: User
) -> None:
    client = client_of(sue)
    for resource in registry:
        names = [r.wire for r in resource.relationships.values() if r.target in registry.by_model]
        path = f"/v1/{resource.path}/{{id}}"
        if not names or "get" not in document["paths"].get(path, {}):
            continue
        response = client.get(f"/v1/{resource.path}/{rows[resource.type].pk}", {"include": ",".join(names)})

        judge.check(response, path, "get")
        body = response.json()
        for found in [body["data"], *body["included"]]:
            name = component_of(registry.by_type[found["type"]])
            assert judge.errors({"$ref": f"#/components/schemas/{name}"}, found, OAS30ReadValidator) == []
            # not one attribute or relationship more or less than the document has
            properties = judge.schema(name)["properties"]
            for part in ("attributes", "relationships"):
                assert found[part].keys() == properties[part].get("properties", {}).keys(), (resource.type, part)


def component_of(resource: Resource) -> str:
    return "".join(word.capitalize() for word in re.split("[-_]", resource.type))


VALUES = {  # attributes of which a format does not say enough
    "timezone": "Europe/Berlin",
    "color": "#a04b4b",
    "length": "00:30",
    "starts-at": "2030-01-01T10:00:00Z",
    "ends-at": "2030-01-02T10:00:00Z",
    "sales-starts-at": "2029-01-01T10:00:00Z",
    "sales-ends-at": "2029-12-31T10:00:00Z",
}


def sample(name: str, schema: dict[str, Any]) -> Any:
    """A value that the schema allows."""
    schema = schema.get("anyOf", [schema])[0]
    if name in VALUES:
        return VALUES[name]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return {"string": "text", "integer": 1, "number": 1.5, "boolean": True}.get(schema.get("type", ""))


FORMATS = {"email": "new@example.org", "uri": "https://example.org", "date-time": "2030-01-01T10:00:00Z"}
# what the database or the domain asks for beyond the shape of a body
EXTRA: dict[str, dict[str, Any]] = {
    "user": {"password": "correct horse battery"},
    "attendee": {},
    "ticket": {"type": "free"},
}


def smallest_body(judge: Judge, resource: Resource, rows: dict[str, Any]) -> dict[str, Any]:
    """What the document requires for a new resource, with its relationships to rows that are there."""
    properties = judge.schema(f"{component_of(resource)}Request")["properties"]["data"]["properties"]
    attributes = properties["attributes"]
    given = {name: sample(name, attributes["properties"][name]) for name in attributes.get("required", [])}
    relationships = {}
    for name, relationship in properties["relationships"].get("properties", {}).items():
        one = relationship["properties"]["data"]
        if one["type"] == "object":
            target = one["properties"]["type"]["enum"][0]
            key = rows[target].pk
            id_ = key if one["properties"]["id"]["type"] == "integer" else str(key)
            relationships[name] = {"data": {"type": target, "id": id_}}
    given |= EXTRA.get(resource.type, {})
    return {"data": {"type": resource.type, "attributes": given, "relationships": relationships}}


def creatable(document: dict[str, Any]) -> list[Resource]:
    return [r for r in registry if "post" in document["paths"].get(f"/v1/{r.path}", {})]


def test_smallest_bodies_of_the_document_make_resources(
    document: dict[str, Any], judge: Judge, rows: dict[str, Any], sue: User
) -> None:
    rows["event"].ends_at = rows["event"].ends_at.replace(year=2040)
    rows["event"].save()
    rows["ticket"] = make_ticket(rows["event"])  # on sale
    rows["role"] = Role.objects.get(name="organizer")  # people are invited to roles that there are
    client = client_of(sue)
    for resource in creatable(document):
        if resource.type in ("order", "user_check_in"):
            continue  # made of a cart: test_orders_are_made_as_documented; of a ticket: tests/orders/test_stations.py
        path = f"/v1/{resource.path}"
        body = smallest_body(judge, resource, rows)
        judge.check_body(body, path, "post")

        response = post(client, path, body)

        assert response.status_code in (201, 409), (resource.type, body, response.content)  # 409: it is there already
        judge.check(response, path, "post")


def post(client: APIClient, path: str, body: Any) -> Any:
    return client.generic("POST", path, json.dumps(body), JSONAPI)


def patch(client: APIClient, path: str, body: Any) -> Any:
    return client.generic("PATCH", path, json.dumps(body), JSONAPI)


def test_orders_are_made_as_documented(judge: Judge, rows: dict[str, Any], sue: User) -> None:
    ada = client_of(make_user("Bob"))
    event = {"data": {"type": "event", "id": str(rows["event"].pk)}}
    ticket = {"data": {"type": "ticket", "id": str(make_ticket(rows["event"]).pk)}}
    attendee = {"data": {"type": "attendee", "attributes": {}, "relationships": {"event": event, "ticket": ticket}}}
    judge.check_body(attendee, "/v1/attendees", "post")
    made = post(ada, "/v1/attendees", attendee)
    judge.check(made, "/v1/attendees", "post")
    holder = {"type": "attendee", "id": made.json()["data"]["id"]}
    order = {"data": {"type": "order", "relationships": {"event": event, "attendees": {"data": [holder]}}}}
    judge.check_body(order, "/v1/orders", "post")

    response = post(ada, "/v1/orders", order)

    assert response.status_code == 201
    judge.check(response, "/v1/orders", "post")


def test_resources_sent_back_as_they_came_are_documented_and_accepted(
    document: dict[str, Any], judge: Judge, rows: dict[str, Any], sue: User
) -> None:
    client = client_of(sue)
    for resource in registry:
        path = f"/v1/{resource.path}/{{id}}"
        if "patch" not in document["paths"].get(path, {}):
            continue
        url = f"/v1/{resource.path}/{rows[resource.type].pk}"
        row = client.get(url).json()["data"]
        properties = judge.schema(f"Patched{component_of(resource)}Request")["properties"]["data"]["properties"]
        writable = properties["attributes"].get("properties", {})
        attributes = {name: value for name, value in row["attributes"].items() if name in writable}
        body = {"data": {"type": row["type"], "id": row["id"], "attributes": attributes}}
        judge.check_body(body, path, "patch")

        response = patch(client, url, body)

        assert response.status_code == 200, (resource.type, response.content)
        judge.check(response, path, "patch")


def test_methods_that_are_not_documented_are_refused(document: dict[str, Any], rows: dict[str, Any], sue: User) -> None:
    client = client_of(sue)
    for path, item in document["paths"].items():
        url = key_of(path, rows)
        for method in METHODS:
            if url is not None and method not in item:
                response = client.generic(method.upper(), url, "{}", JSONAPI)
                # 429: throttles count before the method is looked at
                assert response.status_code in (405, 429), (method, path, response.status_code)


@pytest.mark.parametrize(
    ("method", "url", "body", "status"),
    [
        ("get", "/v1/tracks/999999", None, 404),
        ("get", "/v1/tracks?filter=[", None, 400),
        ("get", "/v1/tracks?sort=nothing", None, 400),
        ("post", "/v1/tracks", {"data": {"type": "session"}}, 409),
        ("post", "/v1/tracks", {"data": {"type": "track", "attributes": {"name": "A"}}}, 422),
        ("post", "/v1/tracks", {}, 400),
    ],
)
def test_errors_are_as_documented(
    judge: Judge, rows: dict[str, Any], sue: User, method: str, url: str, body: Any, status: int
) -> None:
    response = client_of(sue).generic(method.upper(), url, json.dumps(body), JSONAPI)

    assert response.status_code == status
    path = "/v1/tracks/{id}" if "999999" in url else "/v1/tracks"
    judge.check(response, path, method)


def test_strangers_are_refused_as_documented(document: dict[str, Any], judge: Judge, rows: dict[str, Any]) -> None:
    """Where the document says that a token is needed, strangers get 401; where not, something else."""
    stranger = APIClient()
    for path, item in document["paths"].items():
        url = key_of(path, rows)
        if url is None or "get" not in item or path in PDFS:
            continue
        response = stranger.get(url)
        judge.check(response, path, "get")
        if {} not in item["get"].get("security", [{}]) and "relationships" not in path:
            assert response.status_code in (401, 404), path


def test_logging_in_answers_as_documented(judge: Judge, db: None) -> None:
    ada, client = make_user("Ada"), APIClient()
    right = {"email": ada.email, "password": "correct horse battery", "remember-me": True, "include-in-response": True}
    for path in ("/auth/session", "/v1/auth/login"):
        judge.check_body(right, path, "post")
        for body, status in ((right, 200), ({**right, "password": "wrong"}, 401), ({"email": ada.email}, 400)):
            response = client.post(path, body, format="json")
            assert response.status_code == status
            judge.check(response, path, "post")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/users/check_email", {"email": "ada@example.org"}),
        ("/v1/users/checkEmail", {"email": "nobody@example.org"}),
        ("/v1/auth/verify-password", {"password": "correct horse battery"}),
        ("/v1/auth/reset-password", {"data": {"email": "ada@example.org"}}),
        ("/v1/auth/resend-verification-email", {"data": {"email": "ada@example.org"}}),
        (
            "/v1/auth/change-password",
            {"data": {"old-password": "correct horse battery", "new-password": "staple correct horse"}},
        ),
        ("/v1/auth/logout", {}),
        ("/v1/auth/blacklist", {}),
    ],
)
def test_plain_routes_answer_as_documented(judge: Judge, db: None, path: str, body: Any) -> None:
    if body:
        judge.check_body(body, path, "post")

    response = client_of(make_user("Ada")).post(path, body, format="json")

    assert response.status_code == 200
    judge.check(response, path, "post")


def test_prices_and_carts_answer_as_documented(judge: Judge, rows: dict[str, Any]) -> None:
    cart = {"tickets": [{"id": make_ticket(rows["event"]).pk, "quantity": 2}]}
    ada = client_of(make_user("Bob"))
    for path in ("/v1/orders/calculate-amount", "/v1/orders/create-order"):
        judge.check_body(cart, path, "post")

        response = ada.post(path, cart, format="json")

        assert response.status_code == 200
        judge.check(response, path, "post")


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("", "*/*", serving.JSON),
        ("", "application/json", serving.JSON),
        ("", "application/vnd.oai.openapi", serving.YAML),
        ("", "application/yaml", serving.YAML),
        ("?format=yaml", "*/*", serving.YAML),
        ("?format=json", "application/yaml", serving.JSON),
    ],
)
def test_document_is_served_as_json_or_yaml(client: Any, query: str, accept: str, media_type: str) -> None:
    response = client.get(f"/api/schema{query}", headers={"Accept": accept})

    assert response.status_code == 200
    assert response["Content-Type"].split(";")[0] == media_type
    assert response.content.lstrip(b"{\"'").startswith(b"openapi")


def test_parts_of_an_address_are_of_their_own_kinds(document: dict[str, Any]) -> None:
    [group, event] = document["paths"]["/v1/groups/{id}/events/{event}/announce"]["get"]["parameters"]
    assert (group["schema"], event["schema"]) == ({"type": "integer"}, {"type": "string"})


def test_docs_page_loads_nothing_from_elsewhere(client: Any) -> None:
    page = client.get("/api/docs").content.decode()

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith(("/static/", "/api/")) for address in addresses)
    assert "/api/schema" in client.get("/api/docs?script=").content.decode()
