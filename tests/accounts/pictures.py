"""Pictures to send, and those that were kept."""

import base64
import io
from typing import Any

from django.core.files.storage import default_storage
from PIL import Image

from openevent.media import name_of


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """A red one."""
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, format=kind, **options)
    return out.getvalue()


def data_url(raw: bytes, kind: str = "image/png") -> dict[str, str]:
    """The body that sends it."""
    return {"data": f"data:{kind};base64,{base64.b64encode(raw).decode()}"}


def opened(url: str) -> Image.Image:
    """The picture at an address of ours."""
    return Image.open(default_storage.open(name_of(url) or ""))
