"""Lists that are compiled once: the same rows as a fresh queryset has, for everybody, and nothing of somebody else."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event, Session, Track
from openevent.api import prepared_lists
from openevent.api.permissions import may
from openevent.api.registry import registry
from tests.factories import client_of, make_cast, make_event, make_user
from tests.world import RESOURCES, World
from ticketing.models import Ticket

pytestmark = pytest.mark.django_db
WHOLE = [resource for resource in RESOURCES if resource.viewset.whole_below]


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_lists, "_kept", prepared_lists._Kept())


def titles(user: Any, url: str) -> list[str]:
    body = client_of(user).get(url).json()
    assert body["meta"]["count"] == len(body["data"])
    return [row["attributes"].get("title") or row["attributes"].get("name") for row in body["data"]]


def test_callers_of_one_kind_share_the_sql_and_not_the_rows() -> None:
    one, other = make_event(name="One", state="draft"), make_event(name="Other", state="draft")
    first, second = make_cast(one), make_cast_of(other)
    Track.objects.create(event=one, name="of one", color="#000000")
    Track.objects.create(event=other, name="of other", color="#000000")

    assert titles(first.olga, f"/v1/events/{one.pk}/tracks") == ["of one"]
    assert titles(second, f"/v1/events/{other.pk}/tracks") == ["of other"]
    assert client_of(second).get(f"/v1/events/{one.pk}/tracks").status_code == 404
    assert client_of(None).get(f"/v1/events/{one.pk}/tracks").status_code == 404
    assert titles(first.adam, f"/v1/events/{one.pk}/tracks") == ["of one"]


def make_cast_of(event: Event) -> Any:
    from tests.factories import give_role

    return give_role(make_user("Oscar"), event, "owner")


def test_pages_orders_and_states_are_those_of_each_request() -> None:
    event = make_event()
    cast = make_cast(event)
    for n, state in enumerate(["accepted", "pending", "accepted"]):
        Session.objects.create(event=event, title=f"S{n}", state=state)
    url = f"/v1/events/{event.pk}/sessions"
    for _ in range(2):  # built, then kept
        assert titles(None, url) == ["S0", "S2"]
        assert titles(cast.olga, f"{url}?sort=-title") == ["S2", "S1", "S0"]
        page = client_of(cast.olga).get(f"{url}?page[size]=1&page[number]=2").json()
        assert (page["meta"]["count"], page["data"][0]["attributes"]["title"]) == (3, "S1")
        assert titles(cast.olga, f"{url}?filter[state]=pending") == ["S1"]
    Session.objects.filter(title="S1").update(state="accepted")
    assert titles(None, url) == ["S0", "S1", "S2"]
    Session.objects.get(title="S0").trash()
    assert titles(None, url) == ["S1", "S2"]


def test_what_was_noted_of_a_caller_is_his_alone() -> None:
    """Ada names a code, and sees the ticket that it opens; nobody else does, before or after."""
    from tests.factories import make_access_code, make_ticket

    event = make_event()
    cast = make_cast(event)
    hidden = make_ticket(event, name="Hidden", is_hidden=True)
    code = make_access_code(event, hidden)
    url = f"/v1/access-codes/{code.pk}/tickets"
    assert client_of(cast.eve).get(url).status_code == 404
    ada = client_of(cast.ada)
    assert ada.get(f"/v1/events/{event.pk}/access-codes/{code.code}").status_code == 200
    assert [row["id"] for row in ada.get(url).json()["data"]] == [str(hidden.pk)]
    assert client_of(cast.eve).get(url).status_code == 404
    assert Ticket.objects.visible_to(cast.eve).filter(pk=hidden.pk).exists() is False


def test_identifier_is_compared_whole() -> None:
    event = make_event()
    assert client_of(None).get(f"/v1/events/{event.identifier}").status_code == 200
    assert client_of(None).get(f"/v1/events/{event.identifier}x").status_code == 404
    assert client_of(None).get(f"/v1/events/{event.identifier[:-1]}").status_code == 404


def test_depending_on_more_than_marks_is_not_kept() -> None:
    event, user = make_event(), make_user("Ada")
    refused = [
        lambda user, parent, keys: Event.objects.filter(name=user.first_name),
        lambda user, parent, keys: Event.objects.filter(name__in=list(Track.objects.values_list("name", flat=True))),
        lambda user, parent, keys: Event.objects.filter(starts_at__gte=event.starts_at),
        lambda user, parent, keys: Event.objects.filter(name=f"for {user.email}"),
        lambda user, parent, keys: Event.objects.prefetch_related("tracks"),
    ]
    for n, build in enumerate(refused):
        assert prepared_lists.plan_for(("refused", n), build, user, None, []) is None, n
    good = prepared_lists.plan_for(
        "good", lambda user, parent, keys: Event.objects.filter(name=user.email), user, None, []
    )
    assert good is not None
    assert good.rows(prepared_lists.marks_of(user)) == []


@pytest.mark.parametrize("resource", WHOLE, ids=lambda resource: resource.type)
def test_who_lists_below_such_a_parent_sees_all_rows_there(world: World, resource: Any) -> None:
    """Where ``whole_below`` says so, ``visible_to`` would leave nothing out."""
    world.more_rows(resource, 3)
    for model in resource.viewset.whole_below:
        parent = world.row_of(registry.of(model))
        ways = [r for r in registry.of(model).relationships.values() if r.target is resource.model and r.many]
        assert ways
        for person in [AnonymousUser(), *vars(world.cast).values()]:
            if may(person, resource.viewset.list_needs[model], parent):
                for way in ways:
                    everything = way.rows(resource.model.objects.all(), parent)
                    seen = way.rows(resource.model.objects.visible_to(person), parent)
                    assert set(everything) == set(seen), (person, way.name)


def test_second_request_builds_no_queryset(monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_event()
    client = client_of(None)
    urls = [f"/v1/events/{event.identifier}", "/v1/events", f"/v1/events/{event.pk}/sessions?include=speakers"]
    for url in urls:
        client.get(url)
        with CaptureQueriesContext(connection) as built:
            client.get(url)
        monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.as_sql", None)
        with CaptureQueriesContext(connection) as kept:
            assert client.get(url).status_code == 200, url
        assert len(kept) == len(built)
        monkeypatch.undo()
        monkeypatch.setattr(prepared_lists, "_kept", prepared_lists._Kept())
