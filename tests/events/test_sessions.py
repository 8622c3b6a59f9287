"""How sessions go from draft to programme, who is told, what cannot be at once; and questions to organizers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Mail, MessageSetting, Notification
from events.models import Event, Microlocation, Session, Speaker
from events.services.sessions import DECISIONS, PROPOSALS

from .conftest import Caller

Call = Callable[[str], Caller]


@pytest.fixture
def session(event: Event, cast: Any) -> Session:
    Event.objects.update(is_sessions_speakers_enabled=True)
    session = Session.objects.create(event=event, title="Talk", state="pending", creator=cast.ada)
    session.speakers.add(Speaker.objects.create(event=event, name="Ada", email="ada@talks.example", user=cast.ada))
    return session


def turn(call: Call, name: str, session: Session, state: str, **attributes: Any) -> Any:
    return call(name).change(f"/v1/sessions/{session.pk}", "session", session.pk, state=state, **attributes)


def mails_of(action: str) -> list[Mail]:
    return list(Mail.objects.filter(action=action).order_by("pk"))


def test_every_state_is_followed_by_what_the_tables_say_and_by_nothing_else(call: Call, session: Session) -> None:
    for name, table in (("olga", DECISIONS), ("ada", PROPOSALS)):
        for state, following in table.items():
            for wanted in Session.State.values:
                Session.objects.filter(pk=session.pk).update(state=state)
                status = turn(call, name, session, wanted, send_email=False).status_code
                is_right = status == 200 if wanted in following or wanted == state else status in (403, 409)
                assert is_right, f"{state} to {wanted} by {name}: {status}"


def test_states_are_published_with_what_is_mailed(call: Call) -> None:
    states = call("").get("/v1/sessions/states").json()
    assert states["organizer"]["pending"]["accepted"] is True
    assert "accepted" not in states["speaker"]["pending"]
    assert states["speaker"]["pending"]["withdrawn"] is False
    letters = call("").get("/v1/sessions/mails").json()
    assert letters.keys() >= {"accepted", "rejected", "confirmed", "canceled"}
    assert letters["accepted"]["subject"]


def test_speakers_are_mailed_what_was_decided_unless_the_team_says_not_to(call: Call, session: Session) -> None:
    assert turn(call, "olga", session, "accepted", send_email=False).status_code == 200
    assert not mails_of("session_state_change")

    answer = turn(call, "olga", session, "confirmed", send_email=True)

    [mail] = mails_of("session_state_change")
    assert (mail.recipient, "confirmed" in mail.subject) == ("ada@talks.example", True)
    attributes = answer.json()["data"]["attributes"]
    assert attributes["is-mail-sent"] is True
    assert "send-email" not in attributes
    kinds = list(Notification.objects.filter(user__first_name="Ada").values_list("content__type", flat=True))
    assert kinds.count("session_state_change") == 2


def test_speaker_withdraws_without_a_mail_but_the_team_reads_of_it(call: Call, session: Session) -> None:
    assert turn(call, "ada", session, "withdrawn").status_code == 200
    assert not mails_of("session_state_change")
    assert Notification.objects.filter(user__first_name="Olga", content__type="session_state_change").count() == 1
    assert turn(call, "ada", session, "pending").status_code in (403, 409)


def test_team_writes_to_the_speakers_in_its_own_words(call: Call, session: Session) -> None:
    url, words = f"/v1/sessions/{session.pk}/notify", {"subject": "Please hurry", "message": "We wait for your slides."}
    assert call("ada").post(url, words, format="json").status_code == 403
    assert call("olga").post(url, words, format="json").json() == {"success": True, "mails": 1}
    [mail] = mails_of("session_state_change")
    for none in (0, [], "Please hurry"):
        assert call("olga").post(url, none, format="json").status_code == 400, none
    assert mail.subject == "Please hurry"
    assert "We wait for your slides." in mail.text
    MessageSetting.objects.update_or_create(action="session_state_change", defaults={"enabled": False})
    assert call("olga").post(url, {}, format="json").json()["mails"] == 0


def test_proposal_is_announced_to_who_runs_the_programme_once(call: Call, event: Event, session: Session) -> None:
    made = call("ada").create("/v1/sessions", "session", {"event": ("event", event)}, title="New", state="pending")
    assert made.status_code == 201, made.content
    assert {mail.recipient for mail in mails_of("new_session")} == {
        "olga@example.org",
        "otto@example.org",
        "cora@example.org",
    }
    before = len(mails_of("new_session"))
    assert call("ada").change(made["Location"], "session", made.json()["data"]["id"], title="Newer").status_code == 200
    assert len(mails_of("new_session")) == before
    decided = call("ada").create("/v1/sessions", "session", {"event": ("event", event)}, title="X", state="accepted")
    assert decided.status_code == 403


def test_what_cannot_be_at_once_is_told_and_not_refused(call: Call, event: Event, session: Session) -> None:
    room = Microlocation.objects.create(event=event, name="Hall")
    at, talk = event.starts_at, str(session.pk)
    Session.objects.filter(pk=session.pk).update(
        state="accepted", microlocation=room, starts_at=at, ends_at=at + timedelta(hours=1)
    )
    olga, relations = call("olga"), {"event": ("event", event), "microlocation": ("microlocation", room)}
    url = f"/v1/events/{event.identifier}/sessions/clashes"

    def make(start: int, **attributes: Any) -> Any:
        times = {"starts_at": (at + timedelta(minutes=start)).isoformat()}
        times["ends_at"] = (at + timedelta(minutes=start + 60)).isoformat()
        answer = olga.create("/v1/sessions", "session", relations, title="Other", **times, **attributes)
        assert answer.status_code == 201, answer.content
        return answer.json()

    assert "meta" not in make(60, state="accepted"), "one begins when the other ends"
    proposal = make(30, state="pending")
    assert "meta" not in proposal, "what is not in the programme takes no room"
    assert olga.get(url).json() == []

    key = proposal["data"]["id"]
    told = olga.change(f"/v1/sessions/{key}", "session", key, state="accepted").json()["meta"]["clashes"]
    assert [talk, key] in [clash["sessions"] for clash in told]
    assert {clash["microlocation"] for clash in told} == {str(room.pk)}
    assert told == olga.get(url).json()
    assert "meta" not in olga.get(f"/v1/sessions/{key}").json(), "only who writes is told"

    relations.pop("microlocation")
    relations["speakers"] = [("speaker", session.speakers.get())]
    [busy] = make(-30, state="accepted")["meta"]["clashes"]
    assert (busy["microlocation"], busy["speakers"]) == (None, [str(session.speakers.get().pk)])
    assert call("ada").get(url).status_code == 403
    assert call("").get(url).status_code == 401


def test_visitors_ask_the_organizers(call: Call, event: Event) -> None:
    url = f"/v1/events/{event.identifier}/contact-organizer"
    assert call("").post(url, {"email": "Is there parking?"}, format="json").status_code == 401
    assert call("eve").post(url, {}, format="json").status_code == 422
    assert call("eve").post(url, {"email": "Is there parking?"}, format="json").json()["success"] is True
    mails = mails_of("event_contact")
    assert {mail.recipient for mail in mails} == {"olga@example.org", "otto@example.org"}
    assert all("Is there parking?" in mail.text and "eve@example.org" in mail.text for mail in mails)


def test_chat_needs_a_server_that_the_site_has_not(call: Call, event: Event) -> None:
    room = Microlocation.objects.create(event=event, name="Hall")
    for path in ("chat-token", f"room/{room.pk}/chat-token"):
        assert call("eve").get(f"/v1/events/{event.identifier}/{path}").status_code == 503
        assert call("").get(f"/v1/events/{event.identifier}/{path}").status_code == 401
    assert call("eve").get(f"/v1/events/{event.pk}/room/999999/chat-token").status_code == 404
