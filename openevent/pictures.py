"""Pictures that strangers send: known by their content, freed of everything but the picture, and cut to sizes."""

import contextlib
import io
from typing import Any, NamedTuple

from PIL import Image, ImageOps, ImageSequence

KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
SEVERAL_IN_ONE = "MPO"  # a JPEG with more behind it, as phones make them: previews, the same without glare, depths
MAX_PIXELS = 40_000_000  # of all frames together
MAX_FRAMES = 1000
METADATA = ("exif", "xmp", "comment", "XML:com.adobe.xmp", "photoshop")
BEST_QUALITY = 95
DEEP = ("I", "I;16", "I;16B", "I;16L")


class NotAPicture(Exception):
    """The bytes are no picture that the site takes; the message says why."""


class Size(NamedTuple):
    """A box in pixels (None: as it comes). ``keeps_aspect``: the picture fits into it, else it fills it."""

    width: int | None
    height: int | None
    keeps_aspect: bool = True
    quality: int | None = 80  # of 100


def cleaned(raw: bytes) -> tuple[bytes, str]:
    """The picture written anew, and its extension: no place where it was taken, no script behind its end.

    NotAPicture for everything but JPEG, PNG, WebP and GIF, whatever the name of the file says.
    """
    try:
        with _opened(raw) as image:
            kind = "JPEG" if image.format == SEVERAL_IN_ONE else str(image.format)
            out = io.BytesIO()
            if _frames(image) > 1:
                _save_frames(image, out, kind)
            else:
                _save_still(image, out, kind)
    except NotAPicture:
        raise
    except Exception:  # noqa: BLE001 (Pillow's decoders raise whatever a broken file makes them raise)
        raise NotAPicture("The picture is damaged.") from None
    return out.getvalue(), KINDS[kind]


def resized(raw: bytes, size: Size) -> tuple[bytes, str]:
    """The picture in a size, never larger than it is, and its extension: JPEG, or PNG where it is see-through."""
    try:
        with _opened(raw) as image:
            box = (size.width or image.width, size.height or image.height)
            if image.format == "JPEG":
                image.draft("RGB", (2 * box[0], 2 * box[1]))  # decodes no more than is needed
            upright = ImageOps.exif_transpose(image)
            is_see_through = upright.has_transparency_data
            if upright.mode in DEEP:  # 16 bits: conversion would cut them off, not scale them
                upright = upright.convert("I").point(lambda value: value / 256).convert("L")
            picture = upright.convert("RGBA" if is_see_through else "RGB")
            picture = _fitted(picture, box, size.keeps_aspect)
            out = io.BytesIO()
            if is_see_through:
                picture.save(out, format="PNG", optimize=True)
            else:
                picture.save(out, format="JPEG", quality=min(size.quality or 80, BEST_QUALITY), optimize=True)
    except NotAPicture:
        raise
    except Exception:  # noqa: BLE001 (as above)
        raise NotAPicture("The picture is damaged.") from None
    return out.getvalue(), "png" if is_see_through else "jpg"


def _opened(raw: bytes) -> Any:
    if is_markup(raw):
        raise NotAPicture("SVG pictures are not taken: they may carry scripts.")
    try:
        image = Image.open(io.BytesIO(raw), formats=list(KINDS))
    except Exception:  # noqa: BLE001 (as above)
        raise NotAPicture("Not a picture: JPEG, PNG, WebP and GIF are taken.") from None
    _demand_size(image, 1)
    _demand_size(image, _frames(image))
    return image


def _demand_size(image: Any, frames: int) -> None:
    if frames > MAX_FRAMES:
        raise NotAPicture(f"The picture has more than {MAX_FRAMES} frames.")
    if image.width * image.height * frames > MAX_PIXELS:
        raise NotAPicture(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels.")


def _frames(image: Any) -> int:
    """How many pictures it shows. A GIF does not say: its frames are counted no further than they are taken."""
    if image.format == SEVERAL_IN_ONE:
        return 1
    if image.format != "GIF":
        return int(getattr(image, "n_frames", 1))
    count = 1
    with contextlib.suppress(EOFError):
        while True:
            image.seek(count)
            count += 1
            _demand_size(image, count)
    image.seek(0)
    return count


def is_markup(raw: bytes) -> bool:
    """Whether the bytes begin as SVG, HTML and other XML do, also in two-byte encodings."""
    return raw[:64].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _save_still(image: Any, out: io.BytesIO, kind: str) -> None:
    ImageOps.exif_transpose(image, in_place=True)  # a copy of the largest would be 120 MB more
    for key in METADATA:
        image.info.pop(key, None)
    options: dict[str, Any] = {"quality": BEST_QUALITY} if kind in ("JPEG", "WEBP") else {}
    image.save(out, format=kind, **options)


def _save_frames(image: Any, out: io.BytesIO, kind: str) -> None:
    first, *others = [frame.copy() for frame in ImageSequence.Iterator(image)]
    for frame in (first, *others):
        for key in METADATA:
            frame.info.pop(key, None)
    durations = [frame.info.get("duration", 100) for frame in (first, *others)]
    first.save(
        out, format=kind, save_all=True, append_images=others, duration=durations, loop=image.info.get("loop", 0)
    )


def _fitted(picture: Any, box: tuple[int, int], keeps_aspect: bool) -> Any:
    """Scaled down into the box, or cut to its proportions."""
    if keeps_aspect:
        picture.thumbnail((max(1, box[0]), max(1, box[1])), Image.Resampling.LANCZOS)
        return picture
    shrunk = min(1.0, picture.width / max(1, box[0]), picture.height / max(1, box[1]))
    cut = (max(1, round(box[0] * shrunk)), max(1, round(box[1] * shrunk)))
    return ImageOps.fit(picture, cut, Image.Resampling.LANCZOS)
