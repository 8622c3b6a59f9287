"""What somebody may not read cannot be found out by asking for it, either."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from rest_framework.test import APIClient

from events.models import Event, EventMember, Session, Speaker
from openevent.api.columns import columns_of
from openevent.api.permissions import may
from openevent.api.registry import Resource, registry
from tests.factories import client_of, make_event, make_row, make_user
from tests.world import RESOURCES, World

RESTRICTED = [r for r in RESOURCES if getattr(r.serializer.Meta, "restricted", None)]


@pytest.fixture
def speaker(event: Event) -> Speaker:
    """In the public programme, with an address that is nobody's business."""
    session = make_row(Session, {Event: event}, state="accepted")
    speaker = make_row(Speaker, {Event: event}, name="Grace", email="grace@example.org", mobile="123")
    speaker.sessions.add(session)
    return speaker


def filtered(client: APIClient, url: str, *nodes: Any) -> Any:
    return client.get(url, {"filter": json.dumps(nodes)})


def test_restricted_attributes_are_null_for_others(event, cast, speaker):
    url = f"/v1/speakers/{speaker.pk}"
    included = f"/v1/events/{event.pk}?include=speakers"
    for name, seen in (("olga", "grace@example.org"), ("otto", "grace@example.org"), ("eve", None), ("rita", None)):
        client = client_of(getattr(cast, name))
        assert client.get(url).json()["data"]["attributes"]["email"] == seen, name
        assert client.get(included).json()["included"][0]["attributes"]["email"] == seen, name


@pytest.mark.parametrize("name", ["eve", "rita", "ada"])
def test_restricted_attributes_cannot_be_guessed_by_filters_or_order(event, cast, speaker, name):
    client = client_of(getattr(cast, name))
    guess = {"name": "email", "op": "like", "val": "g%"}
    below = f"/v1/events/{event.pk}/speakers"
    for answer in (
        filtered(client, below, guess),
        filtered(client, "/v1/speakers", guess),
        filtered(client, "/v1/speakers", {"name": "name", "op": "ne", "field": "email"}),
        filtered(client, "/v1/speakers", {"name": "email", "op": "eq", "val": None}),
        filtered(client, "/v1/events", {"name": "speakers", "op": "any", "val": guess}),
        filtered(client, "/v1/sessions", {"name": "speakers__email", "op": "like", "val": "g%"}),
        client.get(f"{below}?sort=email"),
        client.get(f"{below}?sort=-mobile"),
        client.get(f"{below}?filter[email]=grace@example.org"),
    ):
        assert answer.status_code == 400, answer.content
        assert "grace" not in answer.content.decode()


def test_the_team_asks_for_them_within_its_event(event, cast, speaker):
    olga, guess = client_of(cast.olga), {"name": "email", "op": "like", "val": "g%"}

    assert filtered(olga, f"/v1/events/{event.pk}/speakers", guess).json()["meta"]["count"] == 1
    assert olga.get(f"/v1/events/{event.pk}/speakers?sort=email").status_code == 200
    speakers = {"name": "speakers", "op": "any", "val": guess}
    assert filtered(olga, f"/v1/events/{event.pk}/sessions", speakers).json()["meta"]["count"] == 1
    assert filtered(olga, "/v1/speakers", guess).status_code == 400
    assert filtered(client_of(cast.adam), "/v1/speakers", guess).json()["meta"]["count"] == 1


def test_the_team_learns_nothing_of_other_events_that_way(event, cast):
    """A parent that is mine opens the restricted attributes of its own rows alone."""
    theirs = make_row(Speaker, {Event: make_event()}, name="Grace", email="grace@example.org", is_featured=True)
    guess = {"name": "email", "op": "like", "val": "g%"}
    olga = client_of(cast.olga)
    way = {"name": "event", "op": "has", "val": {"name": "speakers", "op": "any", "val": guess}}

    assert filtered(olga, f"/v1/events/{theirs.event_id}/speakers", guess).status_code == 400
    assert filtered(olga, f"/v1/events/{event.pk}/speakers", way).json()["meta"]["count"] == 0


def test_ones_own_parent_opens_no_restricted_attributes_of_others(cast, speaker):
    guess = {"name": "contact", "op": "like", "val": "5%"}
    of_creator = {"name": "creator", "op": "has", "val": guess}

    answer = filtered(client_of(cast.ada), f"/v1/users/{cast.ada.pk}/sessions", of_creator)

    assert answer.status_code == 400


def test_lists_are_not_ordered_by_rows_that_one_does_not_see(event, cast):
    """Sessions of two creators whom Eve does not know stand in the order of ids, whichever way she asks."""
    for email in ("z@example.org", "a@example.org"):
        creator = make_user(email[0].upper())
        make_row(Session, {Event: event}, title=email, state="accepted", creator=creator)

    def titles(user: Any, sort: str) -> list[str]:
        body = client_of(user).get(f"/v1/sessions?sort={sort}").json()
        return [entry["attributes"]["title"] for entry in body["data"]]

    assert titles(cast.eve, "creator.email") == titles(cast.eve, "-creator.email") == ["z@example.org", "a@example.org"]
    assert titles(cast.adam, "creator.email") == ["a@example.org", "z@example.org"]


def test_hidden_rows_are_not_found_out_by_their_ids(event, cast):
    creator = make_user("Carl")
    make_row(Session, {Event: event}, state="accepted", creator=creator)
    for name in ("creator", "creator_id"):
        answer = filtered(client_of(cast.eve), "/v1/sessions", {"name": name, "op": "eq", "val": creator.pk})
        assert answer.json()["meta"]["count"] == 0
        assert filtered(client_of(cast.adam), "/v1/sessions", {"name": name, "val": creator.pk}).json()["data"]


def test_includes_and_linkage_show_only_what_lists_show(event, cast):
    pending = make_row(Session, {Event: event}, state="pending")
    draft = make_event(state="draft")
    EventMember.objects.create(event=draft, user=cast.olga, role=EventMember.objects.get(user=cast.olga).role)
    eve = client_of(cast.eve)

    shown = eve.get(f"/v1/events/{event.pk}?include=sessions,roles,roles.user,owner,role-invites").json()

    assert shown["included"] == []
    assert shown["data"]["relationships"]["sessions"]["data"] == []
    assert shown["data"]["relationships"]["owner"]["data"] is None
    assert eve.get(f"/v1/events/{event.pk}/relationships/sessions").json()["data"] == []
    assert eve.get(f"/v1/sessions/{pending.pk}").status_code == 404
    assert eve.get(f"/v1/sessions/{pending.pk}/relationships/event").status_code == 404
    assert client_of(cast.olga).get(f"/v1/events/{event.pk}/relationships/sessions").json()["meta"]["count"] == 1


@pytest.mark.walk
@pytest.mark.parametrize("resource", RESTRICTED, ids=lambda resource: resource.type)
def test_no_restricted_attribute_of_any_resource_is_filtered_or_sorted_by_a_stranger(world: World, resource: Resource):
    """Neither on its own list nor through whatever leads to it."""
    eve = client_of(world.cast.eve)
    names = set(resource.serializer.Meta.restricted) & set(columns_of(resource))
    urls = [f"/v1/{resource.path}"] if "list" in resource.viewset.actions else []
    for name in names:
        node = {"name": name, "op": "ne", "val": None}
        for url in urls:
            assert filtered(eve, url, node).status_code in (400, 403), f"{url} {name}"
            assert eve.get(f"{url}?sort={name}").status_code in (400, 403), f"{url} {name}"
        for source in registry:
            for relationship in source.relationships.values():
                if relationship.target is resource.model and "list" in source.viewset.actions:
                    way = {"name": relationship.name, "op": "any", "val": node}
                    assert filtered(eve, f"/v1/{source.path}", way).status_code in (400, 403), f"{source.path} {way}"


@pytest.mark.parametrize("resource", RESTRICTED, ids=lambda resource: resource.type)
def test_table_gives_no_stranger_what_is_restricted(world: World, resource: Resource):
    """The writer of documents relies on it: it does not ask the table for strangers."""
    row = world.row_of(resource)
    for perm in set(resource.serializer.Meta.restricted.values()):
        assert not may(AnonymousUser(), perm, row), perm
