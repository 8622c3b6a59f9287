"""`make outage`: the broker is killed in the middle of 200 orders of a running `make run`.

All orders must succeed while it is away; when it is back, each attendee has one PDF and one mail, and each order
one summary.

    python -m benchmarks.outage --base-url http://127.0.0.1:8000 --var var
"""

import argparse
import collections
import email
import email.policy
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from openevent.local.walkthrough import Client, Walkthrough

ORDERS, PEOPLE = 200, 8
AWAY = 12  # seconds without broker
PATIENCE = 240  # seconds until everything that is owed must be there


def silent(line: str) -> None:
    """Say nothing."""


def kill_broker(var: Path, until: float) -> int:
    """Kill the broker of this installation whenever it is there; how often."""
    kills = 0
    while time.monotonic() < until:
        found = subprocess.run(["pgrep", "-f", f"valkey.*{var}"], capture_output=True, text=True, check=False)
        for pid in found.stdout.split():
            if int(pid) != os.getpid():
                os.kill(int(pid), signal.SIGKILL)
                kills += 1
        time.sleep(0.2)
    return kills


def buy(ada: Client, ticket_id: str, number: int, run: str) -> tuple[str, float]:
    """A free order by the short way, filled in and completed; its identifier and the slowest answer in seconds."""
    slowest = 0.0

    def timed(*args: Any, **kwargs: Any) -> Any:
        nonlocal slowest
        start = time.monotonic()
        answer = ada.call(*args, **kwargs)
        slowest = max(slowest, time.monotonic() - start)
        return answer

    cart = {"tickets": [{"id": ticket_id, "quantity": 1}]}
    order = timed("POST", "/v1/orders/create-order", cart, kind="application/json")["data"]
    identifier = order["attributes"]["identifier"]
    attendee = timed("GET", f"/v1/orders/{identifier}/attendees")["data"][0]
    holder = {"firstname": "Guest", "lastname": str(number), "email": f"guest-{number}-{run}@example.org"}
    body = {"data": {"type": "attendee", "id": attendee["id"], "attributes": holder}}
    timed("PATCH", f"/v1/attendees/{attendee['id']}", body)
    body = {"data": {"type": "order", "id": order["id"], "attributes": {"status": "completed"}}}
    done = timed("PATCH", f"/v1/orders/{identifier}", body)["data"]
    if done["attributes"]["status"] != "completed":
        raise SystemExit(f"order {identifier} is {done['attributes']['status']}")
    return identifier, slowest


def mails_by_recipient(folder: Path, run: str) -> collections.Counter[str]:
    """How many mails of this run each address got, tickets and summaries apart."""
    found: collections.Counter[str] = collections.Counter()
    for path in folder.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if run in str(message["To"]):
            found[str(message["To"])] += 1
    return found


def main() -> None:
    """Play it; ends with an error when something is lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    parser.add_argument("--var", type=Path, default=Path("var"))
    options = parser.parse_args()
    var = options.var.resolve()
    way = Walkthrough(options.base_url, var / "mail", silent)
    olga = way.join("Olga", "Owner")
    event, ticket = way.publish_event(olga)
    body = {"data": {"type": "ticket", "id": ticket["id"], "attributes": {"quantity": ORDERS}}}
    olga.call("PATCH", f"/v1/tickets/{ticket['id']}", body)
    buyers = [way.join(f"Ada{n}", "Buyer") for n in range(PEOPLE)]
    kills: list[int] = []
    killer = threading.Thread(target=lambda: kills.append(kill_broker(var, time.monotonic() + AWAY)))
    with ThreadPoolExecutor(PEOPLE) as pool:
        jobs = [pool.submit(buy, buyers[n % PEOPLE], ticket["id"], n, way.run) for n in range(ORDERS // 4)]
        killer.start()
        jobs += [pool.submit(buy, buyers[n % PEOPLE], ticket["id"], n, way.run) for n in range(ORDERS // 4, ORDERS)]
        results = [job.result() for job in jobs]
    killer.join()
    print(f"{len(results)} orders completed, broker killed {kills[0]} times, slowest answer "
          f"{max(seconds for _, seconds in results):.2f} s")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page = olga.call("GET", f"/v1/events/{event['id']}/attendees?page[size]=0")["data"]
        missing = [a for a in page if not a["attributes"]["pdf-url"]]
        found = mails_by_recipient(var / "mail", way.run)
        guests = [found[f"guest-{n}-{way.run}@example.org"] for n in range(ORDERS)]
        if not missing and all(guests):
            break
        time.sleep(2)
    summaries = [found[way.address(f"Ada{n}")] - 2 for n in range(PEOPLE)]  # besides welcome and verification
    print(f"PDFs missing: {len(missing)}; guests by number of mails: {dict(collections.Counter(guests))}; "
          f"order summaries: {sum(summaries)}")
    if missing or set(guests) != {1} or sum(summaries) != ORDERS:
        raise SystemExit("FAILED: something was lost or doubled")


if __name__ == "__main__":
    main()
