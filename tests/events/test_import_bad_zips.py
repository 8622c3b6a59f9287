"""Every bad zip ends in one clear sentence, and leaves neither rows nor files."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import User
from events.imports import archive, import_event
from events.models import Event, EventType, Speaker, Track
from openevent.exceptions import MalformedInput

from .zips import export, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return User.objects.create_user("olga@example.org")


@pytest.fixture(autouse=True)
def _nothing_changes(olga: User) -> Iterator[None]:
    yield
    assert not Event.with_trashed.exists()
    assert not Track.with_trashed.exists()
    assert not Speaker.with_trashed.exists()
    assert not EventType.with_trashed.exists()


def refusal(file: io.BytesIO, olga: User) -> str:
    """The sentence with which the file is refused."""
    with pytest.raises(MalformedInput) as caught:
        import_event(file=file, owner=olga, new_topics=True)
    message = caught.value.message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 250
    return message


def with_member(name: str, content: bytes, **attributes: int) -> io.BytesIO:
    """A valid zip with one more member."""
    file = zipped(export())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        for attribute, value in attributes.items():
            setattr(info, attribute, value)
        opened.writestr(info, content)
    file.seek(0)
    return file


def test_file_that_is_no_zip_is_refused(olga: User) -> None:
    assert "not a zip" in refusal(io.BytesIO(b"%PDF-1.7 no zip at all"), olga)
    assert "not a zip" in refusal(io.BytesIO(b""), olga)
    assert "not a zip" in refusal(io.BytesIO(b"PK\x05\x06"), olga)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_zip_is_refused(share: float, olga: User) -> None:
    raw = zipped(export()).getvalue()
    assert "cut off" in refusal(io.BytesIO(raw[: int(len(raw) * share)]), olga)


def test_zip_with_a_damaged_member_is_refused_by_name(olga: User) -> None:
    raw = bytearray(zipped(export()).getvalue())
    at = raw.index(b"sessions") + len("sessions") + 20
    raw[at : at + 20] = bytes(20)
    assert "'sessions' is damaged" in refusal(io.BytesIO(bytes(raw)), olga)


@pytest.mark.parametrize("member", ["event", "tracks", "microlocations", "speakers", "sessions"])
def test_zip_without_a_member_that_is_needed_is_refused(member: str, olga: User) -> None:
    data = export()
    del data[member]
    assert f"no member '{member}'" in refusal(zipped(data), olga)


@pytest.mark.parametrize("member", ["event", "tracks", "sessions", "sponsors"])
@pytest.mark.parametrize("raw", [b"", b"{", b"[1,]", b"nothing", b"{'id': 1}", b"\xff\xfe\x00", b"\x80abc"])
def test_member_that_is_not_json_is_refused_by_name(member: str, raw: bytes, olga: User) -> None:
    message = refusal(zipped({**export(), member: raw}), olga)
    assert f"'{member}'" in message


@pytest.mark.parametrize("wrong", [1, "text", True, {"a": 1}, {"id": 1, "name": "x"}])
def test_list_member_of_another_type_is_refused(wrong: object, olga: User) -> None:
    assert "'sessions' is not a list" in refusal(zipped({**export(), "sessions": wrong}), olga)


@pytest.mark.parametrize("wrong", [1, "text", None, [], [1, 2], {}])
def test_event_that_is_no_object_is_refused(wrong: object, olga: User) -> None:
    assert "'event' is" in refusal(zipped({**export(), "event": wrong}), olga)


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/etc/passwd", "C:\\evil", "..\\evil", "a\\..\\..\\b"])
def test_path_that_climbs_out_is_refused(name: str, olga: User) -> None:
    assert "points out of it" in refusal(with_member(name, b"[]"), olga)


def test_link_in_the_zip_is_refused(olga: User) -> None:
    file = with_member("images", b"/etc/passwd", create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert "is a link" in refusal(file, olga)


def test_device_in_the_zip_is_refused(olga: User) -> None:
    file = with_member("pipe", b"", create_system=3, external_attr=(stat.S_IFIFO | 0o666) << 16)
    assert "no plain file" in refusal(file, olga)


def test_encrypted_member_is_refused(olga: User) -> None:
    raw = bytearray(zipped(export()).getvalue())
    entry = raw.index(b"PK\x01\x02")
    raw[entry + 8] |= 1
    assert "encrypted" in refusal(io.BytesIO(bytes(raw)), olga)


def test_unbounded_kind_of_compression_is_refused(olga: User) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as opened:
        opened.writestr("event", b"0" * 1_000_000)
    assert "not supported" in refusal(file, olga)


def deflated_bomb(name: str, size: int, claimed: int) -> io.BytesIO:
    """A zip whose only member unpacks to ``size`` zeros, but says that it is ``claimed`` bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(archive.MIB)) + packer.flush(zlib.Z_FULL_FLUSH)  # stands for itself
    packed = block * (size // archive.MIB) + packer.flush()
    raw_name = name.encode()
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(packed), claimed, len(raw_name), 0)
    local = b"PK\x03\x04" + common + raw_name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw_name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return io.BytesIO(local + central + end)


@pytest.mark.parametrize("name", ["event", "zeros.bin", "images/logo.png"])
def test_bomb_of_a_gigabyte_is_refused_by_its_size(name: str, olga: User) -> None:
    file = deflated_bomb(name, 1024 * archive.MIB, 1024 * archive.MIB)
    assert len(file.getvalue()) < 2 * archive.MIB
    assert "would unpack to 1024 MiB" in refusal(file, olga)


@pytest.mark.parametrize("claimed", [10, 16 * 1024 * 1024])
def test_bomb_that_lies_about_its_size_is_not_unpacked(claimed: int, olga: User) -> None:
    message = refusal(deflated_bomb("event", 300 * archive.MIB, claimed), olga)
    assert "'event'" in message


def test_thousands_of_members_are_refused(olga: User) -> None:
    file = zipped(export(), files={f"images/{n}.png": b"" for n in range(archive.MAX_MEMBERS)})
    assert "more than 5000 members" in refusal(file, olga)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_deeply_nested_json_is_refused(opening: bytes, olga: User) -> None:
    assert "nested too deeply" in refusal(zipped({**export(), "sponsors": opening * 100_000}), olga)


def test_json_of_millions_of_values_is_refused(olga: User) -> None:
    raw = b"[" + b",".join(b"%d" % (n * 7919 % 1_000_003) for n in range(1_100_000)) + b"]"
    assert "more values" in refusal(zipped({**export(), "sponsors": raw}), olga)


def test_number_with_thousands_of_digits_is_refused(olga: User) -> None:
    raw = b'[{"id": ' + b"9" * 5000 + b', "name": "x"}]'
    assert "a number is too long" in refusal(zipped({**export(), "sponsors": raw}), olga)


def test_two_events_in_one_zip_are_refused(olga: User) -> None:
    file = zipped(export(), prefix="one/", files={})
    with zipfile.ZipFile(file, "a") as opened:
        opened.writestr("two/event", "{}")
    file.seek(0)
    assert "several events" in refusal(file, olga)


def test_failure_while_writing_leaves_no_image_behind(olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from .test_import_dirty import picture

    stored: list[str] = []
    save = default_storage.save
    monkeypatch.setattr(default_storage, "save", lambda *a, **k: stored.append(save(*a, **k)) or stored[-1])
    monkeypatch.setattr("events.imports.writer._count_made", lambda parsed: 1 / 0)
    data = export()
    data["event"]["logo-url"] = "/images/logo.png"
    with pytest.raises(ZeroDivisionError):
        import_event(file=zipped(data, files={"images/logo.png": picture()}), owner=olga, new_topics=True)
    assert stored
    assert not default_storage.exists(stored[0])


def test_command_says_the_sentence_and_nothing_else(tmp_path: Path, olga: User) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(CommandError, match=r"^The file is not a zip, or it is damaged or cut off\.$"):
        call_command("import_event", str(path), owner="olga@example.org")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_event", str(tmp_path / "absent.zip"), owner="olga@example.org")
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("import_event", str(path), owner="nobody@example.org")
    with pytest.raises(CommandError, match="no super admin"):
        call_command("import_event", str(path))


def test_zip_that_hides_its_table_of_contents_behind_zip64_is_refused(olga: User) -> None:
    """The end record says little; the locator before it leads to numbers that count instead."""
    raw = zipped(export()).getvalue()
    at = raw.rindex(b"PK\x05\x06")
    assert "members" in refusal(io.BytesIO(raw[:at] + b"PK\x06\x07" + bytes(16) + raw[at:]), olga)
