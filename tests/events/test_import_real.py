"""Every real export in ../shared/data loads, and nothing of it is lost without a word."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from events.imports import import_event
from events.models import Event, Session

from .zips import SHARED

ZIPS = sorted(SHARED.glob("*.zip"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ZIPS, reason="needs ../shared/data"),
]


@pytest.fixture
def olga() -> User:
    return User.objects.create_user("olga@example.org")


def raw(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}


@pytest.mark.parametrize("path", ZIPS, ids=lambda p: p.stem)
def test_real_export_loads_with_the_counts_of_the_file(path: Path, olga: User) -> None:
    data = raw(path)
    summary = import_event(file=path, owner=olga)
    event = Event.objects.get(identifier=summary.identifier)
    for member in ("sessions", "speakers", "tracks", "microlocations", "sponsors"):
        assert getattr(event, member).count() == len(data[member]) == summary.counts[member].made
    links = {(s["id"], p["id"]) for s in data["sessions"] for p in s["speakers"]}
    assert Session.speakers.through.objects.filter(session__event=event).count() == len(links)
    social = data["event"].get("social-links") or data["event"].get("social_links")
    assert event.social_links.count() == len(social)
    assert all(count.made == count.found for count in summary.counts.values())


@pytest.mark.parametrize("path", ZIPS, ids=lambda p: p.stem)
def test_real_export_keeps_times_places_and_states(path: Path, olga: User) -> None:
    data = raw(path)
    event = Event.objects.get(pk=import_event(file=path, owner=olga).event_id)
    assert event.name == data["event"]["name"]
    assert event.timezone == data["event"]["timezone"]
    assert event.state == "draft"
    rows = sorted(data["sessions"], key=lambda s: s["id"])
    by_title = {}
    for row in rows:
        by_title.setdefault(" ".join(row["title"].split()) or f"Untitled session {row['id']}", []).append(row)
    for session in event.sessions.select_related("track", "microlocation", "session_type"):
        candidates = by_title[session.title]
        written = (
            session.starts_at,
            session.ends_at,
            session.state,
            session.track and session.track.name,
            session.microlocation and session.microlocation.name,
            session.session_type and session.session_type.length,
        )
        assert written in [as_written(row) for row in candidates]


def as_written(row: dict[str, Any]) -> tuple:
    from datetime import datetime

    def name(key: str, of: str = "name") -> str | None:
        value = row.get(key) or row.get(key.replace("-", "_"))
        return " ".join(value[of].split()) if value else None

    times = [row.get("starts-at") or row.get("start_time"), row.get("ends-at") or row.get("end_time")]
    return (
        *(datetime.fromisoformat(t) for t in times),
        row["state"],
        name("track"),
        name("microlocation"),
        name("session-type", "length"),
    )


def test_untitled_sessions_are_named_in_the_summary(olga: User) -> None:
    summary = import_event(file=SHARED / "OpenTechSummit2017.zip", owner=olga)
    (sentence,) = [s for s in summary.sentences() if "no title" in s]
    assert all(number in sentence for number in ("3054", "3057", "3085"))


def test_unsafe_markup_is_gone_from_every_text(olga: User) -> None:
    for path in ZIPS:
        event = Event.objects.get(pk=import_event(file=path, owner=olga).event_id)
        texts = [event.description, *event.sessions.values_list("short_abstract", flat=True)]
        texts += event.speakers.values_list("long_biography", flat=True)
        assert not any("style=" in text or "<script" in text for text in texts if text)


def test_import_of_a_large_event_takes_few_statements(olga: User) -> None:
    def statements(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            import_event(file=SHARED / name, owner=olga)
        return len(queries)

    assert statements("FOSSASIASummit2017.zip") <= 29  # 214 sessions, 207 speakers, and a new location


def test_importing_again_makes_another_event(olga: User) -> None:
    path = SHARED / "OpenTechSummit2018.zip"
    first, second = import_event(file=path, owner=olga), import_event(file=path, owner=olga)
    assert first.identifier != second.identifier
    assert Event.objects.count() == 2
