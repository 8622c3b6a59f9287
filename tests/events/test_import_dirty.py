"""Dirt of real data: it is mended or left out, the rest is kept, and the summary says so."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from events.imports import ImportSummary, import_event
from events.models import Event, EventTopic, EventType

from .zips import export, old_generation, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return User.objects.create_user("olga@example.org")


def load(olga: User, data: dict[str, Any], **options: Any) -> tuple[Event, ImportSummary]:
    files = {name: options.pop(name) for name in ("prefix", "suffix", "files") if name in options}
    summary = import_event(file=zipped(data, **files), owner=olga, **options)
    return Event.objects.get(pk=summary.event_id), summary


def said(summary: ImportSummary, words: str) -> str:
    """The one sentence of the summary with these words."""
    (found,) = [s for s in summary.sentences() if words in s]
    return found


def picture(kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "#a04b4b").save(out, kind, **options)
    return out.getvalue()


def test_clean_export_loads_completely(olga: User) -> None:
    event, summary = load(olga, export())
    session = event.sessions.get()
    assert (event.name, event.state, event.owner_name) == ("Bridge Builders' Day", "draft", "Bridge Society")
    assert event.starts_at == datetime(2031, 5, 10, 7, tzinfo=UTC)
    assert session.starts_at == datetime(2031, 5, 10, 8, tzinfo=UTC)
    assert (session.track.name, session.microlocation.name) == ("Arches", "Hall")
    assert (session.session_type.name, session.session_type.length) == ("Talk", "00:45")
    assert sorted(session.speakers.values_list("name", flat=True)) == ["Ada Arch", "Ben Beam"]
    assert event.speakers.get(name="Ada Arch").gender == "Woman"
    assert event.sponsors.get().level == 2
    assert event.social_links.get().link == "https://twitter.com/bridges"
    assert event.roles.get().user == olga
    assert event.roles.get().role.name == "owner"
    assert summary.as_dict()["counts"]["session_speakers"] == {"found": 2, "made": 2}
    assert summary.sentences() == ["event: is published where it comes from; imported as a draft"]


def test_both_generations_and_mixtures_give_the_same_event(olga: User) -> None:
    def picture_of(event: Event) -> list[Any]:
        rows = [list(getattr(event, n).values_list("name")) for n in ("tracks", "speakers", "sponsors")]
        names = ("title", "starts_at", "ends_at", "state", "level", "short_abstract", "track__name")
        own = [event.name, event.starts_at, event.ends_at, event.logo_url, event.owner_name, event.location_name]
        return [own, *rows, list(event.sessions.values_list(*names))]

    new = export()
    old = old_generation(export())
    mixed = {**old, "sessions": new["sessions"], "tracks": new["tracks"]}
    pictures = [picture_of(load(olga, data)[0]) for data in (new, old, mixed)]
    assert pictures[0] == pictures[1] == pictures[2]


@pytest.mark.parametrize(("prefix", "suffix"), [("", ".json"), ("export/", ""), ("a/b/", ".json"), ("./", "")])
def test_members_may_have_an_extension_and_lie_in_a_folder(prefix: str, suffix: str, olga: User) -> None:
    event, _ = load(olga, export(), prefix=prefix, suffix=suffix, files={"__MACOSX/event": b"x"})
    assert event.sessions.count() == 1


def test_byte_order_marks_and_utf16_are_read(olga: User) -> None:
    data = export()
    data["tracks"] = b"\xef\xbb\xbf" + b'[{"id": 1, "name": "Arches", "color": "#f00"}]'
    data["sponsors"] = '[{"id": 1, "name": "Müller"}]'.encode("utf-16")
    event, _ = load(olga, data)
    assert event.tracks.get().color == "#ff0000"
    assert event.sponsors.get().name == "Müller"


def test_optional_members_may_be_missing(olga: User) -> None:
    event, summary = load(olga, {"event": {"name": "Lonely", "starts-at": "2031-01-01T10:00:00Z"}})
    assert event.timezone == "UTC"
    assert (event.ends_at - event.starts_at).days == 1
    assert "the zip has no such member" in said(summary, "sponsors:")


def test_ids_and_numbers_may_be_strings(olga: User) -> None:
    data = export()
    data["sessions"][0] |= {"id": "11", "track": "1", "microlocation": {"id": "3"}, "speakers": ["21", 22]}
    data["event"] |= {"latitude": "52.5", "longitude": ""}
    data["microlocations"][0]["floor"] = "2"
    event, _ = load(olga, data)
    session = event.sessions.get()
    assert (session.track.name, session.microlocation.floor, session.speakers.count()) == ("Arches", 2, 2)
    assert (event.latitude, event.longitude) == (52.5, None)


def test_row_with_an_id_that_occurred_is_kept(olga: User) -> None:
    data = export()
    data["speakers"].append({"id": 21, "name": "Second Ada"})
    event, summary = load(olga, data)
    assert summary.counts["speakers"].made == summary.counts["speakers"].found == 3
    assert "Second Ada" in said(summary, "this id occurs before")
    assert "Second Ada" not in event.sessions.get().speakers.values_list("name", flat=True)


def test_dangling_references_are_left_out_by_name(olga: User) -> None:
    data = export()
    data["sessions"][0] |= {"track": {"id": 99, "name": "Ghosts"}, "microlocation": 98}
    data["sessions"][0]["speakers"] += [{"id": 97, "name": "Nobody"}, None, 96]
    data["tracks"][0]["sessions"] = []
    event, summary = load(olga, data)
    assert event.sessions.get().track is None
    assert "'Ghosts'" in said(summary, "no track id 99")
    assert said(summary, "no microlocation 98")
    assert "'Why arches stand'" in said(summary, "no speaker id 97 'Nobody'")
    count = summary.counts["session_speakers"]
    assert (count.found, count.made) == (4, 2)


@pytest.mark.parametrize("nobody", [None, "", {}, [], {"id": None, "name": None}, "null"])
def test_session_may_have_neither_track_nor_room_nor_speakers(nobody: Any, olga: User) -> None:
    data = export()
    del data["microlocations"], data["tracks"]
    names = ("track", "microlocation", "session-type", "speakers")
    data["sessions"][0] |= dict.fromkeys(names, nobody)
    data["speakers"][1]["sessions"] = []
    event, summary = load(olga, data)
    session = event.sessions.get()
    assert (session.track, session.microlocation, session.session_type) == (None, None, None)
    assert not [s for s in summary.sentences() if s.startswith("sessions")]


def test_rows_that_are_no_objects_are_left_out(olga: User) -> None:
    data = export()
    data["sponsors"] += [None, "Stone", 7]
    event, summary = load(olga, data)
    assert event.sponsors.count() == 1
    assert (summary.counts["sponsors"].found, summary.counts["sponsors"].made) == (4, 1)
    assert "row 2, row 3, row 4" in said(summary, "not an object")


def test_missing_names_get_placeholders_that_the_summary_names(olga: User) -> None:
    data = export()
    for member in ("tracks", "microlocations", "speakers", "sponsors"):
        data[member][0]["name"] = "  "
    data["sessions"][0]["title"] = None
    data["event"]["name"] = ""
    event, summary = load(olga, data)
    assert event.name == "Untitled event"
    assert event.sessions.get().title == "Untitled session 11"
    assert event.sponsors.get().name == "Sponsor 1"
    assert "id 11" in said(summary, "no title")


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("US / Pacific", "US/Pacific"),
        ("europe/berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("CEST", "Europe/Berlin"),
        ("UTC+07:00", "Etc/GMT-7"),
        ("(GMT+05:30) Somewhere", "Asia/Kolkata"),
        ("-03:00", "Etc/GMT+3"),
        ("Europe/Berlni", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Z", "UTC"),
    ],
)
def test_odd_time_zone_is_mended(written: str, zone: str, olga: User) -> None:
    data = export()
    data["event"]["timezone"] = written
    event, summary = load(olga, data)
    assert event.timezone == zone
    assert zone in said(summary, "mended to")


@pytest.mark.parametrize("written", ["Asia/Vietnum", "Mars", "", None, 7, "+99:00"])
def test_unknown_time_zone_follows_from_the_times(written: Any, olga: User) -> None:
    data = export()
    data["event"]["timezone"] = written
    event, summary = load(olga, data)
    assert event.timezone == "Etc/GMT-2"
    assert "as the times in the file say" in said(summary, "time zone")


def test_zone_of_the_oldest_files_stands_in_their_sessions(olga: User) -> None:
    data = export()
    data["event"] |= {"timezone": "Asia/Vietnum", "starts-at": "2031-05-10T09:00:00"}
    data["sessions"][0] |= {"timezone": "UTC+7:00", "starts-at": "2031-05-10T10:00:00"}
    event, _ = load(olga, data)
    assert event.timezone == "Etc/GMT-7"
    assert event.starts_at == datetime(2031, 5, 10, 2, tzinfo=UTC)
    assert event.sessions.get().starts_at == datetime(2031, 5, 10, 3, tzinfo=UTC)


def test_times_without_offset_are_those_of_the_place(olga: User) -> None:
    data = export()
    data["sessions"][0] |= {"starts-at": "2031-05-10 10:00", "ends-at": "2031-05-10T9:30:00"}
    event, summary = load(olga, data)
    session = event.sessions.get()
    assert session.starts_at == datetime(2031, 5, 10, 8, tzinfo=UTC)
    assert session.ends_at == datetime(2031, 5, 10, 8, 45, tzinfo=UTC)
    assert "length of its session type" in said(summary, "the end is before the start")
    assert said(summary, "'starts_at' has no UTC offset")


@pytest.mark.parametrize("dates", [{"ends-at": "2031-05-01T10:00:00+02:00"}, {"ends-at": "soon"}, {"ends-at": None}])
def test_event_without_usable_end_ends_with_its_last_session(dates: dict, olga: User) -> None:
    data = export()
    data["event"] |= dates
    event, summary = load(olga, data)
    assert event.ends_at == event.sessions.get().ends_at
    assert said(summary, "that of the last session")


def test_event_without_start_begins_with_its_first_session(olga: User) -> None:
    data = export()
    del data["event"]["starts-at"]
    event, summary = load(olga, data)
    assert event.starts_at == event.sessions.get().starts_at
    assert said(summary, "no usable start")


def test_markup_is_cleaned_in_rich_text_and_taken_out_of_lines(olga: User) -> None:
    data = export()
    dirty = '<p style="color:red" onclick="x()">Hi <script>evil()</script><a href="javascript:x()">you</a></p>'
    data["sessions"][0] |= {"title": "<b>Bold</b> &amp; <i>brave</i><script>x()</script>", "short-abstract": dirty}
    data["speakers"][0]["name"] = "&lt;img src=x onerror=alert(1)&gt;Ada"
    event, summary = load(olga, data)
    session = event.sessions.get()
    assert session.title == "Bold & brave"
    assert session.short_abstract == '<p>Hi <a rel="noopener noreferrer nofollow">you</a></p>'
    assert event.speakers.first().name == "Ada"
    assert said(summary, "HTML of 'short_abstract' cleaned")
    assert said(summary, "markup taken out of 'title'")


def test_text_that_only_looks_like_markup_is_kept(olga: User) -> None:
    data = export()
    data["sessions"][0]["title"] = "List<int> in C++: 3 < 4 & <3"
    event, _ = load(olga, data)
    assert event.sessions.get().title == "List<int> in C++: 3 < 4 & <3"


def test_characters_that_the_database_refuses_are_taken_out(olga: User) -> None:
    data = export()
    data["sessions"][0] |= {"title": "A\x00B\ud800C\x1b[31m", "long-abstract": "<p>a\x00b</p>"}
    data["tracks"].append({"id": "\ud8001\n", "name": "Odd", "color": None})
    data["speakers"][0]["complex-field-values"] = {"a\x00": ["\x00b", float(1)]}
    event, summary = load(olga, data)
    assert event.sessions.get().title == "ABC[31m"
    assert event.speakers.first().complex_field_values == {"a": ["b", 1.0]}
    assert said(summary, "control characters taken out of 'title'")
    assert all(line.isprintable() for line in summary.lines())


def test_addresses_are_mended_or_left_out(olga: User) -> None:
    data = export()
    data["speakers"][0] |= {
        "website": "www.ada.example/über uns",
        "twitter": "@ada",
        "github": "javascript:alert(1)",
        "email": "not an address",
        "photo-url": "/images/gone.png",
    }
    event, summary = load(olga, data)
    ada = event.speakers.first()
    assert ada.website == "https://www.ada.example/über%20uns"
    assert ada.twitter == "https://twitter.com/ada"
    assert (ada.github, ada.email, ada.photo_url) == (None, None, None)
    assert said(summary, "'github' left out: not a usable web address")
    assert said(summary, "'email' left out")
    assert said(summary, "'photo_url' left out: a file that is not in the zip")


def test_long_values_are_cut(olga: User) -> None:
    data = export()
    data["sessions"][0]["title"] = "x" * 600
    data["speakers"][0] |= {"city": "y" * 300, "website": "https://example.org/" + "z" * 3000}
    event, summary = load(olga, data)
    assert len(event.sessions.get().title) == 512
    assert len(event.speakers.first().city) == 255
    assert event.speakers.first().website is None
    assert said(summary, "'title' cut to 512 characters")


@pytest.mark.parametrize(
    ("written", "state"),
    [("cancelled", "canceled"), ("Accepted", "accepted"), ("dreamt of", "draft"), (None, "accepted"), (7, "draft")],
)
def test_session_state_is_one_that_exists(written: Any, state: str, olga: User) -> None:
    data = export()
    data["sessions"][0]["state"] = written
    assert load(olga, data)[0].sessions.get().state == state


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("ff0000", "#ff0000"),
        ("#F00", "#ff0000"),
        ("rgb(255, 0, 0)", "#ff0000"),
        ("red-ish", "#808080"),
        (None, "#808080"),
    ],
)
def test_colour_is_one_that_browsers_know(written: Any, color: str, olga: User) -> None:
    data = export()
    data["tracks"][0]["color"] = written
    assert load(olga, data)[0].tracks.get().color == color


@pytest.mark.parametrize(
    ("written", "length"),
    [("01.30", "01:30"), (0.3, "00:30"), ("0:25", "00:25"), (90, "01:30"), ("long", "00:30"), (None, "00:30")],
)
def test_length_of_a_session_type_is_hours_and_minutes(written: Any, length: str, olga: User) -> None:
    data = export()
    data["sessions"][0]["session-type"]["length"] = written
    assert load(olga, data)[0].session_types.get().length == length


def test_social_links_without_address_are_left_out(olga: User) -> None:
    data = export()
    data["event"]["social-links"] += [{"name": "Empty", "link": ""}, {"link": "https://x.example/a"}, "text"]
    event, summary = load(olga, data)
    assert set(event.social_links.values_list("name", flat=True)) == {"Twitter", "x.example"}
    assert (summary.counts["social_links"].found, summary.counts["social_links"].made) == (4, 2)


def test_rows_deleted_at_the_source_go_to_the_trash(olga: User) -> None:
    data = export()
    data["sessions"][0]["deleted-at"] = "2031-01-01T00:00:00Z"
    event, summary = load(olga, data)
    assert event.sessions(manager="objects").count() == 0
    assert said(summary, "into the trash")
    assert summary.counts["sessions"].made == 1


def test_topics_new_to_the_site_are_made_only_where_allowed(olga: User) -> None:
    EventType(name="Conference").save()
    data = export()
    data["event"] |= {"type": "conference", "topic": "Bridges", "sub-topic": "Arches"}
    event, summary = load(olga, data)
    assert (event.event_type.name, event.event_topic) == ("Conference", None)
    assert said(summary, "the topic 'Bridges' left out")
    event, summary = load(olga, data, new_topics=True)
    assert event.event_topic.name == "Bridges"
    assert event.event_sub_topic.event_topic == event.event_topic
    load(olga, data, new_topics=True)
    assert (EventType.objects.count(), EventTopic.objects.count()) == (1, 1)


def test_attributes_without_a_place_here_are_named(olga: User) -> None:
    data = export()
    data["event"]["mascot"] = "Otto the otter"
    data["event"]["event-copyright"] = {"holder": "Olga"}
    data["event"]["speakers-call"] = {"starts-at": "2031-01-01T10:00:00", "ends-at": "2030-01-01T10:00:00"}
    data["tracks"][0]["location"] = "left"
    _, summary = load(olga, data)
    assert said(summary, "'mascot' left out")
    assert said(summary, "copyright: left out: no licence is named")
    assert said(summary, "speakers call: left out: it has no beginning, or no end after it")
    assert said(summary, "tracks: 'location' left out")


def test_image_in_the_zip_is_stored_without_its_metadata(olga: User) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    data = export()
    data["event"]["logo-url"] = "/images/logo.jpg"
    data["speakers"][0]["photo-url"] = "images/ada.png"
    data["speakers"][1]["photo-url"] = "/images/fake.png"
    data["sponsors"][0]["logo-url"] = "/images/evil.svg"
    files = {
        "images/logo.jpg": picture("JPEG", exif=exif),
        "images/ada.png": picture(),
        "images/fake.png": b"<html>",
        "images/evil.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
    }
    event, summary = load(olga, data, files=files)
    folder = f"events/{event.identifier}"
    names = default_storage.listdir(folder)[1]
    assert sorted(name.rpartition(".")[2] for name in names) == ["jpg", "png"]
    (jpeg,) = [name for name in names if name.endswith("jpg")]
    assert event.logo_url.startswith("http")
    assert event.logo_url.endswith(jpeg)
    with default_storage.open(f"{folder}/{jpeg}") as stored:
        assert b"where I live" not in stored.read()
    assert event.speakers.get(name="Ben Beam").photo_url is None
    assert event.sponsors.get().logo_url is None
    assert "'Ben Beam'" in said(summary, "speakers: 'photo_url' left out: the file in the zip is no usable image")


def test_publish_is_said_by_the_caller_only(olga: User) -> None:
    event, summary = load(olga, export(), publish=True)
    assert event.state == "published"
    assert summary.sentences() == []


def test_number_of_statements_is_that_of_a_small_event(olga: User) -> None:
    def statements(factor: int) -> int:
        data = export()
        for member in ("tracks", "microlocations", "speakers", "sessions", "sponsors"):
            data[member] = [{**row, "id": n} for row in data[member] for n in range(factor)]
        with CaptureQueriesContext(connection) as queries:
            load(olga, data)
        return len(queries)

    assert statements(1) == statements(50)


def test_command_prints_summary_and_progress(olga: User, tmp_path: Any) -> None:
    path = tmp_path / "event.zip"
    path.write_bytes(zipped(export()).getvalue())
    out, err = io.StringIO(), io.StringIO()
    call_command("import_event", str(path), "--publish", owner="OLGA@example.org", stdout=out, stderr=err)
    event = Event.objects.get()
    assert event.identifier in out.getvalue()
    assert "sessions: 1" in out.getvalue()
    assert "(100 %)" in err.getvalue()
    assert event.is_published
