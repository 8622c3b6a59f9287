"""The load of reading: so many connections, each of which asks for one address again and again.

Reads a plan as JSON from stdin, writes what it measured as JSON to stdout.
"""

import asyncio
import json
import sys
import time
from typing import Any

from .client import Connection, Tally, load


async def read(plan: dict[str, Any], tally: Tally, until: float) -> None:
    """One answer after the other on one connection."""
    connection = Connection(plan["port"])
    while time.perf_counter() < until:
        begun = time.perf_counter()
        status, _ = await connection.get(plan["path"], plan["token"])
        tally.milliseconds.append((time.perf_counter() - begun) * 1000)
        tally.statuses[status] += 1


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Read for ``seconds`` on ``connections`` connections."""
    tally, found = await load(plan, lambda tally, until: read(plan, tally, until))
    return {**found, "reads": len(tally.milliseconds)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
