"""What attendees show of the log: read it, walk through it, write the columns. Callers hold the attendees' locks."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from openevent.prepared import PreparedSelect

from ..models import Attendee, CheckIn
from . import log
from .log import Passage

_OF_ONE = PreparedSelect(lambda pk: CheckIn.objects.standing().filter(attendee=pk).values_list(*log.COLUMNS), int)
# column → its type in PostgreSQL
READABLE = {
    "is_checked_in": "boolean",
    "is_checked_out": "boolean",
    "is_registered": "boolean",
    "checkin_times": "text",
    "device_name_checkin": "text",
    "checkout_times": "text",
    "register_times": "text",
    "inside_since": "timestamptz",
    "last_scan_at": "timestamptz",
    "last_registered_at": "timestamptz",
}
_SETTLE = f"""
UPDATE {Attendee._meta.db_table} AS row
SET modified_at = %s, {", ".join(f"{name} = new.{name}" for name in READABLE)}
FROM unnest(%s::bigint[], {", ".join(f"%s::{kind}[]" for kind in READABLE.values())}) AS new(id, {", ".join(READABLE)})
WHERE row.id = new.id AND ({", ".join(f"row.{name}" for name in READABLE)})
    IS DISTINCT FROM ({", ".join(f"new.{name}" for name in READABLE)})
"""  # noqa: S608  (made of constants)


def passages_of(attendee_id: int) -> list[Passage]:
    """What stands in the log about one attendee."""
    return [Passage(*row) for row in _OF_ONE.all(attendee_id)]


def passages_of_many(attendee_ids: Iterable[int]) -> dict[int, list[Passage]]:
    """The same for many, by one query."""
    found: dict[int, list[Passage]] = defaultdict(list)
    rows = CheckIn.objects.standing().filter(attendee__in=list(attendee_ids))
    for row in rows.order_by().values_list(*log.COLUMNS):
        found[row[0]].append(Passage(*row))
    return found


def settle(passages: dict[int, list[Passage]], zone: ZoneInfo) -> None:
    """Write what attendees show, from all that stands in the log about each of them: one statement."""
    ids = list(passages)
    shown = [log.readable(passages[pk], zone) for pk in ids]
    columns = [[columns[name] for columns in shown] for name in READABLE]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [timezone.now(), ids, *columns])


def settle_one(attendee: Attendee) -> None:
    """The same for one attendee, whose instance is brought up to date as well."""
    passages = passages_of(attendee.pk)
    zone = ZoneInfo(attendee.event.timezone)
    settle({attendee.pk: passages}, zone)
    show(attendee, log.readable(passages, zone))


def show(attendee: Attendee, columns: dict[str, Any]) -> None:
    """Set the columns on the instance."""
    for name, value in columns.items():
        setattr(attendee, name, value)
