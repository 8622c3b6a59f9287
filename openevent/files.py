"""Where people find stored files."""

from django.conf import settings
from django.db.models.fields.files import FieldFile


def public_url(file: FieldFile | None) -> str | None:
    """The whole address of a stored file; None where there is none. Names are unguessable: the address is the key."""
    if not file:
        return None
    url = file.url
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url
