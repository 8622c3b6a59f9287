"""Video streams: who may watch, who runs them, and what needs an outside service."""

from collections.abc import Callable
from typing import Any

import pytest

from events.models import Event, Microlocation, TranslationChannel, VideoChannel, VideoStream, VideoStreamModerator
from orders.models import Order
from tests.factories import make_event, make_ticket, order_of

from .conftest import Caller

Call = Callable[[str], Caller]
URL = "https://example.org/live"


@pytest.fixture
def stream(event: Event) -> VideoStream:
    return VideoStream.objects.create(event=event, name="Live", url=URL, password="pw", is_for_event=True)


def test_stream_is_for_who_works_at_the_event_or_has_a_ticket(
    call: Call, event: Event, stream: VideoStream, cast: Any
) -> None:
    order = order_of(make_ticket(event), cast.ada)
    Order.objects.filter(pk=order.pk).update(status="completed")
    has_streams = f"/v1/events/{event.identifier}/has-streams"
    for name, may_watch in [("", False), ("eve", False), ("ada", True), ("rita", True), ("olga", True), ("adam", True)]:
        assert call(name).get(has_streams).json() == {"exists": True, "can_access": may_watch}, name
        status = call(name).get(f"/v1/events/{event.pk}/video-stream").status_code
        assert status == (200 if may_watch else 404), name


def test_event_without_streams_says_so(call: Call, event: Event) -> None:
    assert call("").get(f"/v1/events/{event.pk}/has-streams").json() == {"exists": False, "can_access": False}


def test_stream_moderator_is_found_by_address(call: Call, stream: VideoStream, cast: Any) -> None:
    url, kind = "/v1/video-stream-moderators", "video-stream-moderator"
    relations = {"video-stream": ("video-stream", stream)}
    assert call("rita").create(url, kind, relations, email=cast.eve.email).status_code == 403
    assert call("olga").create(url, kind, relations, email=cast.eve.email).status_code == 201
    assert VideoStreamModerator.objects.get().user == cast.eve
    body = call("eve").get(f"/v1/video-streams/{stream.pk}").json()
    assert body["data"]["attributes"]["url"] == URL
    assert body["data"]["attributes"]["password"] is None
    assert call("eve").get(f"/v1/users/{cast.eve.pk}/video-stream-moderators").json()["meta"]["count"] == 1


def test_stream_of_rooms_takes_the_event_from_them(call: Call, event: Event) -> None:
    room = Microlocation.objects.create(event=event, name="Hall")
    foreign = Microlocation.objects.create(event=make_event(), name="Elsewhere")
    olga, relations = call("olga"), {"rooms": [("microlocation", room)]}
    assert olga.create("/v1/video-streams", "video-stream", None, name="A", url=URL).status_code == 422
    mixed = {"rooms": [("microlocation", room), ("microlocation", foreign)]}
    assert olga.create("/v1/video-streams", "video-stream", mixed, name="A", url=URL).status_code == 422
    made = olga.create("/v1/video-streams", "video-stream", relations, name="A", url=URL)
    assert made.status_code == 201
    stream = VideoStream.objects.get()
    assert list(stream.rooms.all()) == [room]
    assert olga.get(f"/v1/microlocations/{room.pk}/video-stream").json()["data"]["id"] == str(stream.pk)
    assert olga.get(f"/v1/events/{event.pk}/video-stream").status_code == 404
    assert call("eve").create("/v1/video-streams", "video-stream", relations, name="A", url=URL).status_code == 403


def test_event_has_one_stream_of_its_own(call: Call, event: Event, stream: VideoStream) -> None:
    relations = {"event": ("event", event)}
    answer = call("olga").create("/v1/video-streams", "video-stream", relations, name="B", url=URL)
    assert answer.status_code == 409


def test_channel_keeps_its_key_to_the_administrators(call: Call, cast: Any) -> None:
    channel = VideoChannel.objects.create(name="BBB", provider="bbb", url=URL, api_key="secret")
    url = f"/v1/video-channels/{channel.pk}"
    assert call("").get(url).json()["data"]["attributes"]["api-key"] is None
    assert call("adam").get(url).json()["data"]["attributes"]["api-key"] == "secret"
    assert call("olga").change(url, "video-channel", channel.pk, name="X").status_code == 403


def test_joining_a_service_that_is_not_connected_is_503(call: Call, stream: VideoStream) -> None:
    url = f"/v1/video-streams/{stream.pk}/join"
    assert call("").get(url).status_code == 401
    assert call("eve").get(url).status_code == 404
    assert call("olga").get(url).json() == {"url": URL}
    stream.video_channel = VideoChannel.objects.create(name="BBB", provider="bbb", url=URL)
    stream.save()
    answer = call("olga").get(url)
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["code"] == "streaming_unavailable"
    assert call("olga").get(f"/v1/video-streams/{stream.pk}/chat-token").status_code == 503


def test_translations_of_a_stream_are_for_who_may_watch_it(call: Call, stream: VideoStream) -> None:
    TranslationChannel.objects.create(video_stream=stream, name="de", url=URL)
    url = f"/v1/video-streams/{stream.pk}/translation_channels"
    assert call("olga").get(url).json()["data"][0]["type"] == "translation_channel"
    assert call("eve").get(url).status_code == 404
    relations = {"video-stream": ("video-stream", stream)}
    made = call("rita").create("/v1/translation_channels", "translation_channel", relations, name="fr", url=URL)
    assert made.status_code == 403
