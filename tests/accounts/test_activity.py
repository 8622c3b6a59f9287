"""The log of what people do, for administrators; and a panel that they open to a role."""

import pytest

from accounts.models import Activity
from events.models import Event
from tests.factories import client_of, give_role, make_event, make_user
from tests.jsonapi import body, ref, send

pytestmark = pytest.mark.django_db


def lines() -> list[str]:
    return list(Activity.objects.order_by("pk").values_list("action", flat=True))


def test_what_a_team_does_is_logged_with_who_did_it() -> None:
    event: Event = make_event(name="Summit")
    olga = give_role(make_user("Olga"), event, "owner")
    client = client_of(olga)
    Activity.objects.all().delete()
    track = body("track", relationships={"event": ref("event", event)}, name="Main", color="#ff0000")
    key = send(client, "post", "/v1/tracks", track).json()["data"]["id"]
    assert send(client, "patch", f"/v1/tracks/{key}", body("track", key, name="Side")).status_code == 200
    assert send(client, "patch", f"/v1/tracks/{key}", body("track", key, color="no colour")).status_code == 422
    assert client.delete(f"/v1/tracks/{key}").status_code == 200
    assert send(client, "patch", f"/v1/events/{event.pk}", body("event", event.pk, name="Top")).status_code == 200
    assert lines() == [
        f"Track Main ({key}) created",
        f"Track Side ({key}) changed",
        f"Track Side ({key}) deleted",
        f"Event Top ({event.pk}) changed",
    ]
    assert {row.actor for row in Activity.objects.all()} == {f"{olga.email} ({olga.pk})"}
    assert client.get("/v1/activities").status_code == 403
    adam = client_of(make_user("Adam", is_admin=True))
    assert adam.get("/v1/activities").json()["meta"]["count"] == 4


def test_sales_are_opened_to_a_role_by_a_panel_permission() -> None:
    event = make_event()
    adam, sam = client_of(make_user("Adam", is_admin=True)), client_of(make_user("Sam", is_sales_admin=True))
    urls = "/v1/admin/sales/by-events", f"/v1/admin/sales/by-events/{event.pk}"
    assert [sam.get(url).status_code for url in urls] == [403, 403]
    role = send(adam, "post", "/v1/custom-system-roles", body("custom-system-role", name="Sales Admin")).json()
    roles = {"custom-system-roles": [ref("custom-system-role", role["data"]["id"])]}
    panel = body("panel-permission", relationships=roles, panel_name="sales", can_access=True)
    key = send(adam, "post", "/v1/panel-permissions", panel).json()["data"]["id"]
    assert [sam.get(url).status_code for url in urls] == [200, 200]
    assert client_of(make_user("Eve")).get(urls[0]).status_code == 403
    assert client_of(make_user("Mia", is_marketer=True)).get(urls[1]).status_code == 403

    closed = body("panel-permission", key, can_access=False)
    assert send(adam, "patch", f"/v1/panel-permissions/{key}", closed).status_code == 200
    assert [sam.get(url).status_code for url in urls] == [403, 403]
