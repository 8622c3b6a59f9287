"""What administrators grant to the roles of events, and which mails people choose."""

import pytest
from django.core.cache import cache

from events.models import EmailNotification, Event, EventRolePermission, Service
from tests.factories import client_of, give_role, make_event, make_user
from tests.jsonapi import body, pointers, ref, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db: None) -> Event:
    return make_event(is_sessions_speakers_enabled=False)


def track(event: Event, name: str = "Web") -> dict:
    return body("track", relationships={"event": ref("event", event)}, name=name, color="#aa0000")


def permission(role: str, part: str) -> EventRolePermission:
    return EventRolePermission.objects.get(role__name=role, service__name=part)


def test_administrator_takes_and_gives_what_a_role_may_do(event: Event) -> None:
    adam = client_of(make_user("Adam", is_admin=True))
    mona = client_of(give_role(make_user("Mona"), event, "moderator"))
    assert send(mona, "post", "/v1/tracks", track(event)).status_code == 403
    row = permission("moderator", "track")
    grant = body("event-role-permissions", row.pk, can_create=True)
    assert send(mona, "patch", f"/v1/event-role-permissions/{row.pk}", grant).status_code == 403
    assert send(adam, "patch", f"/v1/event-role-permissions/{row.pk}", grant).status_code == 200
    made = send(mona, "post", "/v1/tracks", track(event))
    assert made.status_code == 201, made.json()
    url = f"/v1/tracks/{made.json()['data']['id']}"
    assert send(mona, "delete", url).status_code == 403
    take = body("event-role-permissions", row.pk, can_create=False)
    assert send(adam, "patch", f"/v1/event-role-permissions/{row.pk}", take).status_code == 200
    assert send(mona, "post", "/v1/tracks", track(event, "Mobile")).status_code == 403


def test_administrators_may_whatever_the_rows_say(event: Event) -> None:
    EventRolePermission.objects.update(can_create=False)
    cache.clear()
    adam, olga = make_user("Adam", is_admin=True), give_role(make_user("Olga"), event, "owner")
    assert send(client_of(olga), "post", "/v1/tracks", track(event)).status_code == 403
    assert send(client_of(adam), "post", "/v1/tracks", track(event)).status_code == 201


def test_standard_permissions_count_where_there_are_no_rows(event: Event) -> None:
    EventRolePermission.objects.all().delete()
    cache.clear()
    tess = give_role(make_user("Tess"), event, "track_organizer")
    assert send(client_of(tess), "post", "/v1/tracks", track(event)).status_code == 201
    rita = give_role(make_user("Rita"), event, "registrar")
    assert send(client_of(rita), "post", "/v1/tracks", track(event)).status_code == 403


def test_back_office_lists_services_and_permissions(event: Event) -> None:
    adam, eve = client_of(make_user("Adam", is_admin=True)), client_of(make_user("Eve"))
    listed = adam.get("/v1/event-role-permissions?page[size]=35&include=role,service").json()
    assert listed["meta"]["count"] == 35
    assert {row["type"] for row in listed["included"]} == {"role", "service"}
    assert {row["attributes"]["name"] for row in adam.get("/v1/services").json()["data"]} == set(Service.Name.values)
    for path in ("services", "event-role-permissions"):
        assert eve.get(f"/v1/{path}").status_code == 403
        assert send(adam, "delete", f"/v1/{path}/1").status_code == 405


def test_service_has_a_known_name(event: Event) -> None:
    adam, service = client_of(make_user("Adam", is_admin=True)), Service.objects.first()
    answer = send(adam, "patch", f"/v1/services/{service.pk}", body("service", service.pk, name="sandwich"))
    assert (answer.status_code, pointers(answer)) == (422, ["/data/attributes/name"])


# -- which mails people want


def test_owner_chooses_mails_about_the_event() -> None:
    olga, eve = make_user("Olga"), make_user("Eve")
    adam = make_user("Adam", is_admin=True)
    new = body("event", name="Fair", starts_at="2099-01-01T10:00:00Z", ends_at="2099-01-02T10:00:00Z", timezone="UTC")
    event = send(client_of(olga), "post", "/v1/events", new).json()["data"]
    row = client_of(olga).get(f"/v1/users/{olga.pk}/email-notifications").json()["data"][0]
    assert (row["id"], row["attributes"]["event-id"]) == (EmailNotification.objects.get().pk, int(event["id"]))
    no = body("email-notification", row["id"], after_ticket_purchase=False)
    assert send(client_of(eve), "patch", f"/v1/email-notifications/{row['id']}", no).status_code == 404
    assert send(client_of(olga), "patch", f"/v1/email-notifications/{row['id']}", no).status_code == 200
    chosen = EmailNotification.objects.declined(Event.objects.get(), "after_ticket_purchase")
    assert [choice.user for choice in chosen] == [olga]
    assert client_of(olga).get("/v1/email-notifications").status_code == 403
    assert client_of(adam).get("/v1/email-notifications").json()["meta"]["count"] == 1
    assert client_of(olga).get(f"/v1/email-notifications/{row['id']}/event").json()["data"]["id"] == event["id"]


def test_choice_is_made_once_for_an_event(event: Event) -> None:
    ada = client_of(make_user("Ada"))
    choice = body("email-notification", relationships={"event": ref("event", event)}, next_event=False)
    assert send(ada, "post", "/v1/email-notifications", choice).status_code == 201
    assert send(ada, "post", "/v1/email-notifications", choice).status_code == 409
