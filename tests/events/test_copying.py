"""A copy takes along what describes the event, all of it, and nothing that happened."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from accounts.models import Module
from events.models import (
    CustomForm,
    Event,
    Exhibitor,
    Faq,
    Feedback,
    Microlocation,
    Session,
    Speaker,
    SpeakersCall,
    Track,
    VideoStream,
)
from events.services.copying import COPIED, LEFT, copy_event
from openevent.exceptions import NotAllowed
from tests.factories import make_access_code, make_discount, make_ticket, make_user, order_of
from ticketing.models import AccessCode, DiscountCode, Ticket

from .conftest import Caller

Call = Callable[[str], Caller]


def hanging_on(root: type[Model]) -> set[type[Model]]:
    """Models whose rows belong to a row of ``root``, over however many steps."""
    found: set[type[Model]] = set()
    waiting = [root]
    while waiting:
        at = waiting.pop()
        for model in apps.get_models():
            if model in found or model._meta.proxy or model is root:
                continue
            if any(f.is_relation and f.related_model is at for f in model._meta.concrete_fields):
                found.add(model)
                waiting.append(model)
    return found


def test_every_model_that_hangs_on_an_event_says_whether_it_is_copied() -> None:
    undeclared = {m._meta.label for m in hanging_on(Event) - COPIED - LEFT}
    assert not undeclared, "declare them in the copying module of their app"
    assert not COPIED & LEFT


@pytest.fixture
def full(event: Event, cast: Any) -> Event:
    """An event with one of most things."""
    room = Microlocation.objects.create(event=event, name="Hall")
    track = Track.objects.create(event=event, name="Main", color="#112233")
    gone = Track.objects.create(event=event, name="Gone", color="#112233")
    speaker = Speaker.objects.create(event=event, name="Grace")
    session = Session.objects.create(event=event, title="Talk", track=track, microlocation=room, state="confirmed")
    session.speakers.add(speaker)
    Session.objects.create(event=event, title="Lost", track=gone)
    gone.trash()
    Exhibitor.objects.create(event=event, name="Shop", status="accepted").sessions.add(session)
    Faq.objects.create(event=event, question="Q", answer="A")
    CustomForm.objects.create(event=event, form="speaker", field_identifier="hobby").options.create(value="Chess")
    stream = VideoStream.objects.create(event=event, name="Live", url="https://example.org/live")
    Microlocation.objects.filter(pk=room.pk).update(video_stream=stream)
    Feedback.objects.create(event=event, session=session, user=cast.ada, rating=5)
    ticket = make_ticket(event, name="Standard", quantity=5)
    make_discount(event, ticket)
    make_access_code(event, ticket)
    order_of(ticket, cast.ada)
    return event


def test_copy_is_a_draft_with_a_new_identifier(call: Call, full: Event) -> None:
    answer = call("cora").post(f"/v1/events/{full.identifier}/copy")
    assert answer.status_code == 200
    body = answer.json()
    copy = Event.objects.get(pk=body["id"])
    assert body == {"id": copy.pk, "identifier": copy.identifier, "copied": True}
    assert copy.identifier != full.identifier
    assert (copy.state, copy.name) == ("draft", full.name)
    assert call("olga").get(f"/v1/events/{copy.identifier}").status_code == 200
    assert call("eve").get(f"/v1/events/{copy.identifier}").status_code == 404


def test_copy_is_for_the_team(call: Call, full: Event) -> None:
    for name, status in [("", 401), ("eve", 403), ("rita", 403), ("adam", 200)]:
        assert call(name).post(f"/v1/events/{full.pk}/copy").status_code == status, name


def test_copied_rows_refer_to_each_other(full: Event, cast: Any) -> None:
    copy = copy_event(source=full, by=cast.olga)
    talk = copy.sessions.get(title="Talk")
    assert (talk.track.event, talk.microlocation.event) == (copy, copy)
    assert [s.event for s in talk.speakers.all()] == [copy]
    assert talk.microlocation.video_stream.event == copy
    assert copy.exhibitors.get().sessions.get() == talk
    assert copy.custom_forms.get(form="speaker").options.get().value == "Chess"
    assert copy.sessions.get(title="Lost").track is None
    assert copy.tracks.count() == 1
    assert sorted(copy.roles.values_list("role__name", flat=True)) == sorted(
        full.roles.values_list("role__name", flat=True)
    )


def test_copy_takes_tickets_and_their_codes_but_nothing_that_was_sold(full: Event, cast: Any) -> None:
    copy = copy_event(source=full, by=cast.olga)
    ticket = Ticket.objects.get(event=copy)
    assert (ticket.name, ticket.quantity, ticket.sold, ticket.reserved) == ("Standard", 5, 0, 0)
    code = DiscountCode.objects.get(event=copy)
    assert (code.used, list(code.tickets.all())) == (0, [ticket])
    assert not AccessCode.objects.filter(event=copy).exists()
    assert not copy.orders.exists()
    assert not copy.attendees.exists()
    assert not copy.feedbacks.exists()


def test_copied_call_for_speakers_has_a_link_of_its_own(full: Event, cast: Any) -> None:
    call = SpeakersCall.objects.create(
        event=full, privacy="private", starts_at=full.starts_at, ends_at=full.ends_at, announcement="Come"
    )
    copy = copy_event(source=full, by=cast.olga)
    copied = SpeakersCall.objects.get(event=copy)
    assert copied.announcement == "Come"
    assert copied.hash != call.hash


def test_copy_that_fails_leaves_nothing_behind(call: Call, full: Event) -> None:
    Module.objects.update(ticket_include=False)
    assert call("olga").post(f"/v1/events/{full.pk}/copy").status_code == 403
    assert Event.objects.count() == 1
    assert Track.objects.count() == 1


def test_copy_needs_a_verified_address(full: Event, cast: Any) -> None:
    with pytest.raises(NotAllowed):
        copy_event(source=full, by=make_user("Nils", is_verified=False))
