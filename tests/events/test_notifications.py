"""What people are told inside the site."""

import pytest

from accounts.models import Notification, NotificationSetting
from events.models import Event, Role
from events.services import accept_role_invite, invite_to_role
from tests.factories import client_of, give_role, make_event, make_user
from tests.jsonapi import body, ref, send

pytestmark = pytest.mark.django_db


def propose(event: Event, name: str) -> None:
    session = body("session", relationships={"event": ref("event", event)}, title="Bees", state="pending")
    answer = send(client_of(make_user(name)), "post", "/v1/sessions", session)
    assert answer.status_code == 201, answer.json()


@pytest.fixture
def event(db: None) -> Event:
    return make_event(is_sessions_speakers_enabled=True)


def test_programme_people_learn_of_a_proposal(event: Event) -> None:
    olga, rita = give_role(make_user("Olga"), event, "owner"), give_role(make_user("Rita"), event, "registrar")
    propose(event, "Ada")
    row = client_of(olga).get(f"/v1/users/{olga.pk}/notifications").json()["data"][0]
    assert row["attributes"]["content"]["type"] == "new_session"
    assert row["attributes"]["is-read"] is False
    assert client_of(olga).get(f"/v1/notifications/{row['id']}/user").json()["data"]["id"] == str(olga.pk)
    assert not Notification.objects.filter(user=rita).exists()
    read = body("notification", row["id"], is_read=True)
    assert send(client_of(olga), "patch", f"/v1/notifications/{row['id']}", read).status_code == 200
    assert Notification.objects.get().is_read


def test_nobody_is_told_what_an_administrator_switched_off(event: Event) -> None:
    give_role(make_user("Olga"), event, "owner")
    NotificationSetting.objects.filter(type="new_session").update(enabled=False)
    propose(event, "Ada")
    assert not Notification.objects.exists()


def test_team_learns_who_joined(event: Event) -> None:
    olga, otto = give_role(make_user("Olga"), event, "owner"), make_user("Otto")
    invite = invite_to_role(event=event, role=Role.objects.get(name="organizer"), email=otto.email, by=olga)
    accept_role_invite(token=invite.hash)
    assert {row.user for row in Notification.objects.filter(content__type="event_role")} == {olga, otto}
