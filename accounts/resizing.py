"""The smaller sizes of pictures that were uploaded: made by a worker, named after the picture they are made of.

Apps say which of their models have some:

    have_sizes(Speaker, "photo_url", portrait_sizes, "icon_image_url", "small_image_url", "thumbnail_image_url")

A row that is saved with another picture loses the sizes of the old one and is given to a worker (pictures.py). What
was missed, since the broker was away or rows were written in bulk, lacks a size and is found by a beat task. Pictures
on other sites are not fetched: a server that follows every address that strangers write can be made to call on its
neighbours. Sizes that somebody gave himself are kept.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model, Q

from openevent import pictures
from openevent.media import name_of, public_url
from openevent.pictures import Size

from .models import EventImageSize, SpeakerImageSize, User

logger = logging.getLogger(__name__)

FOLDER = "resized/"
BATCH = 500
SizesOf = Callable[[], dict[str, Size]]


class Sizes(NamedTuple):
    """Where a model has its picture, and which columns are made of it in which size."""

    source: str
    of: SizesOf
    columns: tuple[str, ...]


KNOWN: dict[type[Model], Sizes] = {}


def have_sizes(model: type[Model], source: str, of: SizesOf, *columns: str) -> None:
    """Declare that rows of ``model`` have their picture in ``source``, and sizes of it in ``columns``."""
    KNOWN[model] = Sizes(source, of, columns)


def event_sizes() -> dict[str, Size]:
    """Large, thumbnail and icon, as the administrators chose."""
    row = EventImageSize.load()
    return {
        "large_image_url": Size(row.full_width, row.full_height, row.full_aspect, row.full_quality),
        "thumbnail_image_url": Size(
            row.thumbnail_width, row.thumbnail_height, row.thumbnail_aspect, row.thumbnail_quality
        ),
        "icon_image_url": Size(row.icon_width, row.icon_height, row.icon_aspect, row.icon_quality),
    }


def portrait_sizes() -> dict[str, Size]:
    """Small, thumbnail and icon: squares, as the administrators chose."""
    row = SpeakerImageSize.load()
    sides = {
        "small_image_url": (row.small_size_width_height, row.small_size_quality),
        "thumbnail_image_url": (row.thumbnail_size_width_height, row.thumbnail_size_quality),
        "icon_image_url": (row.icon_size_width_height, row.icon_size_quality),
    }
    return {name: Size(side, side, keeps_aspect=False, quality=quality) for name, (side, quality) in sides.items()}


PORTRAIT = ("small_image_url", "thumbnail_image_url", "icon_image_url")
have_sizes(User, "avatar_url", portrait_sizes, *PORTRAIT)


def resize_picture(*, label: str, pk: int) -> None:
    """Make the sizes that a row lacks. May be called twice; a row whose picture changed meanwhile is left alone."""
    model = next((m for m in KNOWN if m._meta.label_lower == label), None)
    row = None if model is None else model._base_manager.filter(pk=pk).first()
    if model is None or row is None:
        logger.info("%s %s is gone: no sizes", label, pk)
        return
    known = KNOWN[model]
    url = getattr(row, known.source)
    name, lacking = name_of(url), [column for column in known.columns if not getattr(row, column)]
    if name and lacking:
        made = _made(name, known.of(), lacking)
        model._base_manager.filter(pk=pk, **{known.source: url}).update(**made)


def rows_without_sizes() -> Iterator[tuple[str, int]]:
    """Label and key of the rows with a picture of ours that lack one of its sizes."""
    for model, known in KNOWN.items():
        lacking = Q()
        for column in known.columns:
            lacking |= Q(**{f"{column}__isnull": True}) | Q(**{column: ""})
        rows = model._base_manager.filter(lacking, **{f"{known.source}__startswith": public_url("")})
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:BATCH]:
            yield model._meta.label_lower, pk


def outdated_columns(row: Any) -> list[str]:
    """The columns with a size that was made of another picture than the row has now."""
    known = KNOWN[type(row)]
    prefix = _prefix(name_of(getattr(row, known.source)))
    names = {column: name_of(getattr(row, column)) or "" for column in known.columns}
    return [c for c, name in names.items() if name.startswith(FOLDER) and not (prefix and name.startswith(prefix))]


def lacks_sizes(row: Any) -> bool:
    """Whether there is a picture of ours that a size is missing of."""
    known = KNOWN[type(row)]
    return bool(name_of(getattr(row, known.source))) and not all(getattr(row, column) for column in known.columns)


def _prefix(name: str | None) -> str:
    """How the names of the sizes of a picture of ours begin; "" where there is none."""
    return f"{FOLDER}{hashlib.sha256(name.encode()).hexdigest()[:32]}-" if name else ""


def _made(name: str, sizes: dict[str, Size], columns: list[str]) -> dict[str, str]:
    """The addresses of the sizes of a picture; that of the picture itself where it cannot be read."""
    try:
        with default_storage.open(name, "rb") as file:
            raw: bytes = file.read()
        return {column: _stored(raw, sizes[column], _prefix(name), column) for column in columns}
    except (FileNotFoundError, pictures.NotAPicture) as error:
        logger.warning("no sizes of %s: %s", name, error)
        return dict.fromkeys(columns, public_url(name))


def _stored(raw: bytes, size: Size, prefix: str, column: str) -> str:
    content, extension = pictures.resized(raw, size)
    kind = column.removesuffix("_image_url").removesuffix("_url")
    name = f"{prefix}{kind}-{hashlib.sha256(content).hexdigest()[:8]}.{extension}"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(content))
    return public_url(name)
