"""The number of an event's orders and attendees, without counting them (models/tallies.py)."""

from collections.abc import Callable

from django.db import connection
from django.db.models import Expression, Subquery, Sum
from django.db.models.functions import Coalesce

from events.models import Event

from .models import Tally

# Rows that another transaction takes at the same time are left to it; readers see the old rows or the new ones.
FOLD = """
WITH many AS (
    SELECT event_id, kind FROM orders_tally GROUP BY event_id, kind HAVING COUNT(*) > 1
), gone AS (
    DELETE FROM orders_tally USING many
    WHERE orders_tally.event_id = many.event_id AND orders_tally.kind = many.kind
    RETURNING orders_tally.event_id, orders_tally.kind, orders_tally.number
)
INSERT INTO orders_tally (event_id, kind, number) SELECT event_id, kind, SUM(number) FROM gone GROUP BY event_id, kind
"""


def total_of(kind: Tally.Kind) -> Callable[[Event], Expression]:
    """What tells the number of an event's living rows of that kind, as a part of a query."""

    def total(event: Event) -> Expression:
        rows = Tally.objects.filter(event_id=event.pk, kind=kind).order_by().values("event_id")
        return Coalesce(Subquery(rows.annotate(total=Sum("number")).values("total")), 0)

    return total


def fold_tallies() -> int:
    """Put the changes of each event together as one; returns how many rows that left."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD)
        return int(cursor.rowcount)
