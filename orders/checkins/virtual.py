"""Checking attendees in to what is streamed: the whole of an event that is online, or one of its rooms.

A scan in a room lets into the stream of that room and nowhere else; the door of the event knows nothing of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from events.models import Event, Microlocation
from openevent.exceptions import InvalidInput

from .places import Spot
from .scanning import Decision, Scan, record_scan

DEVICE = "Virtual"


def find_virtual_spot(spot: Spot, *, room_id: int | None, pointer: str = "") -> Spot:
    """The spot of the stream in the event of ``spot``; InvalidInput, at ``pointer``, for a room that is not the
    event's, and where without a room the event is not online at all."""
    if room_id is not None:
        if not Microlocation.objects.filter(pk=room_id, event=spot.event_id).exists():
            raise InvalidInput("The event has no such room.", "unknown_room", pointer)
        return replace(spot, station_room_id=room_id)
    if not Event.objects.filter(pk=spot.event_id, online=True).exists():
        raise InvalidInput("The event is not online: name the room that is streamed.", "not_online", pointer)
    return spot


def record_virtual_scans(
    *, spot: Spot, attendee_ids: Sequence[int], kind: str, by: Any, key: str = ""
) -> list[tuple[int, Decision]]:
    """A scan for each attendee, accepted or refused on its own, in the order of the ids. With ``key`` the same
    request may be sent again: it gets the decisions that were made first."""
    decisions = []
    for pk in attendee_ids:
        scan_id = sha256(f"{key}:{pk}".encode()).hexdigest() if key else ""
        scan = Scan(scan_id=scan_id, attendee_id=pk, kind=kind, device=DEVICE)
        decisions.append((pk, record_scan(spot=spot, scan=scan, by=by)))
    return decisions
