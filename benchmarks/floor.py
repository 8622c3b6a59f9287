"""The statements of one order: how many they are, and how fast pgbench plays the same ones."""

import json
import re
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openevent.local import postgres

from .goods import Goods

CART = "/v1/orders/create-order"
FIRST_ORDER, FIRST_LINE = 700_000_001, 1_800_000_001  # they stand for nothing else in the statements
UUID = re.compile(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'::uuid")
FRAME = ("BEGIN", "COMMIT")


def record(goods: Goods) -> list[str]:
    """What the application says to the database for one order, with the values in place."""
    client = Client(headers={"Authorization": f"JWT {goods.tokens[0]}", "Host": "localhost"})
    wish = json.dumps({"tickets": [{"id": goods.ticket.pk, "quantity": 1}]})
    for _ in range(2):  # the first ones compile and cache
        client.post(CART, wish, content_type="application/json")
    number_rows_from(FIRST_ORDER + goods.ticket.pk * 1_000_000, FIRST_LINE + goods.ticket.pk * 1_000_000)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(CART, wish, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return [query["sql"] for query in queries.captured_queries]


def number_rows_from(order: int, line: int) -> None:
    """The next ids, so large that they can be found in the text of the statements."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SEQUENCE orders_order_id_seq RESTART WITH {order}")
        cursor.execute(f"ALTER SEQUENCE orders_orderline_id_seq RESTART WITH {line}")


def count(statements: list[str]) -> int:
    """Without BEGIN and COMMIT."""
    return sum(statement not in FRAME for statement in statements)


def script(goods: Goods, statements: list[str]) -> str:
    """The statements as pgbench reads them: new identifiers each time, the ids of this run's own rows."""
    lines = []
    order, line = (str(first + goods.ticket.pk * 1_000_000) for first in (FIRST_ORDER, FIRST_LINE))
    for statement in statements:
        text = UUID.sub("gen_random_uuid()", " ".join(statement.split()))
        text = text.replace(order, ":order_id").replace(line, ":line_id")
        if text.startswith('INSERT INTO "orders_order" '):
            lines.append(f"{text} \\gset order_")
        elif text.startswith('INSERT INTO "orders_orderline" '):
            lines.append(f"{text} \\gset line_")
        else:
            lines.append(f"{text};")
    return "\n".join(lines) + "\n"


def play(goods: Goods, statements: list[str], *, connections: int, seconds: int) -> dict[str, float]:
    """pgbench's orders/s and mean milliseconds."""
    file = Path(settings.PLACES.var, "order.sql")
    file.write_text(script(goods, statements))
    database = settings.DATABASES["default"]
    command = [
        str(postgres.programs() / "pgbench"),
        *("-n", "-M", "simple", "-f", str(file), "-c", str(connections), "-j", "1", "-T", str(seconds)),
        *("-h", database["HOST"], "-p", str(database["PORT"]), "-U", database["USER"], database["NAME"]),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"pgbench failed:\n{done.stderr[-2000:]}")
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    latency = re.search(r"latency average = ([\d.]+)", done.stdout)
    return {"rate": float(rate[1]) if rate else 0.0, "mean": float(latency[1]) if latency else 0.0}
