"""The mailed token of a role invitation is the proof, whoever is signed in."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from events.models import Event, EventMember, Role, RoleInvite

from .conftest import Caller

Call = Callable[[str], Caller]


def test_token_gives_the_role_to_the_invited_account_alone(call: Call, event: Event, cast: Any) -> None:
    relations = {"event": ("event", event), "role": ("role", Role.objects.get(name="moderator"))}
    made = call("olga").create("/v1/role-invites", "role-invite", relations, email=cast.ada.email)
    assert made.status_code == 201, made.content
    token = RoleInvite.objects.get().hash
    answer = call("eve").post("/v1/role_invites/accept-invite", {"data": {"token": token}}, format="json")
    assert (answer.status_code, answer.json()["role"]) == (200, "moderator")
    members = EventMember.objects.filter(event=event, role__name="moderator")
    assert [member.user for member in members] == [cast.ada]


def test_invitation_that_nobody_answers_expires_until_it_is_sent_again(call: Call, event: Event, cast: Any) -> None:
    relations = {"event": ("event", event), "role": ("role", Role.objects.get(name="moderator"))}
    olga = call("olga")
    assert olga.create("/v1/role-invites", "role-invite", relations, email=cast.ada.email).status_code == 201
    twice = olga.create("/v1/role-invites", "role-invite", relations, email=cast.ada.email)
    assert twice.status_code == 409, "there is an open one"
    RoleInvite.objects.update(sent_at=timezone.now() - RoleInvite.OPEN_FOR - timedelta(minutes=1))

    def accept() -> Any:
        token = {"data": {"token": RoleInvite.objects.get().hash}}
        return call("ada").post("/v1/role_invites/accept-invite", token, format="json")

    refused = accept()
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "expired")
    key = RoleInvite.objects.get().pk
    assert olga.post(f"/v1/role-invites/{key}/resend-invite").status_code == 200
    assert accept().status_code == 200

    RoleInvite.objects.update(status="pending", sent_at=timezone.now() - RoleInvite.OPEN_FOR - timedelta(minutes=1))
    EventMember.objects.filter(role__name="moderator").delete()
    again = olga.create("/v1/role-invites", "role-invite", relations, email=cast.ada.email)
    assert again.status_code == 201, "one that has expired stands in nobody's way"


def test_invitation_to_no_role_is_refused(call: Call, event: Event) -> None:
    body = {"type": "role-invite", "attributes": {"email": "a@example.org", "role-name": "moderator"}}
    for named in ({}, {"role": {"data": None}}):
        relations = {"event": {"data": {"type": "event", "id": str(event.pk)}}, **named}
        document = json.dumps({"data": {**body, "relationships": relations}})
        answer = call("olga").post("/v1/role-invites", document, content_type="application/vnd.api+json")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["source"] == {"pointer": "/data/relationships/role"}
