"""Pages, sizes, permissions, switches, further addresses, the log and import jobs, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.mail import send_mail
from accounts.models import Activity, Mail, MessageSetting, Page, User, UserEmail
from accounts.services import log_activity
from tests.jsonapi import MEDIA_TYPE, body, pointers, ref, send

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], APIClient]


def names_of(answer: Any) -> set[str]:
    return {row["attributes"]["name"] for row in answer.json()["data"]}


# -- pages and sizes


def test_pages_are_public_and_written_by_admins(
    client_of: ClientOf, adam: User, eve: User, anonymous: APIClient
) -> None:
    page = body("page", name="Terms", url="terms", description="<b>Fair</b><script>x()</script>", place="footer")
    assert send(anonymous, "post", "/v1/pages", page).status_code == 401
    assert send(client_of(eve), "post", "/v1/pages", page).status_code == 403
    made = send(client_of(adam), "post", "/v1/pages", page)
    assert made.status_code == 201
    assert made.json()["data"]["attributes"]["description"] == "<b>Fair</b>"
    assert names_of(anonymous.get("/v1/pages?cache=true&public=true")) == {"Terms"}
    gone = send(client_of(adam), "delete", f"/v1/pages/{made.json()['data']['id']}")
    assert gone.status_code == 200
    assert not Page.objects.exists()


def test_page_stands_in_a_known_place(client_of: ClientOf, adam: User) -> None:
    answer = send(client_of(adam), "post", "/v1/pages", body("page", name="Terms", url="terms", place="roof"))
    assert answer.status_code == 422
    assert pointers(answer) == ["/data/attributes/place"]


@pytest.mark.parametrize(
    ("path", "type_", "name"),
    [
        ("event-image-sizes", "event-image-size", "full-width"),
        ("speaker-image-sizes", "speaker-image-size", "small-size-width-height"),
    ],
)
def test_image_sizes_are_one_record_that_admins_change(
    path: str, type_: str, name: str, client_of: ClientOf, adam: User, eve: User, anonymous: APIClient
) -> None:
    key = anonymous.get(f"/v1/{path}").json()["data"]["id"]
    change = body(type_, key, **{name: 321})
    assert send(client_of(eve), "patch", f"/v1/{path}/{key}", change).status_code == 403
    assert send(client_of(adam), "patch", f"/v1/{path}/2", change).status_code == 200
    assert anonymous.get(f"/v1/{path}/1").json()["data"]["attributes"][name] == 321


@pytest.mark.parametrize(("name", "value"), [("full-quality", 101), ("full-quality", -1), ("icon-width", -1)])
def test_image_sizes_stay_within_their_ranges(name: str, value: int, client_of: ClientOf, adam: User) -> None:
    answer = send(client_of(adam), "patch", "/v1/event-image-sizes", body("event-image-size", 1, **{name: value}))
    assert answer.status_code == 422
    assert pointers(answer) == [f"/data/attributes/{name}"]


# -- what is switched


def test_mail_of_a_kind_that_is_switched_off_is_not_written(client_of: ClientOf, adam: User) -> None:
    listed = client_of(adam).get("/v1/message-settings?page[size]=0").json()["data"]
    row = next(r for r in listed if r["attributes"]["action"] == "test_mail")
    assert row["attributes"]["enabled"] is True
    assert set(row["attributes"]) == {"action", "enabled", "recipient", "email-subject", "email-message"}
    change = body("message-setting", row["id"], enabled=False, action="event_role")
    changed = send(client_of(adam), "patch", f"/v1/message-settings/{row['id']}", change)
    assert changed.json()["data"]["attributes"] == {**row["attributes"], "enabled": False}
    assert send_mail(action="test", to="ada@example.com", context={}) is None
    MessageSetting.objects.update(enabled=True)
    assert send_mail(action="test", to="ada@example.com", context={}) in Mail.objects.all()


@pytest.mark.parametrize("path", ["message-settings", "notification-settings"])
def test_switches_are_listed_and_changed_by_admins_only(
    path: str, client_of: ClientOf, adam: User, eve: User, anonymous: APIClient
) -> None:
    assert anonymous.get(f"/v1/{path}").status_code == 401
    assert client_of(eve).get(f"/v1/{path}").status_code == 403
    row = client_of(adam).get(f"/v1/{path}").json()["data"][0]
    off = body(row["type"], row["id"], enabled=False)
    assert send(client_of(eve), "patch", f"/v1/{path}/{row['id']}", off).status_code == 403
    assert send(client_of(adam), "patch", f"/v1/{path}/{row['id']}", off).status_code == 200
    assert send(client_of(adam), "delete", f"/v1/{path}/{row['id']}").status_code == 405


# -- permissions of groups of people


def test_unverified_people_create_events_once_an_admin_allows_it(client_of: ClientOf, adam: User) -> None:
    nora = User.objects.create_user("nora@example.com", "correct horse")
    event = body("event", name="Fair", starts_at="2099-01-01T10:00:00Z", ends_at="2099-01-02T10:00:00Z", timezone="UTC")
    assert send(client_of(nora), "post", "/v1/events", event).status_code == 403
    found = client_of(adam).get("/v1/user-permissions?filter[name]=create_event").json()["data"][0]
    allow = body("user-permission", found["id"], unverified_user=True)
    assert send(client_of(adam), "patch", f"/v1/user-permissions/{found['id']}", allow).status_code == 200
    assert send(client_of(nora), "post", "/v1/events", event).status_code == 201


def test_user_permission_names_are_unique_among_the_living(client_of: ClientOf, adam: User) -> None:
    client, permission = client_of(adam), body("user-permission", name="publish_event")
    first = send(client, "post", "/v1/user-permissions", permission)
    assert send(client, "post", "/v1/user-permissions", permission).status_code == 409
    send(client, "delete", f"/v1/user-permissions/{first.json()['data']['id']}")
    assert send(client, "post", "/v1/user-permissions", permission).status_code == 201


def test_panel_permissions_belong_to_system_roles_from_both_sides(
    client_of: ClientOf, adam: User, eve: User, anonymous: APIClient
) -> None:
    client = client_of(adam)
    role = send(client, "post", "/v1/custom-system-roles", body("custom-system-role", name="Sales")).json()["data"]
    linked = {"custom-system-roles": [ref("custom-system-role", role["id"])]}
    panel = body("panel-permission", panel_name="sales", can_access=True, relationships=linked)
    assert send(client_of(eve), "post", "/v1/panel-permissions", panel).status_code == 403
    made = send(client, "post", "/v1/panel-permissions", panel).json()["data"]
    below = f"/v1/custom-system-roles/{role['id']}/panel-permissions"
    assert [row["id"] for row in client.get(below).json()["data"]] == [made["id"]]
    assert client_of(eve).get(below).status_code == 403
    names = names_of(anonymous.get("/v1/custom-system-roles?include=panel-permissions"))
    assert names == {"Sales"}
    assert anonymous.get("/v1/custom-system-roles?include=panel-permissions").json()["included"] == []
    emptied = send(
        client, "patch", f"/v1/custom-system-roles/{role['id']}/relationships/panel-permissions", {"data": []}
    )
    assert emptied.json()["data"] == []
    again = client.get(f"/v1/panel-permissions/{made['id']}/custom-system-roles")
    assert again.json()["data"] == []


def test_system_role_names_are_unique(client_of: ClientOf, adam: User) -> None:
    role = body("custom-system-role", name="Sales")
    assert send(client_of(adam), "post", "/v1/custom-system-roles", role).status_code == 201
    answer = send(client_of(adam), "post", "/v1/custom-system-roles", role)
    assert answer.status_code == 409
    assert pointers(answer) == ["/data/attributes/name"]


# -- further addresses


def test_further_addresses_are_ones_own(client_of: ClientOf, ada: User, eve: User, adam: User) -> None:
    address = body("user-email", email_address="ada@work.example", type="work")
    made = send(client_of(ada), "post", "/v1/user-emails", address)
    assert made.status_code == 201
    row = made.json()["data"]
    assert row["attributes"]["user-id"] == ada.pk
    assert client_of(eve).get(f"/v1/user-emails/{row['id']}").status_code == 404
    assert client_of(eve).get(f"/v1/users/{ada.pk}/alternate-emails").status_code in (403, 404)
    assert len(client_of(ada).get(f"/v1/users/{ada.pk}/alternate-emails").json()["data"]) == 1
    assert client_of(ada).get(f"/v1/alternate-emails/{row['id']}/user").json()["data"]["id"] == str(ada.pk)
    assert client_of(ada).get("/v1/admin/user-emails").status_code == 403
    assert client_of(adam).get("/v1/admin/user-emails").json()["meta"]["count"] == 1


def test_further_address_is_stored_once_whatever_its_case(client_of: ClientOf, ada: User, eve: User) -> None:
    send(client_of(ada), "post", "/v1/user-emails", body("user-email", email_address="ada@work.example", type="work"))
    again = body("user-email", email_address="ADA@work.example", type="home")
    assert send(client_of(ada), "post", "/v1/user-emails", again).status_code == 409
    assert send(client_of(eve), "post", "/v1/user-emails", again).status_code == 201
    wrong = body("user-email", email_address="no address", type="home")
    assert send(client_of(ada), "post", "/v1/user-emails", wrong).status_code == 422


def test_nobody_adds_an_address_to_anothers_account(client_of: ClientOf, ada: User, eve: User, adam: User) -> None:
    whose = {"user": ref("user", ada)}
    address = body("user-email", email_address="x@example.com", type="home", relationships=whose)
    assert send(client_of(eve), "post", "/v1/user-emails", address).status_code in (403, 404)
    assert not UserEmail.objects.exists()
    assert send(client_of(adam), "post", "/v1/user-emails", address).status_code == 201


# -- records


def test_activities_are_logged_and_read_by_admins(client_of: ClientOf, ada: User, adam: User) -> None:
    log_activity(actor=ada, action="Ate the cake")
    assert client_of(ada).get("/v1/activities").status_code == 403
    newest = client_of(adam).get("/v1/activities").json()["data"][0]["attributes"]
    assert newest["action"] == "Ate the cake"
    assert ada.email in newest["actor"]
    row = Activity.objects.get(action="Ate the cake")
    assert client_of(ada).get(f"/v1/activities/{row.pk}").status_code == 404
    assert send(client_of(adam), "delete", f"/v1/activities/{row.pk}").status_code == 405


def test_import_jobs_are_ones_own(client_of: ClientOf, ada: User, eve: User) -> None:
    job = body("import-job", task="abc", starts_at="2026-01-01T10:00:00Z")
    made = send(client_of(ada), "post", "/v1/import-jobs", job).json()["data"]
    assert client_of(eve).get(f"/v1/import-jobs/{made['id']}").status_code == 404
    assert client_of(eve).get("/v1/import-jobs").json()["meta"]["count"] == 0
    assert client_of(ada).get("/v1/import-jobs").json()["meta"]["count"] == 1
    late = send(client_of(ada), "post", "/v1/import-jobs", body("import-job", task="abc"))
    assert late.status_code == 422
    assert pointers(late) == ["/data/attributes/starts-at"]


def test_media_type_of_these_answers_is_json_api(anonymous: APIClient) -> None:
    assert anonymous.get("/v1/pages")["Content-Type"].startswith(MEDIA_TYPE)


def test_new_user_finds_a_welcome_inside_the_site(client_of: ClientOf, anonymous: APIClient) -> None:
    send(anonymous, "post", "/v1/users", body("user", email="nora@example.com", password="correct horse"))
    nora = User.objects.get(email="nora@example.com")
    told = client_of(nora).get(f"/v1/users/{nora.pk}/notifications").json()["data"]
    assert [row["attributes"]["content"]["type"] for row in told] == ["user_registration"]
