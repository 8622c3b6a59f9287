"""openevent's settings with the few differences that tests need: servers of their own and quick passwords.

Each run has its own PostgreSQL and Valkey in a folder that vanishes with it, so that two runs never meet
and no test ever touches a database named in DATABASE_URL. The processes of a parallel run share
the servers and have databases of their own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _folder() -> str:
    """Memory where there is plenty, else a disk: databases come and go. Either path is short: sockets lie in it."""
    memory = Path("/dev/shm")
    is_roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30
    return tempfile.mkdtemp(prefix="openevent-tests-", dir=memory if is_roomy else "/tmp")


VAR = os.environ.get("OPENEVENT_TEST_VAR", "")
if not VAR:
    VAR = _folder()
    atexit.register(shutil.rmtree, VAR, ignore_errors=True)
os.environ["OPENEVENT_TEST_VAR"] = os.environ["OPENEVENT_VAR"] = VAR  # for xdist's workers
for _name in (
    "DATABASE_URL",
    "OPENEVENT_ENV",
    "SECRET_KEY",
    "EMAIL_URL",
    "EMAIL_PROVIDER",
    "STORAGE",
    "PORT",
):
    os.environ.pop(_name, None)
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
os.environ["REDIS_URL"] = f"unix://{VAR}/run/valkey.sock?db={2 * _worker}"

Path(VAR, "static").mkdir(exist_ok=True)  # whitenoise wants to see it

from openevent.settings import *  # noqa: E402, F403  (after the environment is in place)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING["loggers"]["openevent.access"] = {"level": "WARNING"}  # noqa: F405  (a line for each of 30,000 requests)
