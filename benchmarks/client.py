"""The load: so many connections, each of which sends one order after the other. Runs in a process of its own.

Reads a plan as JSON from stdin, writes what it measured as JSON to stdout. HTTP by hand: a client library
would take the processors that the server is measured on.
"""

import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

CART = "/v1/orders/create-order"


@dataclass
class Tally:
    """Milliseconds of each answer, and how many had which status."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    orders: int = 0


class Connection:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.headers: dict[str, str] = {}
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def send(self, method: str, path: str, token: str, document: Any, media_type: str) -> tuple[int, bytes]:
        """Status and body of the answer."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = json.dumps(document).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: JWT {token}\r\n"
            f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
        )
        head += "".join(f"{name}: {value}\r\n" for name, value in self.headers.items()) + "\r\n"
        self.writer.write(head.encode() + body)
        return await self._answer()

    async def get(self, path: str, token: str) -> tuple[int, bytes]:
        """The same for an address that is read, with or without a token."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: */*\r\n"
        head += f"Authorization: JWT {token}\r\n\r\n" if token else "\r\n"
        self.writer.write(head.encode())
        return await self._answer()

    async def _answer(self) -> tuple[int, bytes]:
        assert self.reader is not None
        assert self.writer is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.writer.close()
            self.writer = None
        return int(first.split()[1]), body


async def load(plan: dict[str, Any], work: Callable[[Tally, float], Awaitable[None]]) -> tuple[Tally, dict[str, Any]]:
    """Work for ``seconds`` on ``connections`` connections: what was counted, and how fast it went."""
    tally, begun = Tally(), time.perf_counter()
    until = begun + plan["seconds"]
    await asyncio.gather(*(work(tally, until) for _ in range(plan["connections"])))
    seconds = time.perf_counter() - begun
    ordered = sorted(tally.milliseconds)
    return tally, {
        "seconds": seconds,
        "rate": len(ordered) / seconds,
        "p50": ordered[len(ordered) // 2],
        "p99": ordered[int(len(ordered) * 0.99)],
        "statuses": dict(tally.statuses),
    }


async def buy(plan: dict[str, Any], tokens: Any, tally: Tally, until: float) -> None:
    """One buyer after the other on one connection."""
    connection = Connection(plan["port"])
    wish = {"tickets": [{"id": plan["ticket"], "quantity": plan["quantity"]}]}
    while time.perf_counter() < until:
        token, begun = next(tokens), time.perf_counter()
        status, body = await connection.send("POST", CART, token, wish, "application/json")
        if status == 200 and plan["is_completed"]:
            key = json.loads(body)["data"]["id"]
            document = {"data": {"type": "order", "id": key, "attributes": {"status": "completed"}}}
            status, _ = await connection.send("PATCH", f"/v1/orders/{key}", token, document, "application/vnd.api+json")
        tally.milliseconds.append((time.perf_counter() - begun) * 1000)
        tally.statuses[status] += 1
        tally.orders += status == 200


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Buy for ``seconds`` on ``connections`` connections."""
    tokens = itertools.cycle(plan["tokens"])
    tally, found = await load(plan, lambda tally, until: buy(plan, tokens, tally, until))
    return {**found, "orders": tally.orders, "rate": tally.orders / found["seconds"]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
