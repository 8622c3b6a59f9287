"""A site as clients meet it: one event with everything, its people, and clients that send what the real ones send."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Page, Setting, User
from events.models import (
    Event,
    EventSubTopic,
    EventTopic,
    EventType,
    Exhibitor,
    Group,
    GroupFollower,
    Session,
    SocialLink,
    Speaker,
    SpeakersCall,
    Sponsor,
    Track,
    VideoStream,
)
from events.services.forms import create_first_fields
from tests.factories import make_cast, make_event, make_paid_ticket, make_ticket, switch_modules
from ticketing.models import Tax

JSONAPI = "application/vnd.api+json"
PASSWORD = "correct horse battery"


def now() -> str:
    """The time as browsers write it."""
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ask(name: str, op: str, val: Any = None) -> dict[str, Any]:
    """One condition of a filter."""
    return {"name": name, "op": op, "val": val}


def query(*nodes: Any) -> str:
    """``filter=…`` as it stands in a URL."""
    return "filter=" + quote(json.dumps(list(nodes)))


class Client:
    """A client with or without a token; what it asks must be answered with the status that it expects."""

    def __init__(self, user: User | None = None) -> None:
        self.http = APIClient()
        self.user = user
        if user is not None:
            self.log_in(username=user.email, password=PASSWORD)

    def log_in(self, **credentials: Any) -> dict[str, Any]:
        body = {**credentials, "remember-me": False, "include-in-response": False}
        found = self.post("/auth/session", body)
        self.http.credentials(HTTP_AUTHORIZATION=f"JWT {found['access_token']}")
        return found

    def get(self, url: str, status: int = 200) -> Any:
        return self._send("GET", url, None, status, JSONAPI)

    def post(self, url: str, body: Any = None, status: int = 200, media_type: str = "application/json") -> Any:
        return self._send("POST", url, body, status, media_type)

    def create(self, url: str, body: Any) -> Any:
        return self._send("POST", url, body, 201, JSONAPI)

    def patch(self, url: str, body: Any, status: int = 200) -> Any:
        return self._send("PATCH", url, body, status, JSONAPI)

    def _send(self, method: str, url: str, body: Any, status: int, media_type: str) -> Any:
        text = "" if body is None else json.dumps(body)
        answer = self.http.generic(method, url, text, content_type=media_type, HTTP_ACCEPT=f"{JSONAPI}, */*")
        assert answer.status_code == status, f"{method} {url}: {answer.status_code} {answer.content[:600]!r}"
        is_json = "json" in answer.get("Content-Type", "")
        return answer.json() if is_json and answer.content else answer


def resource(type_: str, key: Any = None, relationships: dict[str, Any] | None = None, **attributes: Any) -> Any:
    """A document; names of attributes are dashed."""
    data: dict[str, Any] = {"type": type_, "attributes": {k.replace("_", "-"): v for k, v in attributes.items()}}
    if key is not None:
        data["id"] = key
    if relationships is not None:
        data["relationships"] = {name: {"data": linkage} for name, linkage in relationships.items()}
    return {"data": data}


def link(type_: str, key: Any) -> dict[str, str]:
    """A resource identifier."""
    return {"type": type_, "id": str(key)}


def sent_back(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """All attributes of a resource as it was read, with some changed: what clients PATCH."""
    return {**data["attributes"], **{k.replace("_", "-"): v for k, v in changes.items()}}


@pytest.fixture
def site(db: None) -> SimpleNamespace:
    """A published, featured event with all its parts, a group, pages, and one event that is over."""
    switch_modules()
    Setting.load()
    Page.objects.create(name="About", title="About", url="/about", place="footer", index=1)
    kind, topic = EventType.objects.create(name="Conference"), EventTopic.objects.create(name="Science")
    sub_topic = EventSubTopic.objects.create(name="Physics", event_topic=topic)
    event = make_event(
        name="Summit",
        is_featured=True,
        is_sessions_speakers_enabled=True,
        event_type=kind,
        event_topic=topic,
        event_sub_topic=sub_topic,
        logo_url="https://example.org/logo.png",
        original_image_url="https://example.org/image.png",
    )
    cast = make_cast(event)
    create_first_fields(event=event)
    moment = timezone.now()
    SpeakersCall.objects.create(
        event=event, announcement="Talk!", starts_at=moment - timedelta(days=1), ends_at=moment + timedelta(days=9)
    )
    track = Track.objects.create(event=event, name="Main", color="#a04b4b")
    session = Session.objects.create(event=event, title="Talk", state="accepted", track=track)
    speaker = Speaker.objects.create(event=event, name="Ada", is_featured=True, user=cast.ada)
    session.speakers.add(speaker)
    group = Group.objects.create(name="Physicists", user=cast.olga, is_promoted=True)
    GroupFollower.objects.create(group=group, user=cast.ada)
    Event.objects.filter(pk=event.pk).update(group=group)
    SocialLink.objects.create(event=event, name="website", link="https://example.org")
    Sponsor.objects.create(event=event, name="ACME")
    Exhibitor.objects.create(event=event, name="Stand", status="accepted")
    VideoStream.objects.create(event=event, name="Live", url="https://example.org/live", is_for_event=True)
    Tax.objects.create(event=event, name="VAT", rate=19, is_tax_included_in_price=True, country="DE")
    over = make_event(name="Over", starts_at=moment - timedelta(days=9), ends_at=moment - timedelta(days=8))
    free = make_ticket(event, name="Free", quantity=50, min_order=1, max_order=5)
    paid = make_paid_ticket(event, "10", name="Paid", quantity=50, min_order=1, max_order=5)
    event.refresh_from_db()
    return SimpleNamespace(
        event=event, over=over, free=free, paid=paid, group=group, session=session, speaker=speaker, **vars(cast)
    )
