"""Feedback and favourites."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event, FavouriteEvent, FavouriteSession, Feedback, Session

from .conftest import Caller

Call = Callable[[str], Caller]


@pytest.fixture
def session(event: Event) -> Session:
    return Session.objects.create(event=event, title="Talk", state="accepted")


def test_feedback_is_averaged_on_the_session(call: Call, session: Session) -> None:
    for name, rating in [("ada", 5), ("eve", 2)]:
        relations = {"session": ("session", session)}
        assert call(name).create("/v1/feedbacks", "feedback", relations, rating=rating).status_code == 201
    attributes = call("").get(f"/v1/sessions/{session.pk}").json()["data"]["attributes"]
    assert (attributes["average-rating"], attributes["rating-count"]) == (3.5, 2)


def test_session_without_feedback_has_no_average(call: Call, session: Session) -> None:
    attributes = call("").get(f"/v1/sessions/{session.pk}").json()["data"]["attributes"]
    assert (attributes["average-rating"], attributes["rating-count"]) == (None, 0)


def test_feedback_is_given_once_and_changed_by_its_author(call: Call, session: Session) -> None:
    ada, relations = call("ada"), {"session": ("session", session)}
    pk = ada.create("/v1/feedbacks", "feedback", relations, rating=1).json()["data"]["id"]
    assert ada.create("/v1/feedbacks", "feedback", relations, rating=2).status_code == 409
    assert call("eve").change(f"/v1/feedbacks/{pk}", "feedback", pk, rating=5).status_code == 403
    assert ada.change(f"/v1/feedbacks/{pk}", "feedback", pk, rating=4).status_code == 200
    assert Feedback.objects.get().rating == 4


def test_feedback_on_an_event_is_given_as_often_as_one_likes(call: Call, event: Event) -> None:
    for rating in (1, 5):
        given = call("ada").create("/v1/feedbacks", "feedback", {"event": ("event", event)}, rating=rating)
        assert given.status_code == 201


@pytest.mark.parametrize("rating", [-1, 5.5, "x"])
def test_feedback_rating_lies_between_0_and_5(call: Call, session: Session, rating: Any) -> None:
    relations = {"session": ("session", session)}
    assert call("ada").create("/v1/feedbacks", "feedback", relations, rating=rating).status_code == 422


def test_feedback_on_a_session_is_no_feedback_on_the_event(call: Call, session: Session, event: Event) -> None:
    ada = call("ada")
    ada.create("/v1/feedbacks", "feedback", {"session": ("session", session)}, rating=1)
    ada.create("/v1/feedbacks", "feedback", {"event": ("event", event)}, rating=4)
    rows = call("").get(f"/v1/events/{event.pk}/feedbacks").json()["data"]
    assert [row["attributes"]["rating"] for row in rows] == [4]


def test_feedback_cannot_be_given_on_hidden_sessions(call: Call, event: Event) -> None:
    hidden = Session.objects.create(event=event, title="Proposal", state="pending")
    answer = call("eve").create("/v1/feedbacks", "feedback", {"session": ("session", hidden)}, rating=1)
    assert answer.status_code == 404


def test_favourite_event_is_removed_by_the_id_of_the_event(call: Call, event: Event, cast: Any) -> None:
    ada, relations = call("ada"), {"event": ("event", event)}
    assert call("").create("/v1/user-favourite-events", "user-favourite-event", relations).status_code == 401
    assert ada.create("/v1/user-favourite-events", "user-favourite-event", relations).status_code == 201
    assert ada.create("/v1/user-favourite-events", "user-favourite-event", relations).status_code == 409
    url = f"/v1/user-favourite-events/{event.pk}"
    mark = FavouriteEvent.objects.get()
    assert ada.get(url).json()["data"]["id"] == str(mark.pk)
    assert ada.get(f"/v1/user-favourite-events/{mark.pk}").json()["data"]["id"] == str(mark.pk)
    assert call("").get(url).status_code in (401, 404)
    assert call("eve").delete(url).status_code == 404
    assert ada.delete(url).status_code == 200
    assert not FavouriteEvent.objects.exists()
    assert ada.create("/v1/user-favourite-events", "user-favourite-event", relations).status_code == 201


def test_favourites_are_nobody_elses_business(call: Call, event: Event, session: Session, cast: Any) -> None:
    FavouriteEvent.objects.create(event=event, user=cast.ada)
    FavouriteSession.objects.create(session=session, user=cast.ada)
    for url in [
        "/v1/user-favourite-events",
        "/v1/user-favourite-sessions",
        f"/v1/events/{event.pk}/user-favourite-sessions",
    ]:
        assert call("ada").get(url).json()["meta"]["count"] == 1, url
        assert call("eve").get(url).json()["meta"]["count"] == 0, url
        assert call("").get(url).json()["meta"]["count"] == 0, url
    mark = FavouriteSession.objects.get()
    assert call("eve").delete(f"/v1/user-favourite-sessions/{mark.pk}").status_code == 404
    assert call("ada").delete(f"/v1/user-favourite-sessions/{mark.pk}").status_code == 200


def test_session_shows_how_many_like_it_and_whether_i_do(call: Call, session: Session, cast: Any) -> None:
    for user in (cast.ada, cast.eve):
        FavouriteSession.objects.create(session=session, user=user)
    url = f"/v1/sessions/{session.pk}?include=favourite"
    mine = FavouriteSession.objects.get(user=cast.ada)
    body = call("ada").get(url).json()
    assert body["data"]["attributes"]["favourite-count"] == 2
    assert body["data"]["relationships"]["favourite"]["data"] == {"type": "user-favourite-session", "id": str(mine.pk)}
    assert call("").get(url).json()["data"]["relationships"]["favourite"]["data"] is None


def test_sessions_are_rated_by_a_constant_number_of_queries(
    call: Call, event: Event, session: Session, cast: Any
) -> None:
    client, url = call("ada"), f"/v1/events/{event.pk}/sessions?page[size]=0"
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for n in range(5):
        other = Session.objects.create(event=event, title=f"T{n}", state="accepted")
        Feedback.objects.create(event=event, session=other, user=cast.ada, rating=3)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(one)
