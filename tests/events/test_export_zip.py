"""An event as a zip: what is exported and imported again is what it was."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from PIL import Image

from accounts.jobs import Run
from accounts.models import Job, User
from events.exports.archive import MEDIA, write_event_zip
from events.imports import import_event
from events.models import (
    CustomForm,
    CustomFormOption,
    CustomFormTranslate,
    Event,
    EventCopyright,
    Session,
    SpeakersCall,
)
from openevent.media import name_of, public_url
from tests.factories import make_event, make_row, switch_modules

from .whole_events import LEFT_OUT, OF_EVENT, whole
from .zips import SHARED, export, zipped

ZIPS = sorted(SHARED.glob("*.zip"))
pytestmark = pytest.mark.django_db
OWN = {"id", "identifier"}  # what two events never share
# sizes of pictures, which are made anew, and what other columns decide
NOT_FREE = {"id", "deleted_at", "thumbnail_image_url", "icon_image_url", "small_image_url", "large_image_url"}


@pytest.fixture
def olga() -> User:
    return User.objects.create_user("olga@example.org", is_verified=True)


def exported(event: Event, olga: User, media: tuple[str, ...] = MEDIA) -> io.BytesIO:
    file = io.BytesIO()
    job = Job.objects.create(user=olga, kind="event_zip", params={"event": event.pk, "media": list(media)})
    Job.objects.filter(pk=job.pk).update(state=Job.State.STARTED)
    job.refresh_from_db()
    document = write_event_zip(Run(job, file))
    assert document.name == f"{event.identifier}.zip"
    file.seek(0)
    return file


def loaded(file: Any, olga: User) -> Event:
    return Event.objects.get(pk=import_event(file=file, owner=olga, new_topics=True).event_id)


def said(file: io.BytesIO) -> dict[str, Any]:
    """The zip's members, with the bytes of its files; the event without what is its alone."""
    with zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist())), "a member twice"
        found = {name: archive.read(name) for name in archive.namelist()}
    texts = {name: json.loads(raw) for name, raw in found.items() if "/" not in name}
    texts["event"] = {k: v for k, v in texts["event"].items() if k not in OWN}
    return texts | {"files": {name: found[name] for name in sorted(found) if "/" in name}}


@pytest.mark.skipif(not ZIPS, reason="needs ../shared/data")
@pytest.mark.parametrize("path", ZIPS, ids=lambda p: p.stem)
def test_real_zip_is_the_same_after_export_and_import(path: Path, olga: User) -> None:
    event = loaded(path, olga)
    first = exported(event, olga)
    again = loaded(first, olga)
    assert said(exported(again, olga)) == said(first)
    assert whole(again) == whole(event)
    with zipfile.ZipFile(path) as archive:
        raw = json.loads(archive.read("event"))
    licence = raw.get("event-copyright") or raw.get("copyright")
    assert EventCopyright.objects.get(event=again).licence == licence["licence"]
    names = {"title": "sessions", "name": "speakers"}
    with zipfile.ZipFile(path) as archive:
        for attribute, member in names.items():
            written = [" ".join(row[attribute].split()) for row in json.loads(archive.read(member))]
            kept = {row[attribute] for row in said(first)[member]}
            assert {name for name in written if name} <= kept


def picture(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(out, format="PNG")
    return out.getvalue()


def stored(name: str, content: bytes) -> str:
    return public_url(default_storage.save(name, ContentFile(content)))


@pytest.fixture
def full(olga: User) -> Event:
    """An event with everything that the format has, and with files of its own."""
    switch_modules()
    event = loaded(zipped(export()), olga)
    Event.objects.filter(pk=event.pk).update(
        logo_url=stored("uploads/logo.png", picture("red")),
        original_image_url="https://example.org/background.jpg",
        large_image_url=stored("resized/large.png", picture("red")),
        document_links=[{"name": "Map", "link": "https://example.org/map.pdf"}],
    )
    event.speakers.filter(name="Ada Arch").update(
        photo_url=stored("uploads/ada.png", picture("green")), complex_field_values={"shoe-size": 41}
    )
    event.sessions.update(
        slides_url=stored("uploads/slides.pdf", b"%PDF-1.7 slides"), video_url="https://video.example.org/1"
    )
    make_row(EventCopyright, {Event: event}, licence="CC BY 4.0", holder="Olga", year=2024, licence_url=None)
    call = {"privacy": "private", "hash": "secret", "starts_at": event.starts_at, "ends_at": event.ends_at}
    make_row(SpeakersCall, {Event: event}, announcement="<p>Speak!</p>", **call)
    shirt = make_row(
        CustomForm, {Event: event}, form="attendee", field_identifier="shirt", type="select", name="Shirt", max=None
    )
    for value in ("S", "XL"):
        CustomFormOption.objects.create(custom_form=shirt, value=value)
    CustomFormTranslate.objects.create(custom_form=shirt, language_code="de", name="Hemd")
    trash = make_row(Session, {Event: event}, title="gone")
    trash.trash()
    for model in (Event, *OF_EVENT):
        row = event if model is Event else model._default_manager.filter(event=event).first()
        model._default_manager.filter(pk=row.pk).update(**unsaid(model._default_manager.get(pk=row.pk)))
    return Event.objects.get(pk=event.pk)


GIVEN: dict[type[models.Field], Any] = {
    models.EmailField: "someone@example.org",
    models.URLField: "https://example.org/somewhere",
    models.CharField: "Some words",
    models.TextField: "Some text",
    models.FloatField: 1.5,
    models.IntegerField: 3,
    models.DateTimeField: datetime(2031, 5, 10, 8, 30, tzinfo=UTC),
    models.JSONField: {"answer": 42},
}


FORMED = {
    "payment_currency": "CHF",
    "length": "01:15",
    "color": "#123456",
    "document_links": [{"name": "Map", "link": "https://example.org/map.pdf"}],
}


def unsaid(row: Any) -> dict[str, Any]:
    """A value for each column that is empty, or as it is in every new row."""
    found = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        is_told = value not in (None, "", [], {}) and value != field.get_default()
        if is_told or field.is_relation or field.name in {*NOT_FREE, *LEFT_OUT.get(type(row), ())}:
            continue
        if isinstance(field, models.BooleanField):
            found[field.name] = not field.get_default()
        elif field.choices:
            found[field.name] = [key for key, _ in field.choices if key and key != field.get_default()][-1]
        elif field.name in FORMED:
            found[field.name] = FORMED[field.name]
        else:
            found[field.name] = next(given for kind, given in GIVEN.items() if isinstance(field, kind))
    return found


def test_event_with_everything_is_the_same_after_export_and_import(full: Event, olga: User) -> None:
    first = exported(full, olga)
    again = loaded(first, olga)
    assert said(exported(again, olga)) == said(first)
    assert whole(again) == whole(full)

    assert list(said(first)["files"]) == [
        "images/events/1-logo.png",
        "images/speakers/1-photo.png",
        "slides/sessions/1-slides.pdf",
    ]
    for url in (again.logo_url, again.speakers.get(name="Ada Arch").photo_url, again.sessions.get().slides_url):
        name = name_of(url)
        assert name is not None
        assert name.startswith(f"events/{again.identifier}/")
        assert default_storage.exists(name)
    assert again.original_image_url == "https://example.org/background.jpg"
    assert again.large_image_url is None  # made anew from the original
    call = SpeakersCall.objects.get(event=again)
    assert call.privacy == "private"
    assert call.hash not in (None, "secret")  # an address of its own
    shirt = CustomForm.objects.get(event=again, field_identifier="shirt")
    assert [option.value for option in shirt.options.all()] == ["S", "XL"]
    assert shirt.translates.get().name == "Hemd"
    assert "gone" not in {row["title"] for row in said(first)["sessions"]}


def test_event_with_everything_has_something_in_each_column(full: Event) -> None:
    """Columns that are empty, or as in every new row, would be equal in both events without the zip."""
    for model, reasons in LEFT_OUT.items():
        assert reasons.keys() <= {field.name for field in model._meta.concrete_fields}
    for model, rows in whole(full).items():
        assert rows, model
    for model in (Event, *OF_EVENT):
        rows = [full] if model is Event else model._default_manager.filter(event=full)
        left = set.intersection(*({*unsaid(row)} for row in rows))
        assert not left, f"{model.__name__}: {sorted(left)}"


def test_files_that_nobody_wants_stay_addresses(full: Event, olga: User) -> None:
    without = said(exported(full, olga, media=("document",)))
    assert without["files"] == {"slides/sessions/1-slides.pdf": b"%PDF-1.7 slides"}
    assert without["event"]["logo-url"] == full.logo_url
    default_storage.delete(name_of(full.logo_url) or "")
    assert said(exported(full, olga))["event"]["logo-url"] == full.logo_url  # gone from the storage


def test_forms_of_the_first_generation_are_read(olga: User) -> None:
    data = export()
    fields = {"title": {"include": 1, "require": 1}, "short_abstract": {"include": 0, "require": 0}}
    data["forms"] = [{"id": 1, "session_form": json.dumps(fields), "speaker_form": "{broken"}]
    summary = import_event(file=zipped(data), owner=olga)
    rows = CustomForm.objects.filter(event=summary.event_id, form="session").order_by("pk")
    assert [(r.field_identifier, r.is_included, r.is_required) for r in rows] == [
        ("title", True, True),
        ("shortAbstract", False, False),
    ]
    assert any("'speaker_form' left out" in sentence for sentence in summary.sentences())
    assert CustomForm.objects.filter(event=summary.event_id, form="attendee").count() == 3  # as every new event has


def test_fields_that_say_too_little_are_left_out(olga: User) -> None:
    data = export()
    good = {"field_identifier": "motto", "form": "speaker", "type": "poem", "min": 9, "max": 3}
    data["forms"] = [good, good, {"field_identifier": "x"}, {"form": "speaker"}, 7]
    summary = import_event(file=zipped(data), owner=olga)
    row = CustomForm.objects.get(event=summary.event_id, form="speaker")
    assert (row.type, row.min, row.max) == ("text", 0, 10)
    notes = " ".join(summary.sentences())
    for words in ("has this field already", "does not say which field", "type 'poem' is unknown", "both left out"):
        assert words in notes


def test_export_of_a_new_event_is_imported(olga: User) -> None:
    switch_modules()
    event = make_event(name="Bare", description="")
    first = exported(event, olga)
    assert said(exported(loaded(first, olga), olga))["event"] == said(first)["event"] | {"state": "draft"}
