"""`make rush`: everybody at once against the served application, and the application killed in the middle.

1. 300 requests at the same moment for 100 seats, 1 to 4 seats each, some of them abandoned, ten times; the same for a
   code with 50 uses. Never one too many; verify_stock finds nothing; SQL that would oversell is refused.
2. 200 orders with keys while the web server is killed (-9) again and again. Each is retried with its key until it
   is answered. Every order is whole, there is one for each key, and the answer of a key stays the same.
3. 2,000 scans at two gates while the web server is killed again and again: each is in the log exactly once.

Ends with an error when anything of that is not so.
"""

import argparse
import asyncio
import contextlib
import json
import random
import signal
import time
from collections import Counter
from typing import Any

import psutil

from .__main__ import prepare
from .client import CART, Connection

SEATS, REQUESTS, USES = 100, 300, 50
ORDERS = 200
PATIENCE = 300  # seconds for the orders of the killed server


def demand(is_so: bool, what: str) -> None:
    """End here unless it is so."""
    if not is_so:
        raise SystemExit(f"FAILED: {what}")


async def ask(port: int, token: str, wish: dict[str, Any], is_abandoned: bool) -> tuple[int, int]:
    """Status and seats; 0 for a request whose client went away before the answer."""
    connection = Connection(port)
    send = connection.send("POST", CART, token, wish, "application/json")
    if is_abandoned:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(send, random.uniform(0.001, 0.2))
        if connection.writer is not None:
            connection.writer.close()
        return 0, wish["tickets"][0]["quantity"]
    status, _ = await send
    return status, wish["tickets"][0]["quantity"]


async def storm(port: int, tokens: list[str], wishes: list[dict[str, Any]], abandoned: float) -> list[tuple[int, int]]:
    """All of them at the same moment."""
    return await asyncio.gather(
        *(ask(port, tokens[n % len(tokens)], wish, random.random() < abandoned) for n, wish in enumerate(wishes))
    )


def rush_for_seats(stand: Any, goods: Any, with_code: bool) -> str:
    """One storm, then the books."""
    from django.db import IntegrityError, connection

    from orders.models import Order, OrderLine
    from ticketing.models import DiscountCode

    ticket = goods.ticket
    code = None
    if with_code:
        code = DiscountCode.objects.create(
            event=ticket.event, code="FIFTY", type="percent", value=10, tickets_number=USES
        )
        code.tickets.set([ticket])
    wishes = [
        {
            "tickets": [{"id": ticket.pk, "quantity": random.randint(1, 4)}],
            **({"discount_code": "FIFTY"} if code else {}),
        }
        for _ in range(REQUESTS)
    ]
    answers = asyncio.run(storm(stand.port, goods.tokens, wishes, 0.05))
    time.sleep(0.5)  # abandoned requests go on in the server
    ticket.refresh_from_db()
    held = sum(OrderLine.objects.filter(ticket=ticket).values_list("quantity", flat=True))
    limit = USES if code else SEATS
    statuses = Counter(status for status, _ in answers)
    demand(set(statuses) <= {0, 200, 409, 422}, f"answers were {dict(statuses)}")
    demand(ticket.reserved == held <= limit, f"{ticket.reserved} seats are held by orders for {held}, of {limit}")
    demand(held >= limit - 3, f"only {held} of {limit} were sold")  # the last ones may not fit in
    if code:
        code.refresh_from_db()
        demand(code.used == held, f"the code counts {code.used} uses for {held} seats")
    else:
        with contextlib.suppress(IntegrityError), connection.cursor() as cursor:
            cursor.execute("UPDATE ticketing_ticket SET sold = sold + 100 WHERE id = %s", [ticket.pk])
            demand(False, "SQL could oversell")
    orders = Order.objects.filter(event=ticket.event).count()
    return f"{held} of {limit} in {orders} orders, {statuses[409] + statuses[422]} refused, {statuses[0]} abandoned"


async def insist(port: int, token: str, key: str, wish: dict[str, Any], deadline: float) -> bytes:
    """Send it with its key until there is an answer."""
    while time.monotonic() < deadline:
        connection = Connection(port)
        connection.headers["Idempotency-Key"] = key
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            status, body = await connection.send("POST", CART, token, wish, "application/json")
            demand(status in (200, 502, 503), f"an order was answered {status}: {body[:300]!r}")
            if status == 200:
                return body
        await asyncio.sleep(random.uniform(0.02, 0.2))
    raise SystemExit(f"FAILED: no answer for {key}")


async def kill_in_the_middle(stand: Any, goods: Any) -> tuple[dict[str, bytes], int]:
    """The answers by key, and how often the server was killed."""
    deadline = time.monotonic() + PATIENCE
    room = asyncio.Semaphore(16)

    async def order(number: int) -> tuple[str, bytes]:
        async with room:
            wish = {"tickets": [{"id": goods.ticket.pk, "quantity": 1 + number % 3}], "discount_code": "FIFTY"}
            token = goods.tokens[number % len(goods.tokens)]
            return f"k{number}", await insist(stand.port, token, f"k{number}", wish, deadline)

    orders = asyncio.gather(*(order(number) for number in range(ORDERS)))
    kills = 0
    while not orders.done():
        await asyncio.sleep(random.uniform(0.5, 2.5))
        if orders.done():
            break
        master = psutil.Process(stand.web.pid)
        for worker in master.children():  # the master forks new ones
            with contextlib.suppress(psutil.Error):
                worker.send_signal(signal.SIGKILL)
        kills += 1
    return dict(await orders), kills


def killed(stand: Any, goods: Any) -> str:
    """200 orders, kills, retries, and the books."""
    from django.db.models import Count

    from accounts.models import IdempotencyKey
    from orders.models import Order
    from ticketing.models import DiscountCode

    code = DiscountCode.objects.create(
        event=goods.ticket.event, code="FIFTY", type="percent", value=10, tickets_number=10_000
    )
    code.tickets.set([goods.ticket])
    answers, kills = asyncio.run(kill_in_the_middle(stand, goods))
    rows = Order.objects.filter(event=goods.ticket.event)
    ids = {str(pk) for pk in rows.values_list("pk", flat=True)}
    answered = {json.loads(body)["data"]["id"] for body in answers.values()}
    demand(ids == answered and len(ids) == ORDERS, f"{len(ids)} orders for {len(answered)} answers")
    whole = rows.annotate(people=Count("attendees", distinct=True), moves=Count("transitions", distinct=True))
    for order in whole.prefetch_related("lines"):
        lines = list(order.lines.all())
        demand(len(lines) == 1 and order.moves == 1 and order.people == lines[0].quantity, f"order {order.pk} is torn")
    demand(IdempotencyKey.objects.filter(key__startswith="k").count() == ORDERS, "keys and orders differ")
    goods.ticket.refresh_from_db()
    again = asyncio.run(kill_nothing(stand, goods, random.sample(range(ORDERS), 40)))
    demand(all(json.loads(body) == json.loads(answers[key]) for key, body in again.items()), "an answer changed")
    demand(rows.count() == ORDERS, "a retry made another order")
    return f"{ORDERS} orders, all whole, one for each key; {kills} kills; 40 retries gave the first answer"


async def kill_nothing(stand: Any, goods: Any, numbers: list[int]) -> dict[str, bytes]:
    """Some of the orders once more."""
    found = {}
    for number in numbers:
        wish = {"tickets": [{"id": goods.ticket.pk, "quantity": 1 + number % 3}], "discount_code": "FIFTY"}
        token = goods.tokens[number % len(goods.tokens)]
        found[f"k{number}"] = await insist(stand.port, token, f"k{number}", wish, time.monotonic() + PATIENCE)
    return found


def main() -> None:
    """The storms, then the kills."""
    parser = argparse.ArgumentParser(prog="benchmarks.rush")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--port", type=int, default=8591)
    options = parser.parse_args()
    prepare(options.port)
    from orders.bookkeeping import differences

    from . import door, goods
    from .stand import Stand

    stand = Stand()
    stand.start_services()
    try:
        with stand.serve("gunicorn"):
            for number in range(options.rounds):
                for with_code in (False, True):
                    stall = goods.lay_out(f"Rush {number} {with_code}", quantity=None if with_code else SEATS, price=10)
                    print(f"rush {number + 1} for {'a code' if with_code else 'seats'}: ", end="", flush=True)
                    print(rush_for_seats(stand, stall, with_code), flush=True)
            print(f"killed: {killed(stand, goods.lay_out('Killed', quantity=None, price=10))}")
            print(f"door, killed: {door.killed(stand)}")
            wrong = list(differences())
            demand(not wrong, f"verify_stock: {wrong[:5]}")
            print("verify_stock finds nothing")
    finally:
        stand.stop()


if __name__ == "__main__":
    main()
