"""Groups: who runs them, who follows them, which events are theirs."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Mail
from accounts.placeholders import fill_in
from events.models import Event, Group, GroupFollower, GroupMember, Role
from events.services.groups import create_group

from .conftest import Caller

Call = Callable[[str], Caller]


@pytest.fixture
def group(cast: Any) -> Group:
    return create_group(by=cast.olga, attributes={"name": "Berliners"})


def token_mailed_to(address: str) -> str:
    mail = Mail.objects.filter(recipient=address).exclude(nonce="").latest("pk")
    found = re.search(r"token=([\w-]+)", fill_in(mail.text, mail.nonce))
    assert found
    return found.group(1)


def test_group_is_owned_by_who_founds_it(call: Call, cast: Any) -> None:
    answer = call("ada").create("/v1/groups", "group", name="Adas", is_promoted=True)
    assert answer.status_code == 201
    group = Group.objects.get()
    assert group.user == cast.ada
    assert not group.is_promoted  # the site's to say
    assert call("ada").get(f"/v1/users/{cast.ada.pk}/groups").json()["meta"]["count"] == 1
    assert call("").create("/v1/groups", "group", name="X").status_code == 401


def test_groups_are_listed_for_everybody_and_changed_by_who_runs_them(call: Call, group: Group) -> None:
    assert call("").get("/v1/groups?include=user,follower").json()["meta"]["count"] == 1
    assert call("").get(f"/v1/groups/{group.pk}").status_code == 401
    assert call("eve").get(f"/v1/groups/{group.pk}").status_code == 200
    assert call("eve").change(f"/v1/groups/{group.pk}", "group", group.pk, name="Mine").status_code == 403
    assert call("olga").change(f"/v1/groups/{group.pk}", "group", group.pk, name="Ours").status_code == 200


def test_group_is_founded_with_events_which_a_change_replaces(call: Call, event: Event, cast: Any) -> None:
    olga, relations = call("olga"), {"events": [("event", event)]}
    made = olga.create("/v1/groups", "group", relations, name="Circle")
    assert made.status_code == 201, made.content
    key = made.json()["data"]["id"]
    assert [row["id"] for row in olga.get(f"/v1/groups/{key}/events").json()["data"]] == [str(event.pk)]
    assert olga.get(f"/v1/events/{event.pk}/group").json()["data"]["id"] == key
    assert call("eve").create("/v1/groups", "group", relations, name="Thieves").status_code == 403
    assert olga.change(f"/v1/groups/{key}", "group", key, {"events": []}).status_code == 200
    assert olga.get(f"/v1/groups/{key}/events").json()["meta"]["count"] == 0


def test_group_invitation_is_accepted_by_its_mailed_token(call: Call, group: Group, cast: Any) -> None:
    role = Role.objects.get(name="organizer")
    relations = {"group": ("group", group), "role": ("role", role)}
    url, kind = "/v1/users-groups-roles", "users-groups-role"
    assert call("eve").create(url, kind, relations, email=cast.eve.email).status_code == 403
    made = call("olga").create(url, kind, relations, email=cast.ada.email)
    assert made.status_code == 201
    assert made.json()["data"]["attributes"]["token"] is None
    member = GroupMember.objects.get(email=cast.ada.email)
    assert not member.accepted
    assert call("ada").change(f"/v1/groups/{group.pk}", "group", group.pk, name="Hm").status_code == 403

    token = token_mailed_to(cast.ada.email)
    accept = {"data": {"token": token}}
    assert call("eve").post(f"{url}/accept-invite", accept, format="json").status_code == 403
    assert call("ada").post(f"{url}/accept-invite", accept, format="json").status_code == 200
    assert call("ada").change(f"/v1/groups/{group.pk}", "group", group.pk, name="Yes").status_code == 200
    assert call("ada").post(f"{url}/accept-invite", {"data": {"token": "x"}}, format="json").status_code == 404


def test_resent_invitation_voids_the_first_token(call: Call, group: Group, cast: Any) -> None:
    relations = {"group": ("group", group), "role": ("role", Role.objects.get(name="organizer"))}
    call("olga").create("/v1/users-groups-roles", "users-groups-role", relations, email=cast.ada.email)
    first = token_mailed_to(cast.ada.email)
    member = GroupMember.objects.get(email=cast.ada.email)
    assert call("olga").post(f"/v1/group-role-invites/{member.pk}/resend-invite").status_code == 200
    second = token_mailed_to(cast.ada.email)
    url = "/v1/users-groups-roles/accept-invite"
    assert call("ada").post(url, {"data": {"token": first}}, format="json").status_code == 404
    assert call("ada").post(url, {"data": {"token": second}}, format="json").status_code == 200


def test_last_owner_of_a_group_stays(call: Call, group: Group) -> None:
    member = group.roles.get()
    assert call("olga").delete(f"/v1/users-groups-roles/{member.pk}").status_code == 409


def test_following_a_group_is_ones_own_business(call: Call, group: Group, cast: Any) -> None:
    relations = {"group": ("group", group)}
    ada = call("ada")
    made = ada.create("/v1/user-follow-groups", "user-follow-group", relations)
    assert made.status_code == 201
    assert ada.create("/v1/user-follow-groups", "user-follow-group", relations).status_code == 409
    pk = made.json()["data"]["id"]
    assert call("eve").get(f"/v1/user-follow-groups/{pk}").status_code == 404
    assert call("olga").get(f"/v1/groups/{group.pk}/followers").json()["meta"]["count"] == 1
    body = ada.get(f"/v1/users/{cast.ada.pk}/followed-groups?include=group,user").json()
    assert {row["type"] for row in body["included"]} == {"group", "user"}
    group_body = ada.get(f"/v1/groups/{group.pk}?include=follower").json()["data"]
    assert group_body["attributes"]["follower-count"] == 1
    assert group_body["relationships"]["follower"]["data"]["id"] == pk
    assert ada.delete(f"/v1/user-follow-groups/{pk}").status_code == 200


def test_event_joins_a_group_that_its_team_runs(call: Call, group: Group, event: Event) -> None:
    url = f"/v1/events/{event.pk}"
    relations = {"group": ("group", group)}
    assert call("otto").change(url, "event", event.pk, relations).status_code == 403  # Otto does not run the group
    assert call("olga").change(url, "event", event.pk, relations).status_code == 200
    assert call("otto").change(url, "event", event.pk, relations, name="Same group").status_code == 200
    assert call("").get("/v1/groups?include=events").json()["included"][0]["type"] == "event"
    assert call("ada").get(f"/v1/groups/{group.pk}/events").json()["meta"]["count"] == 1


def test_announcement_reaches_each_follower_once(call: Call, group: Group, event: Event, cast: Any) -> None:
    GroupFollower.objects.create(group=group, user=cast.ada)
    event.group = group
    event.save()
    url = f"/v1/groups/{group.pk}/events/{event.identifier}/announce"
    assert call("eve").get(url).status_code == 403
    assert call("olga").get(url).json()["mails"] == 1
    assert call("olga").get(url).json()["mails"] == 0
    assert Mail.objects.filter(action="group_event", recipient=cast.ada.email).count() == 1


def test_message_to_a_group_reaches_its_owner(call: Call, group: Group, cast: Any) -> None:
    url = f"/v1/groups/{group.pk}/contact-organizer"
    assert call("").post(url, {"email": "Hello"}, format="json").status_code == 401
    assert call("ada").post(url, {"email": "Hello <b>you</b>"}, format="json").status_code == 200
    mail = Mail.objects.get(action="group_contact")
    assert mail.recipient == cast.olga.email
    assert "Hello <b>you</b>" in mail.text
    assert "<b>you</b>" not in mail.message
