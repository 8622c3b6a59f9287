"""Where a local installation lies."""

import os
from pathlib import Path

import pytest

from openevent.local.places import LONGEST_SOCKET_PATH, POSTGRES_SOCKET, Places
from openevent.local.process import LocalError, private_folder


def test_sockets_lie_in_the_folder_when_its_path_is_short():
    assert Places(Path("/srv/openevent/var")).sockets == Path("/srv/openevent/var/run")


def test_sockets_of_a_deep_folder_have_a_short_path_of_their_own():
    one, two = Places(Path("/" + "deep/" * 40 + "one")), Places(Path("/" + "deep/" * 40 + "two"))
    assert one.sockets != two.sockets
    assert one.sockets == Places(one.var).sockets
    assert len(os.fsencode(one.sockets / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH


def test_private_folder_is_ours_alone(tmp_path):
    folder = private_folder(tmp_path / "run")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_private_folder_refuses_a_link_that_somebody_laid(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LocalError, match="belongs to somebody else"):
        private_folder(tmp_path / "run")


def test_mail_port_is_remembered(tmp_path):
    places = Places(tmp_path)
    assert places.mail_port() == 1025
    places.run.mkdir()
    places.mail_port_file.write_text("40123")
    assert places.mail_port() == 40123
