"""An event as an Open Event zip. What is written here, and under which name, is what events/imports reads.

Rows are numbered from 1 in the file, so that an event that was imported is exported as it was.
"""

import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Prefetch

from accounts.jobs import Document, Run, job_kind
from openevent.media import name_of

from ..imports import spellings
from ..models import (
    CustomForm,
    CustomFormOption,
    Event,
    EventCopyright,
    Microlocation,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    SpeakersCall,
    Sponsor,
    Track,
)
from .tables import event_of_run

MEDIA = ("image", "video", "audio", "document")
# which columns are addresses of files, and of what kind
FILES = {
    **dict.fromkeys(
        ["logo_url", "original_image_url", "large_image_url", "thumbnail_image_url", "icon_image_url", "photo_url"],
        "image",
    ),
    "small_image_url": "image",
    "video_url": "video",
    "audio_url": "audio",
    "slides_url": "document",
}
FOLDERS = {"image": "images", "video": "videos", "audio": "audios", "document": "slides"}
MAX_FILES = 200 * 1024 * 1024  # of all together; what is more stays an address
COMPRESSED = {"pdf", "jpg", "png", "webp", "gif", "mp4", "webm", "mp3", "ogg"}
GENERATED = "resized/"  # made anew wherever the event is imported
Json = dict[str, Any]


@job_kind("event_zip")
def write_event_zip(run: Run) -> Document:
    """The event, its programme and what stands beside it."""
    event = event_of_run(run)
    with zipfile.ZipFile(run.file, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = _Writer(archive, event, run.params["media"])
        members = writer.members()
        for number, (name, content) in enumerate(members.items()):
            archive.writestr(name, json.dumps(content, ensure_ascii=False, indent=2))
            run.progress(number, len(members))
    return Document(f"{event.identifier}.zip", "application/zip")


class _Writer:
    """The rows of one event as JSON, and the files that they name."""

    def __init__(self, archive: zipfile.ZipFile, event: Event, media: list[str]) -> None:
        self.archive = archive
        self.event = event
        self.media = media
        self.paths: dict[str, str] = {}  # name in the storage → path in the zip
        self.size = 0
        self.tracks = self._numbered(Track)
        self.rooms = self._numbered(Microlocation)
        self.kinds = self._numbered(SessionType)
        self.speakers = self._numbered(Speaker)
        self.sessions = self._numbered(Session)

    def members(self) -> dict[str, Any]:
        """The content of the zip's members."""
        talks = Session.objects.filter(event=self.event).order_by("pk")
        talks = talks.prefetch_related(Prefetch("speakers", Speaker.objects.order_by("pk")))
        people = Speaker.objects.filter(event=self.event).order_by("pk")
        people = people.prefetch_related(Prefetch("sessions", Session.objects.order_by("pk")))
        return {
            "event": self._event(),
            "microlocations": [self._row(r, n, spellings.MICROLOCATION) for r, n in self.rooms.values()],
            "tracks": [self._row(r, n, spellings.TRACK) | {"color": r.color} for r, n in self.tracks.values()],
            "session_types": [self._kind(r, n) for r, n in self.kinds.values()],
            "speakers": [self._speaker(row) for row in people],
            "sessions": [self._session(row) for row in talks],
            "sponsors": [
                self._row(row, number, spellings.SPONSOR) | {"level": row.level}
                for row, number in self._numbered(Sponsor).values()
            ],
            "forms": [self._form(row) for row in self._forms()],
        }

    def _numbered(self, model: Any) -> dict[int, tuple[Any, int]]:
        rows = model.objects.filter(event=self.event).order_by("pk")
        return {row.pk: (row, number) for number, row in enumerate(rows, start=1)}

    def _row(self, row: Any, number: int | None, names: Mapping[str, Any]) -> Json:
        """The columns of ``names``, with dashes, as JSON has them."""
        said: Json = {} if number is None else {"id": number}
        for name in names:
            if name != "deleted_at":
                said[name.replace("_", "-")] = self._value(row, name, number)
        return said

    def _value(self, row: Any, name: str, number: int | None) -> Any:
        value = getattr(row, name)
        if isinstance(value, datetime):
            return self._time(value)
        if name in FILES and value:
            return self._file(value, f"{type(row).__name__.lower()}s/{number or 1}-{name.removesuffix('_url')}", name)
        return None if value == "" else value

    def _time(self, time: datetime | None) -> str | None:
        return None if time is None else time.astimezone(self.event.zone).isoformat()

    def _file(self, url: str, place: str, column: str) -> str | None:
        """The path of a file of ours that is taken along; any other address stays as it is."""
        name, kind = name_of(url), FILES[column]
        if name is None or (kind not in self.media and not name.startswith(GENERATED)):
            return url
        if name.startswith(GENERATED):
            return None
        if name not in self.paths:
            try:
                with default_storage.open(name, "rb") as file:
                    content = file.read() if self.size + file.size <= MAX_FILES else b""
            except OSError:
                content = b""
            if not content:
                return url
            self.size += len(content)
            ending = name.rpartition(".")[2]
            self.paths[name] = f"/{FOLDERS[kind]}/{place}.{ending}"
            packing = zipfile.ZIP_STORED if ending in COMPRESSED else zipfile.ZIP_DEFLATED
            self.archive.writestr(self.paths[name].strip("/"), content, packing)
        return self.paths[name]

    def _event(self) -> Json:
        event = self.event
        licence = EventCopyright.objects.filter(event=event).first()
        call = SpeakersCall.objects.filter(event=event).first()
        return {
            "id": event.pk,
            "identifier": event.identifier,
            **self._row(event, None, spellings.EVENT),
            "timezone": event.timezone,
            "starts-at": self._time(event.starts_at),
            "ends-at": self._time(event.ends_at),
            "state": event.state,
            "privacy": event.privacy,
            "payment-currency": event.payment_currency,
            "type": event.event_type and event.event_type.name,
            "topic": event.event_topic and event.event_topic.name,
            "sub-topic": event.event_sub_topic and event.event_sub_topic.name,
            "social-links": [
                self._row(row, number, spellings.SOCIAL_LINK) | {"link": row.link}
                for row, number in self._numbered(SocialLink).values()
            ],
            "event-copyright": licence and self._row(licence, None, spellings.COPYRIGHT),
            "speakers-call": call
            and self._row(call, None, spellings.SPEAKERS_CALL)
            | {"starts-at": self._time(call.starts_at), "ends-at": self._time(call.ends_at), "privacy": call.privacy},
        }

    def _kind(self, row: SessionType, number: int) -> Json:
        return self._row(row, number, spellings.SESSION_TYPE) | {"length": row.length}

    def _speaker(self, row: Speaker) -> Json:
        talks = [
            {"id": self.sessions[s.pk][1], "title": s.title, "state": s.state}
            for s in row.sessions.all()
            if s.pk in self.sessions
        ]
        said = self._row(row, self.speakers[row.pk][1], spellings.SPEAKER)
        return said | {"gender": row.gender, "sessions": talks}

    def _session(self, row: Session) -> Json:
        return {
            **self._row(row, self.sessions[row.pk][1], spellings.SESSION),
            "slides": row.slides or None,
            "state": row.state,
            "level": row.level,
            "track": self._reference(self.tracks, row.track_id),
            "microlocation": self._reference(self.rooms, row.microlocation_id),
            "session-type": self._reference(self.kinds, row.session_type_id),
            "speakers": [
                {"id": self.speakers[p.pk][1], "name": p.name} for p in row.speakers.all() if p.pk in self.speakers
            ],
        }

    @staticmethod
    def _reference(rows: dict[int, tuple[Any, int]], pk: int | None) -> Json | None:
        if pk is None or pk not in rows:
            return None
        row, number = rows[pk]
        return {"id": number, "name": row.name}

    def _forms(self) -> Any:
        options = Prefetch("options", CustomFormOption.objects.order_by("pk"))
        return CustomForm.objects.filter(event=self.event).prefetch_related(options, "translates").order_by("pk")

    def _form(self, row: CustomForm) -> Json:
        return {
            **self._row(row, None, spellings.FORM),
            "form": row.form,
            "type": row.type,
            "options": [option.value for option in row.options.all()],
            "translations": [{"language-code": t.language_code, "name": t.name} for t in row.translates.all()],
        }
