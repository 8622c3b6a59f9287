"""The database server and Valkey of one process, quickly: migrated already where a run of the tests left a cluster."""

import shutil
from typing import Any

from django.conf import settings

from openevent.local import postgres, valkey
from openevent.local.places import DATABASE, Places
from tests import servers


def start(stand: Any) -> None:
    """As ``Stand.start_services``, without its durability: nothing has to survive."""
    kept = servers.KEPT / servers.fingerprint()
    if not kept.exists():
        stand.start_services()
        return
    places: Places = stand.places
    shutil.rmtree(places.var, ignore_errors=True)
    servers.copy(kept, places.postgres)
    stand.programs = [postgres.start(places, is_careless=True), valkey.start(places, is_careless=True)]
    settings.STATIC_ROOT.mkdir()  # whitenoise wants to see it
    take_template(places)


def take_template(places: Places) -> None:
    """Make the migrated template of the tests the installation's database."""
    admin = postgres.connect(places)
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {DATABASE}")
        cursor.execute(f"ALTER DATABASE {servers.TEMPLATE} RENAME TO {DATABASE}")
    admin.close()
    own = postgres.connect(places, DATABASE)
    with own.cursor() as cursor:
        cursor.execute("DROP SCHEMA baseline CASCADE")  # the world comes into it first
    own.close()
