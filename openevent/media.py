"""Files of the storage on their way to people, whether they lie on a disk or in a bucket."""

import re
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

# What everybody may fetch who knows the name; tickets, invoices and exports lie elsewhere.
PUBLIC_FOLDERS = ("events", "uploads", "resized")
# Types that browsers may show; everything else is saved to disk.
SHOWN = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
}
SAVED = {"txt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8", "zip": "application/zip"}
VIEWED = ("application/pdf", "video/", "audio/")  # browsers show these by viewers, which a sandbox would stop
A_YEAR = 365 * 24 * 3600
NAME = re.compile(rf"({'|'.join(PUBLIC_FOLDERS)})(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")


def public_url(name: str) -> str:
    """The address of a public file of the storage: it stays the same, wherever the file is kept."""
    if settings.MEDIA_URL.startswith("/"):
        return f"{settings.SITE_URL}{settings.MEDIA_URL}{quote(name)}"
    return f"{settings.MEDIA_URL}{quote(name)}"


def name_of(url: Any) -> str | None:
    """The name of the public file that an address of ours means; None for addresses elsewhere."""
    prefix = public_url("")
    name = url.removeprefix(prefix) if isinstance(url, str) and url.startswith(prefix) else ""
    return name if NAME.fullmatch(name) else None


@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """``GET /media/<name>``: a public file. Names are never used twice, so caches keep it for ever."""
    if not NAME.fullmatch(name):
        return HttpResponse("There is no such file.", status=404, content_type="text/plain")
    ending = name.rpartition(".")[2].lower()
    type_ = SHOWN.get(ending) or SAVED.get(ending, "application/octet-stream")
    try:
        answer = file_response(name, type_, "" if ending in SHOWN else name.rpartition("/")[2])
    except FileNotFoundError:
        return HttpResponse("There is no such file.", status=404, content_type="text/plain")
    answer["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    if not type_.startswith(VIEWED):
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"  # the web app shows it on pages of another origin
    return answer


def file_response(name: str, type_: str, save_as: str = "") -> HttpResponseBase:
    """A file of the storage as an answer, to be saved under ``save_as`` if that is given; a bucket is
    where the caller is sent to for it. FileNotFoundError where there is none."""
    disposition = content_disposition_header(True, save_as) if save_as else ""
    try:
        default_storage.path(name)
    except NotImplementedError:
        wanted = {"ResponseContentType": type_, **({"ResponseContentDisposition": disposition} if disposition else {})}
        return HttpResponseRedirect(default_storage.url(name, parameters=wanted))  # type: ignore[call-arg]
    answer = FileResponse(default_storage.open(name, "rb"), content_type=type_)
    if disposition:
        answer["Content-Disposition"] = disposition
    else:
        answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
