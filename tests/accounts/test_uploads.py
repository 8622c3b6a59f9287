"""Pictures and files that people send: what is taken and what is kept of it."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from rest_framework.test import APIClient

from accounts.models import User
from openevent.media import name_of
from tests.factories import client_of

from .pictures import opened, picture

GPS, ORIENTATION, DESCRIPTION = 0x8825, 0x0112, 0x010E


@pytest.fixture
def send_file(ada: User) -> Callable[..., Any]:
    """Ada sends files in a form."""

    def post(*files: tuple[str, bytes], field: str = "file") -> Any:
        form = {field: [SimpleUploadedFile(name, raw, content_type="image/png") for name, raw in files]}
        return client_of(ada).post("/v1/upload/files", form, format="multipart")

    return post


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("WEBP", "webp")])
def test_picture_is_kept_under_its_real_type_and_served(
    kind: str, ending: str, send: Any, anonymous: APIClient
) -> None:
    url = send(picture(kind), "image/bmp").json()["url"]  # what it is called does not matter
    assert url.startswith("http://localhost:8000/media/uploads/")
    assert url.endswith(f".{ending}")
    assert len(url.rpartition("/")[2]) > 32
    answer = anonymous.get(url.removeprefix("http://localhost:8000"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"image/{'jpeg' if ending == 'jpg' else ending}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).format == kind


def test_picture_loses_where_it_was_taken_and_stands_upright(send: Any) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {2: (52.0, 30.0, 0.0)}
    raw = picture("JPEG", exif=exif, comment=b"my home") + b"<script>alert(1)</script>"
    url = send(raw, "image/jpeg").json()["url"]
    image = opened(url)
    assert image.size == (40, 60)
    assert not image.getexif()
    with default_storage.open(name_of(url)) as file:
        kept = file.read()
    assert b"my home" not in kept
    assert b"script" not in kept


@pytest.mark.parametrize("frames", [1, 2])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_nothing_but_the_picture_is_kept(kind: str, frames: int, send: Any) -> None:
    """Whatever box it lies in, packed or not: the words are in the file that came, and not in the one that is kept."""
    words, exif, texts = "MY HOME", Image.Exif(), PngInfo()
    exif[DESCRIPTION] = words
    texts.add_text("Comment", words)
    texts.add_itxt("XML:com.adobe.xmp", words)
    boxes: dict[str, Any] = {
        "JPEG": {"exif": exif, "xmp": words.encode(), "comment": words.encode()},
        "PNG": {"exif": exif, "pnginfo": texts},
        "WEBP": {"exif": exif, "xmp": words.encode()},
        "GIF": {"comment": words.encode()},
    }[kind]
    pictures, out = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")[:frames]], io.BytesIO()
    if frames > 1 and kind != "JPEG":
        boxes |= {"save_all": True, "append_images": pictures[1:]}
    pictures[0].save(out, format=kind, **boxes)
    raw = out.getvalue() + words.encode()  # and behind its end
    assert raw.count(words.encode()) > 1
    url = send(raw).json()["url"]
    assert getattr(opened(url), "n_frames", 1) == (frames if kind != "JPEG" else 1)
    with default_storage.open(name_of(url) or "") as file:
        assert words.encode() not in file.read()


def test_first_of_several_pictures_in_one_is_kept(send: Any) -> None:
    """Phones put previews and depths behind a JPEG."""
    first, second, out = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (30, 20), "blue"), io.BytesIO()
    first.save(out, format="MPO", save_all=True, append_images=[second])
    image = opened(send(out.getvalue(), "image/jpeg").json()["url"])
    assert (image.format, image.size) == ("JPEG", (60, 40))


def test_moving_picture_moves_on(send: Any) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, format="GIF", save_all=True, append_images=frames[1:], duration=50)
    assert opened(send(out.getvalue()).json()["url"]).n_frames == 3  # type: ignore[attr-defined]


def gif_of(frames: int) -> bytes:
    """Very many frames in very few bytes: fifteen each."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + (b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00") * frames + b";"


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (SVG, "SVG"),
        (b"\xef\xbb\xbf  " + SVG, "SVG"),
        (SVG.decode().encode("utf-16"), "SVG"),
        (picture()[:60], "damaged"),
        (picture("BMP"), "Not a picture"),
        (b"", "Not a picture"),
        (picture("PNG", (8000, 6000), mode="1"), "million pixels"),
        (gif_of(1001), "1000 frames"),
    ],
)
def test_what_is_no_good_picture_is_refused(raw: bytes, words: str, send: Any) -> None:
    answer = send(raw, "image/svg+xml")
    assert answer.status_code == 422
    assert words in answer.json()["errors"][0]["detail"]
    assert answer.json()["errors"][0]["source"] == {"pointer": "/data"}


def test_picture_that_is_too_large_is_refused(send: Any, settings: Any) -> None:
    settings.MAX_IMAGE_BYTES = 50
    assert send(picture()).status_code == 422
    assert send(picture("BMP", (300, 300))).status_code == 413  # before it is read


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"data": 7}, 422),
        ({"data": "data:,x"}, 422),
        ({"data": "data:image/png;base64,a==="}, 422),
    ],
)
def test_body_without_a_picture_is_refused(body: Any, status: int, ada: User, anonymous: APIClient) -> None:
    assert client_of(ada).post("/v1/upload/image", body, format="json").status_code == status
    assert anonymous.post("/v1/upload/image", body, format="json").status_code == 401


def office(*names: str, mimetype: bytes = b"", packed: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, packed)
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "ending"),
    [
        ("test.csv", b"a,b\n1,2\n", "csv"),
        ("notes.html", b"plain words", "txt"),
        ("talk.exe", b"%PDF-1.7 ...", "pdf"),
        ("talk.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "ppt"),
        ("talk.zip", office("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        ("talk", office(mimetype=b"application/vnd.oasis.opendocument.presentation"), "odp"),
        ("all.zip", office("a.txt"), "zip"),
        ("talk", office(mimetype=b"application/vnd.oasis.opendocument.text", packed=zipfile.ZIP_LZMA), "zip"),
        ("film.mov", b"\x00\x00\x00\x18ftypmp42" + bytes(100), "mp4"),
        ("me.txt", picture("PNG"), "png"),
    ],
)
def test_file_is_kept_as_what_it_is(name: str, raw: bytes, ending: str, send_file: Any, anonymous: APIClient) -> None:
    url = send_file((name, raw)).json()["url"]
    assert url.endswith(f".{ending}")
    answer = anonymous.get(url.removeprefix("http://localhost:8000"))
    is_shown = ending in ("pdf", "png", "mp4")
    assert answer["Content-Disposition"].startswith("inline" if is_shown else "attachment")
    assert ("Content-Security-Policy" in answer) == (ending not in ("pdf", "mp4"))  # their viewers need none
    if ending != "png":
        assert b"".join(answer.streaming_content) == raw


@pytest.mark.parametrize(
    "raw",
    [
        SVG,
        b"  <html><script>",
        b"\x7fELF\x00\x01",
        b"",
        b"\xff\xfe\x00",
        office("word/vbaProject.bin"),
        office("Basic/Standard/Module1.xml", mimetype=b"application/vnd.oasis.opendocument.text"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2**20 - 12) + "_VBA_PROJECT".encode("utf-16-le"),
        office(*[f"{number}" for number in range(5001)]),
        b"PK\x03\x04cut",
    ],
    ids=range(10),
)
def test_file_that_could_run_is_refused(raw: bytes, send_file: Any) -> None:
    answer = send_file(("harmless.doc", raw))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == {"pointer": "/file"}


def test_several_files_have_several_addresses(send_file: Any, settings: Any) -> None:
    urls = send_file(("a.txt", b"a"), ("b.txt", b"b"), field="files[]").json()["url"]
    assert len(set(urls)) == 2
    assert send_file(("a.txt", b"a"), field="other").status_code == 400
    assert send_file(*[("a.txt", b"a")] * 21, field="files[]").status_code == 400
    settings.MAX_UPLOAD_BYTES = 3
    assert send_file(("a.txt", b"aaaa")).status_code == 422


@pytest.mark.parametrize(
    "name", ["tickets/x.pdf", "uploads/../secret_key", "uploads/none.png", "uploads/", "exports/a/b.csv"]
)
def test_only_public_files_are_served(name: str, anonymous: APIClient) -> None:
    assert anonymous.get(f"/media/{name}").status_code == 404
