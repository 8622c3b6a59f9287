"""Mails that go out as time goes by, and who does not want them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Mail, MessageSetting
from events.models import EmailNotification, Event, Session, Speaker
from events.services.reminders import thank_after_events
from ticketing.models import Ticket
from ticketing.reminders import remind_of_ending_sales

from .conftest import Caller

Call = Callable[[str], Caller]
TEAM = {"olga@example.org", "otto@example.org", "cora@example.org"}


def recipients(action: str) -> list[str]:
    return sorted(Mail.objects.filter(action=action).values_list("recipient", flat=True))


def test_team_and_speakers_are_thanked_once_when_the_event_is_over(event: Event, cast: Any) -> None:
    talk = Session.objects.create(event=event, title="Talk", state="accepted")
    talk.speakers.add(Speaker.objects.create(event=event, name="Grace", email="grace@example.org"))
    draft = Session.objects.create(event=event, title="Draft", state="draft")
    draft.speakers.add(Speaker.objects.create(event=event, name="Nobody", email="nobody@example.org"))
    thank_after_events(now=event.ends_at - timedelta(minutes=1))
    assert not Mail.objects.filter(action__startswith="after_event").exists()

    for _ in range(2):
        thank_after_events(now=event.ends_at + timedelta(hours=1))

    assert set(recipients("after_event")) == TEAM
    assert len(recipients("after_event")) == 3
    assert recipients("after_event_speaker") == ["grace@example.org"]


def test_nobody_is_thanked_after_drafts_or_where_it_is_switched_off(event: Event, cast: Any) -> None:
    Event.objects.update(state="draft")
    thank_after_events(now=event.ends_at + timedelta(hours=1))
    Event.objects.update(state="published")
    MessageSetting.objects.update_or_create(action="after_event", defaults={"enabled": False})
    thank_after_events(now=event.ends_at + timedelta(hours=1))
    assert not Mail.objects.filter(action__startswith="after_event").exists()


@pytest.mark.parametrize(
    ("before", "action"),
    [
        (timedelta(days=6, hours=12), "ticket_sales_end_next_week"),
        (timedelta(hours=5), "ticket_sales_end_tomorrow"),
        (-timedelta(hours=5), "ticket_sales_end"),
    ],
)
def test_team_is_reminded_once_that_the_last_sale_ends(event: Event, cast: Any, before: timedelta, action: str) -> None:
    opens, ends = timezone.now() - timedelta(days=30), timezone.now()
    for name, last in (("Early bird", ends - timedelta(days=9)), ("Regular", ends)):
        Ticket.objects.create(
            event=event, name=name, type="free", quantity=9, sales_starts_at=opens, sales_ends_at=last
        )
    for _ in range(2):
        remind_of_ending_sales(now=ends - before)
    assert set(recipients(action)) == TEAM
    assert Mail.objects.filter(action__startswith="ticket_sales_end").count() == 3
    Ticket.objects.filter(name="Regular").update(sales_ends_at=ends + timedelta(minutes=5))
    remind_of_ending_sales(now=ends - before)
    assert len(recipients(action)) == 6, "a sale that was prolonged ends anew"


def test_who_declined_gets_no_mail_of_new_proposals_and_decisions(call: Call, event: Event, cast: Any) -> None:
    Event.objects.update(is_sessions_speakers_enabled=True)
    for person, choice in ((cast.otto, "new_paper"), (cast.ada, "session_accept_reject")):
        EmailNotification.objects.update_or_create(event=event, user=person, defaults={choice: False})
    made = call("ada").create("/v1/sessions", "session", {"event": ("event", event)}, title="New", state="pending")
    assert set(recipients("new_session")) == TEAM - {"otto@example.org"}
    key = made.json()["data"]["id"]
    assert call("olga").change(f"/v1/sessions/{key}", "session", key, state="accepted").status_code == 200
    assert recipients("session_state_change") == []
