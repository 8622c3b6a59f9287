"""May this person pass? The reasons why not, in words for the volunteers at the door."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..models import Attendee, CheckIn, Order
from . import log
from .log import Passage
from .places import Spot

Kind, Reason, Status = CheckIn.Kind, CheckIn.Reason, Order.Status


class Objection(NamedTuple):
    """Why somebody may not pass."""

    reason: str
    message: str


# reason → what is said when nothing more is known, and to devices that decide by themselves
LABELS: dict[str, str] = {
    Reason.UNKNOWN_CODE: "Unknown code: this is no ticket.",
    Reason.OTHER_EVENT: "This ticket is for another event.",
    Reason.NOT_PAID: "The order of this ticket is not paid.",
    Reason.CANCELLED: "This ticket was cancelled.",
    Reason.ALREADY_INSIDE: "Already inside.",
    Reason.CHECKED_IN_BY_HAND: "Already inside, checked in by hand.",
    Reason.NOT_INSIDE: "Not inside: there is nobody to check out.",
    Reason.ALREADY_REGISTERED: "Already registered today.",
    Reason.WRONG_TICKET: "This ticket is not valid at this station.",
    Reason.BY_DEVICE: "Refused by the device.",
}


def objection_to_ticket(attendee: Attendee, spot: Spot) -> Objection | None:
    """What is wrong with the ticket itself."""
    found = objection_to_order(attendee.order.status if attendee.order else None, attendee.deleted_at is not None)
    if found is None and spot.ticket_ids and attendee.ticket_id not in spot.ticket_ids:
        return Objection(Reason.WRONG_TICKET, f"{attendee.ticket} is not valid at {spot.station_name}.")
    return found


def objection_to_order(status: str | None, is_deleted: bool) -> Objection | None:
    """Only what was paid, or costs nothing, opens the door."""
    if is_deleted:
        return Objection(Reason.CANCELLED, LABELS[Reason.CANCELLED])
    if status == Status.COMPLETED:
        return None
    if status == Status.CANCELLED:
        return Objection(Reason.CANCELLED, "The order of this ticket was cancelled.")
    if status == Status.EXPIRED:
        return Objection(Reason.CANCELLED, "The order of this ticket expired before it was paid.")
    if status is None:
        return Objection(Reason.NOT_PAID, "This ticket was never ordered.")
    return Objection(Reason.NOT_PAID, f"The order of this ticket is not paid ({status}).")


def objection_to_entry(inside: Passage | None, by_whom: str, zone: ZoneInfo, now: datetime) -> Objection:
    """Who is inside comes in no more: since when, and where he did."""
    if inside is None:
        return Objection(Reason.ALREADY_INSIDE, LABELS[Reason.ALREADY_INSIDE])
    since = log.clock(inside.happened_at, zone, now)
    if inside.gate:
        return Objection(Reason.ALREADY_INSIDE, f"Already inside since {since} at {inside.gate}.")
    hand = f"checked in by hand by {by_whom}" if by_whom else "checked in by hand"
    return Objection(Reason.CHECKED_IN_BY_HAND, f"Already inside since {since}, {hand}.")


def objection_to_registration(passages: Sequence[Passage], zone: ZoneInfo, now: datetime) -> Objection:
    """Once a day at the venue is enough: when was it, and where?"""
    last = max((p for p in passages if p.kind == Kind.REGISTER), key=lambda p: (p.happened_at, p.scan_id))
    place = f" at {last.gate}" if last.gate else ""
    message = f"Already registered today at {log.clock(last.happened_at, zone, now)}{place}."
    return Objection(Reason.ALREADY_REGISTERED, message)
