"""Rows that are worked on: locked for a transaction, or claimed while a provider is asked.

A provider is never asked inside a transaction: nobody waits for the internet with an order locked. A claim ends by
itself, so that what a killed process had begun is gone on with.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from orders.models import Order

from ..models import Attempt, Refund

CLAIM = timedelta(seconds=60)  # longer than a provider may take to answer, a few times over


def locked_order(order_id: int) -> Order:
    """The order's row, also from the trash: money may come for it still."""
    rows = Order.with_trashed.select_for_update(of=("self",), no_key=True)
    return rows.select_related("event", "user").get(pk=order_id)


def claim(row: Attempt | Refund, now: datetime | None = None) -> bool:
    """Take the row for a minute, unless somebody has it; the row is read anew."""
    now = now or timezone.now()
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    model: Any = type(row)
    if not model.objects.filter(free, pk=row.pk).update(busy_until=now + CLAIM):
        return False
    row.refresh_from_db()
    return True


def release(row: Attempt | Refund) -> None:
    """Let others have it."""
    model: Any = type(row)
    model.objects.filter(pk=row.pk).update(busy_until=None)
