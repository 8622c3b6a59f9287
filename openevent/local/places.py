"""Where everything of a local installation lies.

The places follow from the folder alone, so that settings can be read before any server runs, and
so that two installations never meet.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A unix socket's path may have 107 bytes on Linux and 103 on macOS; PostgreSQL adds its file name.
LONGEST_SOCKET_PATH = 103
POSTGRES_SOCKET = ".s.PGSQL.5432"
DATABASE = "openevent"
DATABASE_USER = "openevent"


@dataclass(frozen=True)
class Places:
    """The folders and sockets of the installation in ``var``."""

    var: Path

    @property
    def sockets(self) -> Path:
        """The folder of the sockets: in ``var`` when the path is short enough, else under /tmp."""
        inside = self.var / "run"
        if len(os.fsencode(inside / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH:
            return inside
        # /tmp and not tempfile's choice: that follows TMPDIR, which may differ between two calls.
        mark = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]
        return Path("/tmp") / f"openevent-{os.getuid()}-{mark}"  # noqa: S108  (0700, owner checked)

    @property
    def run(self) -> Path:
        """Lock, process list and port files."""
        return self.var / "run"

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def valkey(self) -> Path:
        return self.var / "valkey"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def mail(self) -> Path:
        """One .eml file for each mail that was sent to the local mail server."""
        return self.var / "mail"

    @property
    def mail_port_file(self) -> Path:
        return self.run / "smtp.port"

    @property
    def stripe_port_file(self) -> Path:
        return self.run / "stripe.port"

    @property
    def paypal_port_file(self) -> Path:
        return self.run / "paypal.port"

    @property
    def secret_key_file(self) -> Path:
        return self.var / "secret-key"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}"

    def database_settings(self) -> dict[str, Any]:
        """Django's description of the local database."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": DATABASE_USER,
            "HOST": str(self.sockets),
            "PORT": POSTGRES_SOCKET.rpartition(".")[2],
            "OPTIONS": {"connect_timeout": 5},
        }

    def stripe_url(self) -> str:
        """Where the local server that plays Stripe listens; "" while it has never run."""
        return _local_url(self.stripe_port_file)

    def paypal_url(self) -> str:
        """The same for PayPal."""
        return _local_url(self.paypal_port_file)

    def mail_port(self) -> int:
        """The port of the local mail server, or 1025 while it has never run."""
        try:
            return int(self.mail_port_file.read_text())
        except (OSError, ValueError):
            return 1025


def local_webhook_secret(secret_key: str) -> str:
    """What the local server that plays Stripe signs its messages with."""
    return f"whsec_{hashlib.sha256(f'stripe {secret_key}'.encode()).hexdigest()}"


def _local_url(port_file: Path) -> str:
    try:
        return f"http://127.0.0.1:{int(port_file.read_text())}"
    except (OSError, ValueError):
        return ""
