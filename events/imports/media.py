"""Images that travel inside the zip: checked by content, freed of metadata, kept in the default storage."""

import hashlib
import io
from collections.abc import Iterable
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from openevent.exceptions import DomainError

from .archive import Archive
from .records import ParsedEvent, Record
from .rows import ZipImage

KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
MAX_PIXELS = 40_000_000


class Images:
    """Stores each image once; ``forget`` takes away what was stored when the import fails."""

    def __init__(self, archive: Archive, folder: str) -> None:
        self.archive = archive
        self.folder = folder
        self.urls: dict[str, str | None] = {}
        self.stored: list[str] = []

    def place(self, parsed: ParsedEvent) -> None:
        """Put the address of the stored image wherever a record names a path of the zip."""
        self._place_in(parsed, "event", [Record(parsed.event)])
        self._place_in(parsed, "speakers", parsed.speakers)
        self._place_in(parsed, "sponsors", parsed.sponsors)

    def forget(self) -> None:
        """Remove the stored files again."""
        for name in self.stored:
            default_storage.delete(name)

    def _place_in(self, parsed: ParsedEvent, member: str, records: Iterable[Record]) -> None:
        for record in records:
            for column, value in list(record.columns.items()):
                if not isinstance(value, ZipImage):
                    continue
                url = self._url_of(value.path)
                if url:
                    record.columns[column] = url
                else:
                    del record.columns[column]
                    parsed.notes.add(
                        member, f"'{column}' left out: the file in the zip is no usable image", record.label
                    )

    def _url_of(self, path: str) -> str | None:
        if path not in self.urls:
            self.urls[path] = self._store(path)
        return self.urls[path]

    def _store(self, path: str) -> str | None:
        try:
            raw = self.archive.read_image(path)
        except DomainError:  # damaged or too large: the event is still worth having
            return None
        checked = _checked(raw or b"")
        if checked is None:
            return None
        content, extension = checked
        name = f"{self.folder}/{hashlib.sha256(content).hexdigest()[:32]}.{extension}"
        name = default_storage.save(name, ContentFile(content))
        self.stored.append(name)
        return urljoin(f"{settings.SITE_URL}/", default_storage.url(name))


def _checked(raw: bytes) -> tuple[bytes, str] | None:
    """The image's bytes and extension if Pillow knows it for what we serve; written anew, so that nothing
    but the picture remains (no place where it was taken, no script behind its end)."""
    try:
        with Image.open(io.BytesIO(raw), formats=list(KINDS)) as image:
            if image.width * image.height > MAX_PIXELS:
                return None
            kind, out = str(image.format), io.BytesIO()
            upright = ImageOps.exif_transpose(image)
            for key in ("exif", "xmp", "comment", "XML:com.adobe.xmp"):
                upright.info.pop(key, None)
            upright.save(out, format=kind)
    except Exception:  # noqa: BLE001 (Pillow's decoders raise whatever a broken file makes them raise)
        return None
    return out.getvalue(), KINDS[kind]
