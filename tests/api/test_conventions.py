"""What every route of the API has in common, over HTTP: media types, ids, lists, links, errors."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Event, Session, Track
from tests.factories import client_of, make_event, make_row, make_ticket

DOCUMENT = "application/vnd.api+json"


def tracks(event: Event, number: int) -> list[Track]:
    return [make_row(Track, {Event: event}, name=f"Track {i:02}", position=i % 2) for i in range(number)]


def new_track(event: Any, **data: Any) -> dict[str, Any]:
    linkage = {"data": {"type": "event", "id": event if isinstance(event, (str, int)) else str(event.pk)}}
    attributes = {"name": "Main", "color": "#112233"}
    return {"data": {"type": "track", "attributes": attributes, "relationships": {"event": linkage}, **data}}


def send(client: APIClient, method: str, url: str, body: Any, media_type: str = DOCUMENT) -> Any:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.generic(method, url, text, content_type=media_type)


# -- media types ---------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", [DOCUMENT, f"{DOCUMENT}; charset=utf-8", f"{DOCUMENT};charset=UTF-8"])
def test_bodies_are_taken_as_jsonapi_with_or_without_charset(event, cast, media_type):
    answer = send(client_of(cast.olga), "POST", "/v1/tracks", new_track(event), media_type)

    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_bodies_of_another_type_are_415(event, cast, media_type, method):
    url = "/v1/tracks" if method == "POST" else f"/v1/tracks/{tracks(event, 1)[0].pk}"

    answer = send(client_of(cast.olga), method, url, new_track(event), media_type)

    assert answer.status_code == 415
    assert answer.json()["errors"][0]["status"] == 415


@pytest.mark.parametrize("media_type", [DOCUMENT, "application/json", "text/html"])
def test_a_get_with_a_content_type_and_no_body_is_answered(event, media_type):
    assert APIClient().get("/v1/events", CONTENT_TYPE=media_type).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "status"),
    [
        (DOCUMENT, 200),
        ("application/json", 200),
        ("*/*", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        (f"{DOCUMENT}; charset=utf-8", 200),
        ("application/json, text/plain, */*", 200),
        ("text/html", 406),
        ("image/png", 406),
    ],
)
def test_accept_decides_between_the_two_types_and_406(event, accepted, status):
    answer = APIClient().get("/v1/events", HTTP_ACCEPT=accepted)

    assert answer.status_code == status
    assert status == 200 or answer.json()["errors"][0]["status"] == 406


def test_answers_may_be_304(event):
    first = APIClient().get("/v1/events")

    again = APIClient().get("/v1/events", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    Event.objects.update(name="Renamed")
    assert APIClient().get("/v1/events", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_browsers_of_the_front_end_may_call(event, settings):
    origin = settings.CORS_ALLOWED_ORIGINS[0]
    asked = {
        "HTTP_ORIGIN": origin,
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PATCH",
        "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "authorization,content-type,x-csrf-token",
    }

    preflight = APIClient().options("/v1/users/1", **asked)

    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == origin
    assert "PATCH" in preflight["Access-Control-Allow-Methods"]
    allowed = preflight["Access-Control-Allow-Headers"]
    assert all(name in allowed for name in ("authorization", "content-type", "x-csrf-token"))
    other = APIClient().options("/v1/users/1", **{**asked, "HTTP_ORIGIN": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in other


# -- making, changing, deleting --------------------------------------------------------------------


def test_post_answers_201_with_location_and_resource(event, cast):
    client = client_of(cast.olga)

    answer = send(client, "POST", "/v1/tracks", new_track(event))

    data = answer.json()["data"]
    assert (answer.status_code, answer["Content-Type"]) == (201, DOCUMENT)
    assert answer["Location"] == f"/v1/tracks/{data['id']}" == data["links"]["self"]
    assert client.get(answer["Location"]).json()["data"] == data
    assert answer.json()["jsonapi"] == {"version": "1.0"}


@pytest.mark.parametrize("given", ["mine", 7, "7", None])
def test_post_ignores_the_clients_id(event, cast, given):
    answer = send(client_of(cast.olga), "POST", "/v1/tracks", new_track(event, id=given))

    assert answer.json()["data"]["id"] == str(Track.objects.get().pk)


def test_parents_are_named_by_number_text_or_identifier(event, cast):
    for key in (event.pk, str(event.pk), event.identifier):
        assert send(client_of(cast.olga), "POST", "/v1/tracks", new_track(key)).status_code == 201


def test_delete_answers_200_with_a_message(event, cast):
    row = tracks(event, 1)[0]

    answer = client_of(cast.olga).delete(f"/v1/tracks/{row.pk}")

    assert answer.status_code == 200
    assert answer.json() == {
        "meta": {"message": "Object successfully deleted"},
        "jsonapi": {"version": "1.0"},
    }


def test_patch_takes_the_id_in_any_spelling_and_no_other(event, cast):
    client, url = client_of(cast.olga), f"/v1/events/{event.identifier}"
    for key in (event.pk, str(event.pk), event.identifier):
        assert send(client, "PATCH", url, {"data": {"type": "event", "id": key}}).status_code == 200
    wrong = send(client, "PATCH", url, {"data": {"type": "event", "id": str(event.pk + 1)}})
    assert (wrong.status_code, wrong.json()["errors"][0]["source"]) == (409, {"pointer": "/data/id"})
    assert send(client, "PATCH", url, {"data": {"type": "event"}}).status_code == 400


def test_another_type_is_a_conflict(event, cast):
    answer = send(client_of(cast.olga), "POST", "/v1/tracks", new_track(event, type="session"))

    assert (answer.status_code, answer.json()["errors"][0]["source"]) == (409, {"pointer": "/data/type"})


def test_events_answer_to_id_and_identifier_also_as_parents(event, cast):
    client = client_of(cast.olga)
    track = tracks(event, 1)[0]
    for key in (event.pk, event.identifier):
        assert client.get(f"/v1/events/{key}").json()["data"]["id"] == str(event.pk)
        assert client.get(f"/v1/events/{key}/tracks").json()["data"][0]["id"] == str(track.pk)
        linkage = client.get(f"/v1/events/{key}/relationships/tracks").json()["data"]
        assert linkage[0] == {"type": "track", "id": str(track.pk)}
        body = {"data": {"type": "track", "attributes": {"name": "Side", "color": "#112233"}}}
        assert send(client, "POST", f"/v1/events/{key}/tracks", body).status_code == 201


def test_a_body_that_names_another_parent_than_the_url_is_a_conflict(event, cast):
    other = make_event()

    answer = send(client_of(cast.olga), "POST", f"/v1/events/{event.pk}/tracks", new_track(other))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "wrong_parent")


# -- lists -----------------------------------------------------------------------------------------


def names(answer: Any) -> list[str]:
    return [entry["attributes"]["name"] for entry in answer.json()["data"]]


def test_pages_have_20_rows_and_links_to_the_others(event):
    tracks(event, 45)
    url = f"/v1/events/{event.pk}/tracks"

    first = APIClient().get(url).json()
    second = APIClient().get(first["links"]["next"]).json()
    last = APIClient().get(first["links"]["last"]).json()

    assert [len(page["data"]) for page in (first, second, last)] == [20, 20, 5]
    assert {page["meta"]["count"] for page in (first, second, last)} == {45}
    assert set(first["links"]) == {"self", "first", "last", "next"}
    assert set(second["links"]) == {"self", "first", "last", "prev", "next"}
    assert set(last["links"]) == {"self", "first", "last", "prev"}
    assert APIClient().get(last["links"]["prev"]).json()["data"] == second["data"]
    assert first["links"]["self"] == url


def test_a_single_page_links_to_itself_alone(event):
    tracks(event, 3)

    body = APIClient().get(f"/v1/events/{event.pk}/tracks?page[size]=3&sort=name").json()

    assert body["links"] == {"self": f"/v1/events/{event.pk}/tracks?page[size]=3&sort=name"}


def test_page_links_keep_the_query(event):
    tracks(event, 5)
    url = f'/v1/events/{event.pk}/tracks?page[size]=2&sort=-name&filter=[{{"name":"name","op":"ne","val":"Track 04"}}]'

    body = APIClient().get(url).json()

    assert names(APIClient().get(body["links"]["next"])) == ["Track 01", "Track 00"]


def test_page_size_zero_is_everything_up_to_a_ceiling(event, settings):
    tracks(event, 30)
    url = f"/v1/events/{event.pk}/tracks?page[size]="

    everything = APIClient().get(f"{url}0").json()
    settings.API_MAX_PAGE_SIZE = 29
    too_many = APIClient().get(f"{url}0")

    assert (len(everything["data"]), everything["meta"]["count"]) == (30, 30)
    assert too_many.status_code == 400
    assert too_many.json()["errors"][0]["source"] == {"parameter": "page[size]"}
    assert APIClient().get(f"{url}29").status_code == 200
    assert APIClient().get(f"{url}30").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "page[size]=x",
        "page[size]=",
        "page[number]=",
        "page[size]=-1",
        "page[number]=0",
        "page[number]=1.5",
        "page[size]=²",
    ],
)
def test_page_parameters_are_whole_numbers(event, query):
    answer = APIClient().get(f"/v1/events?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"parameter": query.split("=")[0]}


def test_a_page_beyond_the_last_is_empty(event):
    body = APIClient().get("/v1/events?page[number]=999999999").json()

    assert (body["data"], body["meta"]["count"]) == ([], 1)


def test_lists_are_sorted_by_attributes_and_by_those_of_a_relation(event, cast):
    first, second = tracks(event, 2)
    for title, track in (("a", second), ("b", first), ("c", second)):
        make_row(Session, {Event: event, Track: track}, title=title, state="accepted")
    url = f"/v1/events/{event.pk}/sessions?fields[session]=title&sort="

    def titles(sort: str) -> str:
        return "".join(entry["attributes"]["title"] for entry in APIClient().get(url + sort).json()["data"])

    assert (titles("title"), titles("-title")) == ("abc", "cba")
    assert titles("track.name,-title") == "bca"
    assert titles("-track.name,title") == "acb"
    assert titles("last-modified-at") == titles("last_modified_at")
    assert titles("id") == "abc"


@pytest.mark.parametrize(
    "query",
    [
        "sort=nothing",
        "sort=event.nothing",
        "sort=nothing.name",
        "sort=event.tracks.name",
        "sort=sessions.title",
        "include=nothing",
        "include=event.nothing",
        "include=event.tracks.event.tracks.event.tracks",
        "fields[track]=nothing",
        "fields[track]=%0A",
        "fields[nothing]=name",
        "filter[nothing]=1",
        "filter=[",
        "filter=1",
    ],
)
def test_unknown_names_are_400_and_named(event, query):
    answer = APIClient().get(f"/v1/events/{event.pk}/tracks?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"parameter": query.split("=")[0]}


@pytest.mark.parametrize("query", ["cache=true&public=true", "code=", "upcoming=x", "filterOptions[name]=id", "page=3"])
def test_unknown_parameters_are_ignored(event, query):
    assert APIClient().get(f"/v1/events?{query}").json()["meta"] == {"count": 1}


def test_filters_on_a_detail_are_ignored(event):
    assert APIClient().get(f"/v1/events/{event.pk}?filter=[&sort=nothing&page[size]=x").status_code == 200


# -- what is in a document ---------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["starts-at,is-featured", "starts_at,is_featured", "is-featured, starts_at"])
def test_sparse_fields_may_be_dashed_or_underscored(event, wanted):
    data = APIClient().get(f"/v1/events/{event.pk}?fields[event]={wanted}").json()["data"]

    assert set(data["attributes"]) == {"starts-at", "is-featured"}
    assert data["relationships"] == {}


def test_sparse_fields_name_relationships_too_and_id_is_no_error(event):
    data = APIClient().get(f"/v1/events/{event.pk}?fields[event]=name,tracks").json()["data"]
    assert (set(data["attributes"]), set(data["relationships"])) == ({"name"}, {"tracks"})

    data = APIClient().get(f"/v1/events/{event.pk}?fields[event]=id").json()["data"]
    assert (data["id"], data["attributes"]) == (str(event.pk), {})


def test_relationships_have_links_and_data_when_included(event):
    track = tracks(event, 1)[0]
    session = make_row(Session, {Event: event, Track: track}, state="accepted")
    url = f"/v1/sessions/{session.pk}"

    plain = APIClient().get(url).json()
    included = APIClient().get(f"{url}?include=track,microlocation,event.tracks").json()

    assert "included" not in plain
    assert plain["data"]["relationships"]["track"] == {
        "links": {"self": f"{url}/relationships/track", "related": f"{url}/track"}
    }
    assert plain["data"]["relationships"]["microlocation"] == {"links": {"self": f"{url}/relationships/microlocation"}}
    relationships = included["data"]["relationships"]
    assert relationships["track"]["data"] == {"type": "track", "id": str(track.pk)}
    assert relationships["microlocation"]["data"] is None
    assert "data" not in relationships["speakers"]
    assert {(e["type"], e["id"]) for e in included["included"]} == {("event", str(event.pk)), ("track", str(track.pk))}
    held = next(e for e in included["included"] if e["type"] == "event")
    assert held["relationships"]["tracks"]["data"] == [{"type": "track", "id": str(track.pk)}]
    assert held["attributes"]["identifier"] == event.identifier


def test_a_relationship_of_one_includes_one(event, cast):
    body = client_of(cast.sue).get(f"/v1/events/{event.pk}?include=owner,organizers").json()

    assert body["data"]["relationships"]["owner"]["data"] == {"type": "user", "id": str(cast.olga.pk)}
    assert {entry["id"] for entry in body["included"]} == {str(cast.olga.pk), str(cast.otto.pk)}


def test_dates_are_utc_with_offset_and_money_is_a_number(event):
    ticket = make_ticket(event, type="paid", price="19.99")

    attributes = APIClient().get(f"/v1/tickets/{ticket.pk}").json()["data"]["attributes"]

    assert attributes["price"] == 19.99
    assert attributes["sales-ends-at"].endswith("+00:00")


# -- errors ------------------------------------------------------------------------------------------


def error_of(answer: Any) -> dict[str, Any]:
    body = answer.json()
    assert set(body) == {"errors", "jsonapi"}
    assert body["jsonapi"] == {"version": "1.0"}
    assert {"status", "title", "detail", "source", "code"} <= set(body["errors"][0])
    return body["errors"][0]


def test_validation_errors_carry_their_status_as_text(event, cast):
    body = new_track(event, attributes={"name": "", "color": "red"})

    answer = send(client_of(cast.olga), "POST", "/v1/tracks", body)

    assert answer.status_code == 422
    assert error_of(answer)["status"] == "422"
    assert {e["source"]["pointer"] for e in answer.json()["errors"]} == {
        "/data/attributes/name",
        "/data/attributes/color",
    }


def test_other_errors_carry_their_status_as_a_number(event, cast):
    eve, olga = client_of(cast.eve), client_of(cast.olga)
    track = tracks(event, 1)[0]
    bad_token = APIClient(HTTP_AUTHORIZATION="JWT nonsense")
    for answer, status in (
        (send(olga, "POST", "/v1/tracks", "{"), 400),
        (send(olga, "POST", "/v1/tracks", {}), 400),
        (send(APIClient(), "POST", "/v1/tracks", new_track(event)), 401),
        (bad_token.get("/v1/events"), 401),
        (eve.delete(f"/v1/tracks/{track.pk}"), 403),
        (eve.get("/v1/tracks/999999"), 404),
        (eve.get("/v1/nothing/at/all"), 404),
        (send(eve, "PUT", f"/v1/tracks/{track.pk}", {}), 405),
    ):
        error = error_of(answer)
        assert (answer.status_code, error["status"]) == (status, status)
        assert isinstance(error["source"], dict)


def test_a_body_that_is_too_large_is_413(event, cast, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = send(client_of(cast.olga), "POST", "/v1/tracks", new_track(event, meta="x" * 1000))

    assert (answer.status_code, error_of(answer)["status"]) == (413, 413)


def test_a_401_is_kept_for_who_is_not_logged_in(cast: SimpleNamespace, event):
    """Clients log people out on it."""
    for url in ("/v1/users", f"/v1/users/{cast.olga.pk}", f"/v1/events/{event.pk}/orders", "/v1/mails"):
        assert APIClient().get(url).status_code in (401, 404), url
        assert client_of(cast.eve).get(url).status_code in (403, 404), url
