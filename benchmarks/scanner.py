"""The load at the door: so many connections, each of which scans one ticket after the other. A process of its own.

Reads a plan as JSON from stdin, writes what it measured as JSON to stdout, as benchmarks/client.py does.
"""

import asyncio
import itertools
import json
import sys
import time
from typing import Any

from .client import Connection, Tally, load


async def scan(plan: dict[str, Any], codes: Any, tally: Tally, until: float) -> None:
    """One ticket after the other on one connection."""
    connection = Connection(plan["port"])
    path = f"/v1/events/{plan['event']}/scans"
    for code in codes:
        begun = time.perf_counter()
        if begun > until:
            return
        wish = {"code": code, "device": plan["device"], "scan-id": f"{plan['run']}-{code[-60:]}"}
        if plan["station"]:
            wish["station"] = plan["station"]
        status, body = await connection.send("POST", path, plan["token"], wish, "application/json")
        tally.milliseconds.append((time.perf_counter() - begun) * 1000)
        tally.statuses[status] += 1
        tally.orders += status == 200 and json.loads(body)["result"] == "accepted"


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Scan for ``seconds`` on ``connections`` connections; each code once."""
    codes = itertools.chain(plan["codes"])
    tally, found = await load(plan, lambda tally, until: scan(plan, codes, tally, until))
    return {**found, "scans": len(tally.milliseconds), "accepted": tally.orders}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
