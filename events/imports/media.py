"""Files that travel inside the zip: checked by content, freed of metadata, kept in the default storage."""

import hashlib
import io
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from openevent import filetypes, pictures
from openevent.exceptions import DomainError
from openevent.media import public_url

from .archive import Archive
from .records import ParsedEvent, Record
from .rows import ZipFile


class Files:
    """Stores each file once; ``forget`` takes away what was stored when the import fails."""

    def __init__(self, archive: Archive, folder: str) -> None:
        self.archive = archive
        self.folder = folder
        self.urls: dict[str, str | None] = {}
        self.stored: list[str] = []

    def place(self, parsed: ParsedEvent) -> None:
        """Put the address of the stored file wherever a record names a path of the zip."""
        self._place_in(parsed, "event", [Record(parsed.event)])
        self._place_in(parsed, "speakers", parsed.speakers)
        self._place_in(parsed, "sessions", parsed.sessions)
        self._place_in(parsed, "sponsors", parsed.sponsors)
        if parsed.copyright is not None:
            self._place_in(parsed, "copyright", [parsed.copyright])

    def forget(self) -> None:
        """Remove the stored files again."""
        for name in self.stored:
            default_storage.delete(name)

    def _place_in(self, parsed: ParsedEvent, member: str, records: Iterable[Record]) -> None:
        for record in records:
            for column, value in list(record.columns.items()):
                if not isinstance(value, ZipFile):
                    continue
                url = self._url_of(value)
                if url:
                    record.columns[column] = url
                else:
                    del record.columns[column]
                    what = "image" if value.is_image else "file"
                    parsed.notes.add(
                        member, f"'{column}' left out: the file in the zip is no usable {what}", record.label
                    )

    def _url_of(self, file: ZipFile) -> str | None:
        if file.path not in self.urls:
            self.urls[file.path] = self._store(file)
        return self.urls[file.path]

    def _store(self, file: ZipFile) -> str | None:
        try:
            raw = self.archive.read_file(file.path, is_image=file.is_image) or b""
            content, extension = pictures.cleaned(raw) if file.is_image else _document(raw, file.path)
        except (DomainError, pictures.NotAPicture, filetypes.UnknownType):
            return None  # damaged or too large: the event is still worth having
        name = f"{self.folder}/{hashlib.sha256(content).hexdigest()[:32]}.{extension}"
        name = default_storage.save(name, ContentFile(content))
        self.stored.append(name)
        return public_url(name)


def _document(raw: bytes, path: str) -> tuple[bytes, str]:
    extension = filetypes.extension_of(io.BytesIO(raw), path)
    return pictures.cleaned(raw) if extension in filetypes.PICTURES else (raw, extension)
