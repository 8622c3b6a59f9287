"""Whatever happens to a valid export, it imports or is refused in one sentence: never anything else."""

import io
import json
import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from events.imports import import_event
from events.models import Event, Session
from openevent.exceptions import MalformedInput

from .zips import export, old_generation, zipped

pytestmark = pytest.mark.django_db
# other ones each time; `make fuzz` tries hundreds
FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

odd_text = st.text(max_size=40) | st.sampled_from(
    [
        *("null", "", " ", "0", "-1", "99999999999999999999", "1e999", "NaN", "<b>", "&lt;script&gt;", "\x00"),
        *("2031-13-45T99:99:99", "2031-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
        *("http://[", "http://a..b", "//x.example", "/images/a.png", "a@b", "#12", "#ggg", "00:99", "true"),
        *("x" * 3000, "+24:00", "UTC+99", "../../etc/passwd", "é" * 300, "\u202e", "http://x.example/\ud800"),
        *("24:00", "Beginner", "\ud800", "US / Pacific", "@handle", "a@b.example", "1", "21", "Arches"),
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.integers(-(10**30), 10**30) | st.floats() | odd_text
odd_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "a", ""]), inner),
    max_leaves=6,
)


def paths_in(value: Any, path: tuple = ()) -> list[tuple]:
    """Every place in nested JSON."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, each in inner for p in paths_in(each, (*path, key)))]


PLACES = {old: paths_in(old_generation(export()) if old else export())[1:] for old in (False, True)}


def mutate(data: Any, path: tuple, value: Any, is_removed: bool) -> None:
    """Replace or remove what stands at ``path``, where the path still leads somewhere."""
    for key in path[:-1]:
        if not isinstance(data, dict | list):
            return
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return
    try:
        if is_removed:
            del data[path[-1]]
        else:
            data[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return


def imports_or_refuses(file: io.BytesIO, olga: User) -> None:
    before = Event.with_trashed.count()
    try:
        with transaction.atomic():
            summary = import_event(file=file, owner=olga, new_topics=True)
    except MalformedInput as refusal:
        sentence = refusal.message
        summary = None
    if summary is None:
        assert sentence.endswith(".")
        assert Event.with_trashed.count() == before
        return
    event = Event.objects.get(pk=summary.event_id)
    assert event.ends_at >= event.starts_at
    event.full_clean()
    for name in ("tracks", "microlocations", "session_types", "speakers", "sponsors", "social_links"):
        for row in getattr(event, name).all():
            row.full_clean()
    for session in Session.with_trashed.filter(event=event):
        session.full_clean()
    assert all(count.made <= count.found for count in summary.counts.values())
    json.dumps(summary.as_dict())
    "\n".join(summary.lines(every_row=True)).encode()


@FUZZ
@given(st.data())
def test_export_with_any_values_changed_imports_or_is_refused(olga: User, data: st.DataObject) -> None:
    is_old = data.draw(st.booleans())
    changed = old_generation(export()) if is_old else export()
    for _ in range(data.draw(st.integers(1, 8))):
        path = data.draw(st.sampled_from(PLACES[is_old]))
        mutate(changed, path, data.draw(odd_values), data.draw(st.booleans()))
    imports_or_refuses(zipped(changed), olga)


@FUZZ
@given(st.data())
def test_zip_with_any_bytes_changed_imports_or_is_refused(olga: User, data: st.DataObject) -> None:
    raw = bytearray(zipped(export()).getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.sampled_from([len(raw), len(raw) - 1]) | st.integers(0, len(raw)))
    imports_or_refuses(io.BytesIO(bytes(raw[:end])), olga)


@FUZZ
@given(
    st.sampled_from(["event", "tracks", "sessions", "speakers"]), st.binary(max_size=200) | odd_values.map(json.dumps)
)
def test_member_of_any_content_imports_or_is_refused(olga: User, member: str, content: bytes | str) -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    imports_or_refuses(zipped({**export(), member: raw}), olga)


@pytest.fixture
def olga() -> User:
    return User.objects.create_user("olga@example.org")
