"""PATCH, the trash, and relationship routes: what changes, and what is left alone."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Event, EventMember, Microlocation, Role, Session, Speaker, Track
from tests.factories import client_of, give_role, make_event, make_row, make_ticket
from tests.jsonapi import body, ref, send


@pytest.fixture
def track(event: Event) -> Track:
    return make_row(Track, {Event: event}, name="Main", description="About", position=3)


# -- PATCH -------------------------------------------------------------------------------------------


def test_patch_leaves_absent_attributes_alone(cast, track):
    answer = send(client_of(cast.olga), "PATCH", f"/v1/tracks/{track.pk}", body("track", track.pk, name="Side"))

    assert answer.status_code == 200
    track.refresh_from_db()
    assert (track.name, track.description, track.position) == ("Side", "About", 3)


@pytest.mark.parametrize("key", [[], {}, True, 1.5])
def test_an_id_that_is_none_is_refused(event, cast, track, key):
    made = body("track", None, {"event": ref("event", event)}, name="New", color="#a04b4b")
    made["data"]["id"] = key
    changed = {"data": {"type": "track", "id": key, "attributes": {"name": "Side"}}}
    olga = client_of(cast.olga)

    for method, url, document in (("POST", "/v1/tracks", made), ("PATCH", f"/v1/tracks/{track.pk}", changed)):
        refused = send(olga, method, url, document)
        assert (refused.status_code, refused.json()["errors"][0]["source"]) == (400, {"pointer": "/data/id"})


def test_null_empties_what_may_be_empty_and_is_ignored_elsewhere(cast, track):
    given = body("track", track.pk, name=None, color=None, description=None)

    answer = send(client_of(cast.olga), "PATCH", f"/v1/tracks/{track.pk}", given)

    assert answer.status_code == 200
    track.refresh_from_db()
    assert (track.name, track.color, track.description) == ("Main", "#a04b4b", None)


def test_unknown_and_read_only_attributes_are_ignored_and_not_echoed(cast, track):
    given = body("track", track.pk, nothing=1, font_color="#123456", deleted_at="2020-01-01T00:00:00Z")

    answer = send(client_of(cast.olga), "PATCH", f"/v1/tracks/{track.pk}", given)

    attributes = answer.json()["data"]["attributes"]
    assert answer.status_code == 200
    assert "nothing" not in attributes
    assert (attributes["font-color"], attributes["deleted-at"]) == ("#ffffff", None)


def test_a_resource_sent_back_as_it_came_changes_nothing(event, cast):
    client, url = client_of(cast.olga), f"/v1/events/{event.pk}"
    before = client.get(url).json()["data"]
    before["attributes"] |= {"header": None, "total-attendees": {}}

    after = send(client, "PATCH", url, {"data": before}).json()["data"]

    assert after["attributes"] == client.get(url).json()["data"]["attributes"]
    assert {k: v for k, v in before["attributes"].items() if k in after["attributes"]} == after["attributes"]


def test_rows_cannot_move_to_another_event(event, cast, track):
    other = make_event()
    give_role(cast.olga, other, "owner")
    for linkage, status in ((ref("event", other), 403), (ref("event", event), 200), (None, 200)):
        given = body("track", track.pk, {"event": linkage})
        assert send(client_of(cast.olga), "PATCH", f"/v1/tracks/{track.pk}", given).status_code == status
    track.refresh_from_db()
    assert track.event == event


def test_rows_of_other_events_cannot_be_linked(event, cast):
    session = make_row(Session, {Event: event})
    other = make_event()
    give_role(cast.olga, other, "owner")
    stranger, speaker = make_row(Track, {Event: other}), make_row(Speaker, {Event: other})
    olga, url = client_of(cast.olga), f"/v1/sessions/{session.pk}"

    one = send(olga, "PATCH", url, body("session", session.pk, {"track": ref("track", stranger)}))
    many = send(olga, "PATCH", url, body("session", session.pk, {"speakers": [ref("speaker", speaker)]}))
    route = send(olga, "PATCH", f"{url}/relationships/track", {"data": ref("track", stranger)})
    routes = send(olga, "POST", f"{url}/relationships/speakers", {"data": [ref("speaker", speaker)]})

    assert {answer.status_code for answer in (one, many, route, routes)} == {422}
    session.refresh_from_db()
    assert (session.track, session.speakers.count()) == (None, 0)


@pytest.mark.parametrize(
    ("linkage", "status"),
    [
        ({"type": "track", "id": "999999"}, 404),
        ({"type": "track", "id": "9" * 5000}, 404),
        ({"type": "track", "id": {"a": 1}}, 404),
        ({"type": "track", "id": True}, 404),
        ({"type": "session", "id": "1"}, 409),
        ({"type": "track"}, 422),
        ([], 422),
        ("1", 422),
    ],
)
def test_linkage_that_names_nothing_is_refused(event, cast, linkage, status):
    session = make_row(Session, {Event: event})
    given = body("session", session.pk, {"track": linkage})

    answer = send(client_of(cast.olga), "PATCH", f"/v1/sessions/{session.pk}", given)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["source"] == {"pointer": "/data/relationships/track"}


# -- the trash ---------------------------------------------------------------------------------------


def trashed(row: Any) -> Any:
    row.trash()
    return row


def test_delete_trashes_and_patch_restores(event, cast, track):
    olga, url = client_of(cast.olga), f"/v1/tracks/{track.pk}"

    assert olga.delete(url).status_code == 200

    assert olga.get(url).status_code == 404
    assert olga.get(f"/v1/events/{event.pk}/tracks").json()["meta"]["count"] == 0
    assert olga.get(f"{url}?get_trashed=true").json()["data"]["attributes"]["deleted-at"] is not None
    restored = send(olga, "PATCH", url, body("track", track.pk, deleted_at=None))
    assert restored.json()["data"]["attributes"]["deleted-at"] is None
    assert olga.get(url).status_code == 200


def test_the_trash_is_shown_to_the_team_and_admins_only(event, cast, track):
    trashed(track)
    below, everything = f"/v1/events/{event.pk}/tracks?get_trashed=true", "/v1/tracks?get_trashed=true"
    for name, status in (("olga", 200), ("otto", 200), ("adam", 200), ("rita", 403), ("eve", 403)):
        answer = client_of(getattr(cast, name)).get(below)
        assert answer.status_code == status, name
        assert status == 403 or answer.json()["meta"]["count"] == 1
    assert APIClient().get(below).status_code == 401
    assert client_of(cast.olga).get(everything).status_code == 403
    assert client_of(cast.adam).get(everything).json()["meta"]["count"] == 1


def test_nobody_else_finds_a_trashed_row_by_any_way(event, cast, track):
    session = make_row(Session, {Event: event, Track: trashed(track)}, state="accepted")
    eve = client_of(cast.eve)
    for url in (
        f"/v1/tracks/{track.pk}?get_trashed=true",
        f"/v1/sessions/{session.pk}/track?get_trashed=true",
        f"/v1/tracks/{track.pk}/sessions?get_trashed=true",
    ):
        assert eve.get(url).status_code == 404, url
    assert eve.get(f"/v1/sessions/{session.pk}/relationships/track?get_trashed=true").json()["data"] is None
    included = eve.get(f"/v1/sessions/{session.pk}?include=track&get_trashed=true").json()
    assert (included["included"], included["data"]["relationships"]["track"]["data"]) == ([], None)
    assert send(eve, "PATCH", f"/v1/tracks/{track.pk}", body("track", track.pk, deleted_at=None)).status_code == 404
    assert eve.delete(f"/v1/tracks/{track.pk}").status_code == 404


def test_what_is_in_a_trashed_event_is_gone_with_it(event, cast, track):
    trashed(event)
    for name in ("olga", "eve", "adam"):
        client = client_of(getattr(cast, name))
        assert client.get(f"/v1/tracks/{track.pk}").status_code == 404, name
        assert client.get(f"/v1/events/{event.pk}/tracks").status_code == 404, name


def test_permanent_deletion_is_for_admins(cast, track):
    url = f"/v1/tracks/{track.pk}?permanent=true"

    assert client_of(cast.olga).delete(url).status_code == 403
    assert client_of(cast.adam).delete(url).status_code == 200
    assert not Track.with_trashed.exists()


@pytest.mark.parametrize("query", ["permanent=perhaps", "permanent=%1E", "get_trashed=2"])
def test_a_switch_that_is_neither_on_nor_off_deletes_nothing(cast, track, query):
    refused = client_of(cast.adam).delete(f"/v1/tracks/{track.pk}?{query}")

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["source"] == {"parameter": query.partition("=")[0]}
    assert Track.objects.filter(pk=track.pk).exists()


def test_what_others_need_is_not_removed(event, cast):
    role = Role.objects.get(name="organizer")  # Otto's

    refused = client_of(cast.sue).delete(f"/v1/roles/{role.pk}")

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "still_needed")
    assert Role.objects.filter(pk=role.pk).exists()


# -- drafts ------------------------------------------------------------------------------------------


def test_a_draft_is_404_all_the_way_down(event, cast, track):
    session = make_row(Session, {Event: event}, state="accepted")
    ticket = make_ticket(event)
    event.state = "draft"
    event.save()
    urls = [
        f"/v1/events/{event.pk}",
        f"/v1/events/{event.identifier}",
        f"/v1/events/{event.pk}/tracks",
        f"/v1/events/{event.pk}/relationships/tracks",
        f"/v1/tracks/{track.pk}",
        f"/v1/tracks/{track.pk}/event",
        f"/v1/sessions/{session.pk}",
        f"/v1/sessions/{session.pk}/relationships/event",
        f"/v1/tickets/{ticket.pk}",
        f"/v1/events/{event.pk}/tickets/availability",
    ]
    for url in urls:
        assert client_of(cast.olga).get(url).status_code == 200, url
        for client in (APIClient(), client_of(cast.eve)):
            assert client.get(url).status_code == 404, url
    for path in ("events", "tracks", "sessions", "tickets"):
        assert client_of(cast.eve).get(f"/v1/{path}").json()["meta"]["count"] == 0
    given = body("track", None, {"event": ref("event", event)}, name="x", color="#123456")
    assert send(client_of(cast.eve), "POST", "/v1/tracks", given).status_code == 404


# -- relationship routes -------------------------------------------------------------------------------


def linkage_of(client: APIClient, url: str) -> list[str]:
    return sorted(entry["id"] for entry in client.get(url).json()["data"])


def test_members_are_added_replaced_and_taken_out(event, cast):
    session = make_row(Session, {Event: event})
    speakers = [make_row(Speaker, {Event: event}) for _ in range(3)]
    olga, url = client_of(cast.olga), f"/v1/sessions/{session.pk}/relationships/speakers"
    refs, keys = [ref("speaker", s) for s in speakers], [str(s.pk) for s in speakers]

    added = send(olga, "POST", url, {"data": refs[:2]})
    assert (added.status_code, added.json()["links"]["self"], added.json()["meta"]) == (200, url, {"count": 2})
    send(olga, "POST", url, {"data": refs[:1]})
    assert linkage_of(olga, url) == sorted(keys[:2])
    send(olga, "PATCH", url, {"data": refs[1:]})
    assert linkage_of(olga, url) == sorted(keys[1:])
    send(olga, "DELETE", url, {"data": refs[:2]})
    assert linkage_of(olga, url) == keys[2:]
    send(olga, "PATCH", url, {"data": []})
    assert linkage_of(olga, url) == []


def test_rows_are_moved_by_the_list_they_join(event, cast, track):
    other = make_row(Track, {Event: event})
    session = make_row(Session, {Event: event, Track: other})
    olga, url = client_of(cast.olga), f"/v1/tracks/{track.pk}/relationships/sessions"

    assert send(olga, "POST", url, {"data": [ref("session", session)]}).status_code == 200
    session.refresh_from_db()
    assert session.track == track
    assert send(olga, "DELETE", url, {"data": [ref("session", session)]}).status_code == 200
    session.refresh_from_db()
    assert session.track is None


def test_rows_of_another_event_cannot_be_stolen(event, cast, track):
    other = make_event()
    theirs = make_row(Session, {Event: other, Track: make_row(Track, {Event: other})}, state="accepted")
    url = f"/v1/tracks/{track.pk}/relationships/sessions"

    stolen = send(client_of(cast.olga), "POST", url, {"data": [ref("session", theirs)]})

    assert stolen.status_code == 403
    give_role(cast.olga, other, "owner")
    assert send(client_of(cast.olga), "PATCH", url, {"data": [ref("session", theirs)]}).status_code == 422
    theirs.refresh_from_db()
    assert theirs.track.event == other


def test_the_parent_of_a_row_is_no_matter_of_relationship_routes(event, cast, track):
    olga = client_of(cast.olga)

    for method in ("PATCH", "POST", "DELETE"):
        answer = send(olga, method, f"/v1/tracks/{track.pk}/relationships/event", {"data": ref("event", event)})
        assert answer.status_code == 405
        answer = send(olga, method, f"/v1/events/{event.pk}/relationships/tracks", {"data": []})
        assert answer.status_code == 405


@pytest.mark.parametrize(
    ("url", "methods"),
    [
        ("tracks/{}/relationships/event", "GET, HEAD, OPTIONS"),
        ("tracks/{}/relationships/sessions", "GET, PATCH, POST, DELETE, HEAD, OPTIONS"),
        ("sessions/{}/relationships/track", "GET, PATCH, HEAD, OPTIONS"),
    ],
)
def test_relationship_routes_say_which_methods_they_take(cast, track, url, methods):
    answer = client_of(cast.olga).options(f"/v1/{url.format(track.pk)}")

    assert answer["Allow"] == methods


def test_what_a_resource_forbids_its_relationship_routes_forbid_too(event, cast):
    """An organizer gives no owner's role, and a speaker takes no room, by the side door."""
    member = EventMember.objects.get(user=cast.rita)
    owner = EventMember.objects.get(user=cast.olga).role
    url = f"/v1/users-events-roles/{member.pk}/relationships/role"
    assert send(client_of(cast.otto), "PATCH", url, {"data": ref("role", owner)}).status_code == 403
    assert send(client_of(cast.olga), "PATCH", url, {"data": ref("role", owner)}).status_code == 200

    session = make_row(Session, {Event: event}, creator=cast.ada)
    room = make_row(Microlocation, {Event: event})
    url = f"/v1/sessions/{session.pk}/relationships/microlocation"
    assert send(client_of(cast.ada), "PATCH", url, {"data": ref("microlocation", room)}).status_code == 403

    own = make_row(Speaker, {Event: event}, user=cast.eve)
    url = f"/v1/speakers/{own.pk}/relationships/sessions"
    session.state = "accepted"
    session.save()
    assert send(client_of(cast.eve), "POST", url, {"data": [ref("session", session)]}).status_code == 403


def test_replacing_members_keeps_those_that_one_does_not_see(event, cast):
    session = make_row(Session, {Event: event}, creator=cast.ada, state="pending")
    seen, hidden = make_row(Speaker, {Event: event}, user=cast.ada), make_row(Speaker, {Event: event}, user=cast.eve)
    session.speakers.set([seen, hidden])
    ada, url = client_of(cast.ada), f"/v1/sessions/{session.pk}"
    assert linkage_of(ada, f"{url}/relationships/speakers") == [str(seen.pk)]

    assert send(ada, "PATCH", f"{url}/relationships/speakers", {"data": []}).status_code == 200

    assert set(session.speakers.all()) == {hidden}


def test_a_relationship_that_cannot_be_empty_stays(cast):
    member = EventMember.objects.get(user=cast.rita)
    url = f"/v1/users-events-roles/{member.pk}/relationships/role"

    answer = send(client_of(cast.olga), "PATCH", url, {"data": None})

    assert answer.status_code == 422


@pytest.mark.parametrize("document", [{}, {"data": "x"}, {"data": {"id": "1"}}, {"data": [1]}, [], None])
def test_linkage_of_another_form_is_refused(event, cast, document):
    session = make_row(Session, {Event: event})

    answer = send(client_of(cast.olga), "POST", f"/v1/sessions/{session.pk}/relationships/speakers", document)

    assert answer.status_code in (400, 422)
