"""Calls for speakers and invitations to speak."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Mail
from events.models import CustomForm, Event, Session, Speaker, SpeakerInvite, SpeakersCall

from .conftest import Caller

Call = Callable[[str], Caller]


def make_call(event: Event, opens: int, closes: int, **attributes: Any) -> SpeakersCall:
    now = timezone.now()
    dates = {"starts_at": now + timedelta(days=opens), "ends_at": now + timedelta(days=closes)}
    return SpeakersCall.objects.create(event=event, **dates, **attributes)


@pytest.mark.parametrize(("opens", "closes", "status"), [(-1, 1, 201), (-2, -1, 403), (1, 2, 403)])
def test_proposals_are_taken_while_the_call_is_open(
    call: Call, event: Event, opens: int, closes: int, status: int
) -> None:
    Event.objects.update(is_sessions_speakers_enabled=True)
    make_call(event, opens, closes)
    relations = {"event": ("event", event)}
    assert call("ada").create("/v1/sessions", "session", relations, title="Mine").status_code == status
    assert call("cora").create("/v1/sessions", "session", relations, title="Ours").status_code == 201


def test_forms_for_sessions_and_speakers_ask_those_who_propose(call: Call, event: Event) -> None:
    Event.objects.update(is_sessions_speakers_enabled=True)
    for form, identifier in (("session", "shortAbstract"), ("session", "shirt"), ("speaker", "city")):
        CustomForm.objects.create(
            event=event, form=form, field_identifier=identifier, is_required=True, is_included=True
        )
    relations = {"event": ("event", event)}
    ada, olga = call("ada"), call("olga")
    draft = ada.create("/v1/sessions", "session", relations, title="New", state="draft")
    assert draft.status_code == 201, "what is not handed in may be unfinished"
    key = draft.json()["data"]["id"]
    refused = ada.change(f"/v1/sessions/{key}", "session", key, state="pending")
    blamed = {error["source"]["pointer"] for error in refused.json()["errors"]}
    assert (refused.status_code, blamed) == (
        422,
        {"/data/attributes/short-abstract", "/data/attributes/complex-field-values"},
    )
    answers = {"short_abstract": "Bees", "complex_field_values": {"shirt": "M"}}
    assert ada.change(f"/v1/sessions/{key}", "session", key, state="pending", **answers).status_code == 200
    assert ada.create("/v1/speakers", "speaker", relations, name="Ada").status_code == 422
    assert ada.create("/v1/speakers", "speaker", relations, name="Ada", city="Turin").status_code == 201
    assert olga.create("/v1/speakers", "speaker", relations, name="Grace").status_code == 201, "the team may hurry"


def test_call_exists_once_per_event_with_dates_in_order(call: Call, event: Event) -> None:
    olga, relations = call("olga"), {"event": ("event", event)}
    wrong = {"starts_at": "2026-02-01T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}
    dates = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-02-01T00:00:00Z"}
    assert olga.create("/v1/speakers-calls", "speakers-call", relations, **wrong).status_code == 422
    assert olga.create("/v1/speakers-calls", "speakers-call", relations, **dates).status_code == 201
    assert olga.create("/v1/speakers-calls", "speakers-call", relations, **dates).status_code == 409


def test_private_call_has_a_hash_that_the_team_hands_out(call: Call, event: Event) -> None:
    made = make_call(event, -1, 1, privacy="private")
    url = f"/v1/events/{event.pk}/speakers-call"
    assert len(made.hash or "") > 15
    assert call("olga").get(url).json()["data"]["attributes"]["hash"] == made.hash
    assert call("eve").get(url).json()["data"]["attributes"]["hash"] is None


@pytest.fixture
def session(event: Event, cast: Any) -> Session:
    return Session.objects.create(event=event, title="Talk", state="pending", creator=cast.ada)


def invite(call: Call, session: Session, email: str, by: str = "ada") -> Any:
    relations = {"session": ("session", session)}
    return call(by).create("/v1/speaker-invites", "speaker-invite", relations, email=email)


def test_speaker_is_invited_by_the_team_and_by_who_proposes(call: Call, session: Session, cast: Any) -> None:
    assert invite(call, session, "a@example.org", by="").status_code == 401
    assert invite(call, session, "a@example.org", by="eve").status_code == 404  # does not even see the session
    assert invite(call, session, "b@example.org", by="cora").status_code == 201
    assert invite(call, session, cast.eve.email).status_code == 201
    assert invite(call, session, cast.eve.email.upper()).status_code == 409
    assert Mail.objects.filter(action="speaker_invite", recipient=cast.eve.email).count() == 1


def test_invited_speaker_accepts_and_speaks(call: Call, session: Session, cast: Any) -> None:
    pk = invite(call, session, cast.eve.email).json()["data"]["id"]
    url = f"/v1/speaker-invites/{pk}/accept-invite"
    assert call("").get(url).status_code == 401
    assert call("rita").get(url).status_code == 404
    assert call("ada").get(url).status_code == 403
    assert call("eve").get(url).status_code == 200
    assert call("eve").get(url).status_code == 409
    assert session.speakers.get().user == cast.eve
    assert SpeakerInvite.objects.get().status == "accepted"


def test_accepting_takes_the_profile_there_is(call: Call, session: Session, event: Event, cast: Any) -> None:
    profile = Speaker.objects.create(event=event, name="Eve", user=cast.eve)
    pk = invite(call, session, cast.eve.email).json()["data"]["id"]
    call("eve").get(f"/v1/speaker-invites/{pk}/accept-invite")
    assert session.speakers.get() == profile


def test_invited_speaker_rejects(call: Call, session: Session, cast: Any) -> None:
    pk = invite(call, session, cast.eve.email).json()["data"]["id"]
    assert call("eve").get(f"/v1/speaker-invites/{pk}/reject-invite").status_code == 200
    assert not session.speakers.exists()
    assert (
        call("ada").get(f"/v1/sessions/{session.pk}/speaker-invites").json()["data"][0]["attributes"]["status"]
        == "rejected"
    )
