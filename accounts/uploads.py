"""Files that people send, into the storage under names that nobody guesses."""

import base64
import binascii
import re
import secrets
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from openevent import filetypes, pictures
from openevent.exceptions import InvalidInput
from openevent.media import public_url

DATA_URL = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,(?P<data>[A-Za-z0-9+/=\s]*)")
MIB = 1024 * 1024


def store_image(*, data_url: Any) -> str:
    """Keep a picture that came as a data URL; its address. InvalidInput where it is none, or too large."""
    match = DATA_URL.fullmatch(data_url) if isinstance(data_url, str) else None
    if match is None:
        raise InvalidInput("A picture as data URL: data:image/png;base64,…", "no_data_url", "/data")
    try:
        raw = base64.b64decode("".join(match["data"].split()), validate=True)
    except binascii.Error:
        raise InvalidInput("The data is not valid base64.", "invalid_base64", "/data") from None
    return _store_picture(raw, "/data")


def store_file(*, file: UploadedFile) -> str:
    """Keep a file; its address. InvalidInput where it is of no kind that is taken, or too large."""
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise InvalidInput(f"A file has at most {settings.MAX_UPLOAD_BYTES // MIB} MiB.", "too_large", "/file")
    try:
        extension = filetypes.extension_of(file, file.name or "")  # type: ignore[arg-type]
    except filetypes.UnknownType as error:
        raise InvalidInput(str(error), "unknown_type", "/file") from None
    if extension in filetypes.PICTURES:
        file.seek(0)
        return _store_picture(file.read(), "/file")
    file.seek(0)
    return _store(file, extension)


def _store_picture(raw: bytes, pointer: str) -> str:
    if len(raw) > settings.MAX_IMAGE_BYTES:
        raise InvalidInput(f"A picture has at most {settings.MAX_IMAGE_BYTES // MIB} MiB.", "too_large", pointer)
    try:
        content, extension = pictures.cleaned(raw)
    except pictures.NotAPicture as error:
        raise InvalidInput(str(error), "no_picture", pointer) from None
    return _store(ContentFile(content), extension)


def _store(file: File, extension: str) -> str:
    return public_url(default_storage.save(f"uploads/{secrets.token_urlsafe(24)}.{extension}", file))
