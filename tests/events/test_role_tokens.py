"""The mailed token of a role invitation is the proof, whoever is signed in."""

from collections.abc import Callable
from typing import Any

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
