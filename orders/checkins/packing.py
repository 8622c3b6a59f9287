"""The door pack: what a device needs to decide without us. Streamed, and afterwards only what has changed.

Codes are not in it, but what remains of them after hashing with a salt of the event: a pack that is lost opens no door,
and a device still recognises a code that it is shown.

The cursor is the oldest transaction that was still running when the pack was made (``pg_snapshot_xmin``). Rows written
by it or a later one come again next time: a change that was not committed yet is never missed, and one that
comes twice changes nothing. Nothing is written to keep track, so that scans cost no more than before.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.utils import timezone

from openevent.exceptions import InvalidInput
from ticketing.models import Ticket

from ..models import Attendee, CheckIn, Order, Station
from . import judging, log
from .places import Spot

ROWS_AT_ONCE = 2_000
HASH_BYTES = 15
FIELDS = ("id", "code", "name", "ticket", "state", "since")
INSIDE, OUTSIDE = "in", "out"
TRANSACTIONS = 2**32  # the number of a row's transaction is kept by its lower half
_COLUMNS = (
    *("pk", "order__identifier", "firstname", "lastname", "ticket_id"),
    *("is_checked_in", "inside_since", "order__status", "deleted_at"),
)
_HEAD = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def salt_of(event_id: int) -> str:
    """The event's salt: the same in each pack, so that increments fit, and worth nothing elsewhere."""
    key = f"door pack {event_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), key, hashlib.sha256).hexdigest()[:32]


def hash_of(code: str, salt: str) -> str:
    """What a pack says in place of a code: 15 bytes of SHA-256 over salt and code, as base64url."""
    return urlsafe_b64encode(hashlib.sha256((salt + code).encode()).digest()[:HASH_BYTES]).decode()


def parse_cursor(text: str) -> int | None:
    """The cursor of an earlier pack; None for a whole one. InvalidInput for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise InvalidInput("after is the cursor of an earlier door pack.", "invalid_cursor", "/after")
    return int(text)


def door_pack(*, spot: Spot, after: int | None) -> Iterator[bytes]:
    """Lines of JSON: a head, then one list for each attendee (``FIELDS``), then the cursor. With ``after``, only the
    attendees that changed since that pack. Few rows are in memory at any time."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        newest = cursor.fetchone()[0]
    if after is not None and not 0 <= newest - after < TRANSACTIONS // 2:
        after = None  # of another database, or so old that transactions could be mistaken
    salt, count = salt_of(spot.event_id), 0
    yield _line(_head(spot, salt, is_whole=after is None))
    chunk = bytearray()
    for row in _rows(spot.event_id, after):
        chunk += _line(_entry(row, salt))
        count += 1
        if count % ROWS_AT_ONCE == 0:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk) + _line({"cursor": str(newest), "count": count})


def _rows(event_id: int, after: int | None) -> Iterator[tuple]:
    rows = Attendee.with_trashed.filter(event=event_id).exclude(order=None).order_by()
    if after is None:
        rows = rows.filter(deleted_at=None).exclude(order__status__in=[Order.Status.CANCELLED, Order.Status.EXPIRED])
    else:
        people, orders = Attendee._meta.db_table, Order._meta.db_table
        since = "((({0}.xmin::text::bigint - %s) & 4294967295) < 2147483648)"
        changed = f"{since.format(people)} OR {since.format(orders)}"
        # annotated with a column of the order, so that its table is joined
        rows = rows.annotate(of_order=F("order__status")).annotate(changed=RawSQL(changed, [after, after]))  # noqa: S611
        rows = rows.filter(changed=True)
    return rows.values_list(*_COLUMNS).iterator(chunk_size=ROWS_AT_ONCE)


def _entry(row: tuple, salt: str) -> list[Any]:
    """Id, hash, name, ticket, and either where the person is or why the ticket opens nothing."""
    pk, order, first, last, ticket_id, is_inside, since, status, deleted_at = row
    objection = judging.objection_to_order(status, deleted_at is not None)
    state = objection.reason if objection else INSIDE if is_inside else OUTSIDE
    name = " ".join(filter(None, [first, last]))
    return [pk, hash_of(f"{order}-{pk}", salt), name, ticket_id, state, log.as_logged(since) if is_inside else None]


def _head(spot: Spot, salt: str, is_whole: bool) -> dict[str, Any]:
    stations = Station.objects.filter(event=spot.event_id).prefetch_related("tickets")
    return {
        "event": str(spot.event_id),
        "zone": spot.timezone,
        "now": log.as_logged(timezone.now()),
        "salt": salt,
        "whole": is_whole,
        "fields": FIELDS,
        "tickets": dict(Ticket.with_trashed.filter(event=spot.event_id).values_list("pk", "name")),
        "stations": [
            {
                "id": station.pk,
                "name": station.station_name,
                "type": station.station_type,
                "tickets": [ticket.pk for ticket in station.tickets.all()],
            }
            for station in stations
        ],
        "reasons": {str(reason): judging.LABELS[reason] for reason in CheckIn.Reason},
    }


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS) + b"\n"
