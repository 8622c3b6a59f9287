"""A mail server that keeps every mail as a file: ``python -m openevent.local.mailbox FOLDER PORT_FILE``."""

import asyncio
import re
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MAIL = 50 * 1024 * 1024  # bytes


class Mailbox:
    """Writes each mail to ``<time>-<number>-<recipient>.eml``, so that names sort by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's)
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        recipient = re.sub(r"[^\w.@+-]", "_", (envelope.rcpt_tos or ["nobody"])[0])[:100]
        path = self.folder / f"{now}-{next(self.numbers):04d}-{recipient}.eml"
        half = path.with_suffix(".part")  # renamed when complete: a reader never sees half a mail
        half.write_bytes(envelope.original_content or b"")
        half.rename(path)
        return "250 OK"


def remembered_port(port_file: Path) -> int:
    """The port of the last time, so that processes which read it before a restart still find us."""
    try:
        return int(port_file.read_text())
    except (OSError, ValueError):
        return 0


async def serve(folder: Path, port_file: Path) -> None:
    """Answer SMTP on 127.0.0.1 until SIGTERM; the port is written to ``port_file`` once it is open."""
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(folder)

    def protocol() -> SMTP:
        return SMTP(mailbox, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, ident="openevent")

    try:
        server = await loop.create_server(protocol, "127.0.0.1", remembered_port(port_file))
    except OSError:  # somebody else took it meanwhile
        server = await loop.create_server(protocol, "127.0.0.1", 0)
    half = port_file.with_suffix(".part")
    half.write_text(str(server.sockets[0].getsockname()[1]))
    half.rename(port_file)
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
