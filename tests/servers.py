"""The PostgreSQL and the Valkey of a test run.

Migrating takes seconds and gives the same each time: a migrated cluster is kept under ``var/tests`` by a
fingerprint of all that makes it, and the next run starts from a copy.
"""

import hashlib
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from openevent.local import postgres, process, valkey
from openevent.local.places import Places

TEMPLATE = "openevent_template"  # every test database is a copy of it
KEPT = settings.BASE_DIR / "var" / "tests"
MOST_KEPT = 3
APPS = ("accounts", "events", "ticketing", "orders", "payments", "openevent")
ONLY_ANSWERS = {"api", "admin", "admin.py", "__pycache__"}  # nothing of the database comes from there


def start(places: Places, blocker: DjangoDbBlocker) -> list["subprocess.Popen[bytes]"]:
    """Start both; the database server has the migrated template."""
    return [start_postgres(places, blocker), valkey.start(places, is_careless=True)]


def stop(servers: list["subprocess.Popen[bytes]"]) -> None:
    """Stop them without ceremony: their folder goes with the run."""
    for server in servers:
        process.stop(server, stop_signal=signal.SIGQUIT)


def start_postgres(places: Places, blocker: DjangoDbBlocker) -> "subprocess.Popen[bytes]":
    kept = KEPT / fingerprint()
    if kept.exists():
        copy(kept, places.postgres)
        return postgres.start(places, is_careless=True)
    server = postgres.start(places, is_careless=True)
    with blocker.unblock():
        make_template(places)
    process.stop(server, stop_signal=signal.SIGINT)  # "fast": what it leaves is whole
    keep(places.postgres, kept)
    return postgres.start(places, is_careless=True)


def fingerprint() -> str:
    """What the migrated cluster follows from: migrations, models, standard rows, versions."""
    digest = hashlib.sha256()
    sources = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    wanted = [path for path in sources if ONLY_ANSWERS.isdisjoint(path.relative_to(settings.BASE_DIR).parts)]
    for path in sorted([*wanted, Path(__file__), *(settings.BASE_DIR / "requirements").glob("*.txt")]):
        digest.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def make_template(places: Places) -> None:
    """Migrate, once, outside of any transaction of a test."""
    admin = postgres.connect(places)
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {TEMPLATE}")
    admin.close()
    configured: dict[str, Any] = connection.settings_dict
    name, configured["NAME"] = configured["NAME"], TEMPLATE
    try:
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(BASELINE)
    finally:
        connection.close()
        configured["NAME"] = name


# After a test that commits: what it left goes, what migrations made comes back. Django's own way truncates all tables
# and makes permissions and standard rows anew, which takes longer than most tests.
BASELINE = """
CREATE SCHEMA baseline;
DO $$
DECLARE name text; is_filled boolean;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_filled;
    IF is_filled THEN
      EXECUTE format('CREATE TABLE baseline.%I AS TABLE public.%I', name, name);
    END IF;
  END LOOP;
END $$;
CREATE FUNCTION baseline.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; is_filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;  -- in any order, and past the triggers of append-only tables
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_filled;
    IF is_filled THEN
      EXECUTE format('DELETE FROM public.%I', name);
    END IF;
    IF to_regclass(format('baseline.%I', name)) IS NOT NULL THEN
      EXECUTE format('INSERT INTO public.%I SELECT * FROM baseline.%I', name, name);
    END IF;
  END LOOP;
END $$;
"""


def restore_baseline(test_case: TransactionTestCase) -> None:
    """Leave the test databases as migrations made them. In the place of ``TransactionTestCase._fixture_teardown``."""
    for alias in test_case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT baseline.restore()")


def copy(source: Path, target: Path) -> None:
    """Copy a cluster with its owner and modes, which PostgreSQL looks at; reflinks where the disk has them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)


def keep(cluster: Path, kept: Path) -> None:
    """Put a cluster by, all of it or nothing; the oldest ones give way."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=kept.parent, prefix="new."))
    copy(cluster, half / "cluster")
    try:
        (half / "cluster").rename(kept)
    except OSError:  # another run was quicker
        shutil.rmtree(half / "cluster")
    half.rmdir()
    newest_first = sorted(kept.parent.iterdir(), key=lambda path: path.stat().st_ctime, reverse=True)
    for old in newest_first[MOST_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
