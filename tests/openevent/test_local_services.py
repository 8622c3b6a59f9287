"""The servers of a local installation: killed, left over, started again."""

import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from email import message_from_bytes
from pathlib import Path

import psutil
import pytest

from openevent.local import postgres, process, valkey
from openevent.local.places import Places


@pytest.fixture
def places():
    folder = Path(tempfile.mkdtemp(prefix="oe-", dir="/tmp"))
    yield Places(folder)
    shutil.rmtree(folder)


def test_database_survives_a_killed_server_and_its_stale_lock_file(places):
    server = postgres.start(places)
    try:
        with postgres.connect(places, "openevent").cursor() as cursor:
            cursor.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        process.kill_group(server)
        # After a reboot the number in the lock file may belong to anybody, say to us.
        lock = places.postgres / "postmaster.pid"
        lock.write_text(lock.read_text().replace(str(server.pid), str(psutil.Process().pid), 1))
        server = postgres.start(places)
        with postgres.connect(places, "openevent").cursor() as cursor:
            cursor.execute("SELECT n FROM kept")
            assert cursor.fetchone() == (7,)
    finally:
        process.stop(server, stop_signal=signal.SIGQUIT)


def test_server_that_a_killed_run_left_behind_is_replaced(places):
    orphan = postgres.start(places)
    server = postgres.start(places)
    try:
        assert orphan.wait(10) == 0
        assert postgres.can_connect(places)
    finally:
        process.stop(server, stop_signal=signal.SIGQUIT)


def test_half_made_cluster_is_made_anew(places):
    (places.var / "postgres.new").mkdir()
    (places.var / "postgres.new" / "PG_VERSION").write_text("18")
    server = postgres.start(places)
    process.stop(server, stop_signal=signal.SIGQUIT)
    assert not (places.var / "postgres.new").exists()


def test_valkey_starts_over_a_stale_socket_and_remembers_the_queue(places):
    import redis

    server = valkey.start(places)
    with redis.Redis.from_url(places.redis_url) as client:
        client.rpush("celery", "a task")
    process.stop(server)
    server = valkey.start(places)
    process.kill_group(server)
    assert places.valkey_socket.exists()
    server = valkey.start(places)
    try:
        with redis.Redis.from_url(places.redis_url) as client:
            assert client.lrange("celery", 0, -1) == [b"a task"]
    finally:
        process.stop(server)


def test_mailbox_keeps_each_mail_as_a_file(tmp_path):
    port_file = tmp_path / "smtp.port"
    server = subprocess.Popen([sys.executable, "-m", "openevent.local.mailbox", tmp_path / "mail", port_file])
    try:
        assert process.wait_until(port_file.exists, process=server)
        with smtplib.SMTP("127.0.0.1", int(port_file.read_text())) as client:
            client.sendmail("a@example.com", ["ada@example.com"], "Subject: Grüße\r\n\r\nHallo".encode())
        (mail,) = (tmp_path / "mail").glob("*.eml")
        assert mail.name.endswith("-ada@example.com.eml")
        assert message_from_bytes(mail.read_bytes()).get_payload().strip() == "Hallo"
    finally:
        process.stop(server)
    assert server.returncode == 0


def test_wait_until_gives_up_when_the_process_ends():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    begun = time.monotonic()
    assert not process.wait_until(lambda: False, process=ended, seconds=20)
    assert time.monotonic() - begun < 5
