"""Attendees: put into a cart, filled in, taken out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events.models import Event
from events.rules import is_door_staff, is_team
from openevent.exceptions import InvalidInput, NotAllowed
from ticketing import stock
from ticketing.models import AccessCode, DiscountCode, Ticket

from ..checkins import SCAN_FIELDS, check_in_new_attendee, record_scans
from ..models import Attendee, Order
from ..rules import is_buyer, is_cart_owner, is_holder
from .cart import BY_ATTENDEES, CartItem
from .changes import changed_attributes, refuse_changes
from .codes import AccessInput, check_access
from .expiry import expire_overdue
from .holders import holder_of
from .selling import SiteRules, demand_visible, sale_objection
from .states import FINAL, cancel_order, lock_order

TICKET_POINTER = "/data/relationships/ticket"
ORPHANED_AFTER = timedelta(days=1)
_NOT_BY_HAND = {
    "id", "event", "ticket", "order", "order_line", "created_by", "created_at", "modified_at", "deleted_at",
    "pdf", "checkout_times", "user", "tag", *SCAN_FIELDS,
}  # fmt: skip
TEAM_FIELDS = frozenset({"tag"})
CONTACT_FIELDS = frozenset(f.name for f in Attendee._meta.concrete_fields) - _NOT_BY_HAND
PRINTED_FIELDS = frozenset({"firstname", "lastname", "email"})  # on the ticket, or where it is sent to


@transaction.atomic
def create_attendee(
    *,
    by: Any,
    event: Event,
    ticket: Ticket,
    attributes: Mapping[str, Any],
    access_code: AccessInput = None,
    now: datetime | None = None,
) -> Attendee:
    """Put an attendee into the cart of ``by``: checked as an order would be, but nothing is held yet.
    A check-in that comes along is recorded (team and registrars). SoldOut, InvalidInput, NotAllowed or
    NotFound with pointers."""
    now = now or timezone.now()
    if ticket.event_id != event.pk:
        raise InvalidInput("The ticket does not belong to the event.", "foreign_ticket", TICKET_POINTER)
    is_by_team = is_team(by, event)
    demand_visible(event, is_by_team)
    SiteRules.load().demand_modules([ticket])
    objection = sale_objection(ticket, now)
    if objection:
        raise InvalidInput(*objection, TICKET_POINTER)
    if not is_by_team:
        item = CartItem(ticket.pk, 1, pointer=TICKET_POINTER)
        check_access(access_code, event, {ticket.pk: ticket}, [item], now, BY_ATTENDEES)
    _demand_one_left(ticket, now)
    contact = {name: value for name, value in attributes.items() if name in CONTACT_FIELDS}
    attendee = Attendee(event=event, ticket=ticket, created_by=by, **contact)
    if is_by_team and attributes.get("tag") is not None:
        contact["tag"] = attendee.tag = attributes["tag"]
    _validate(attendee, contact)
    attendee.user = holder_of(attendee.email)
    attendee.save(force_insert=True)
    check_in_new_attendee(attendee=attendee, attributes=attributes, by=by)
    return attendee


@transaction.atomic
def update_attendee(
    *, attendee: Attendee, by: Any, changes: Mapping[str, Any], now: datetime | None = None
) -> Attendee:
    """Apply what a PATCH really changes. Contact fields: the team, the buyer, the holder, and whose cart
    it lies in, until the order is cancelled or expired; scans: team and registrars (orders/checkins/).
    NotAllowed (403) with pointers for the rest. A new name on a ticket that was issued makes a new PDF."""
    row = record_scans(attendee=attendee, attributes=changes, by=by, now=now)
    known = CONTACT_FIELDS | TEAM_FIELDS if by is None or is_door_staff(by, row) else CONTACT_FIELDS
    given = {name: value for name, value in changes.items() if name in known}
    wanted = changed_attributes(row, given)
    if not wanted:
        return row
    _demand_editor(row, by, wanted)
    for name, value in wanted.items():
        setattr(row, name, value)
    _validate(row, wanted)
    names = {*wanted, "modified_at"}
    if "email" in wanted:
        row.user = holder_of(row.email)
        names.add("user")
    if row.pdf and row.order_id and PRINTED_FIELDS & wanted.keys():
        row.pdf = None
        names.add("pdf")
        Order.objects.filter(pk=row.order_id or 0).update(tickets_sent_at=None, tickets_pdf=None)
    row.save(update_fields=names)
    return row


@transaction.atomic
def delete_attendee(*, attendee: Attendee, by: Any) -> None:
    """Take an attendee out of a cart, or (the team) out of an order, whose seat is then free again.

    The order keeps its price: money that is to go back is a refund of its own. An order that loses its last
    attendee is cancelled.
    """
    order = None if attendee.order_id is None else lock_order(attendee.order_id)
    row = Attendee.objects.select_for_update(of=("self",)).get(pk=attendee.pk)
    if not (by is None or is_team(by, row) or is_cart_owner(by, row)):
        raise NotAllowed("You may not delete this attendee.")
    if order is not None and order.status not in FINAL:
        _return_seat(row, order, by)
    row.trash()


def _return_seat(row: Attendee, order: Order, by: Any) -> None:
    if not order.attendees.exclude(pk=row.pk).exists():
        cancel_order(order, by=by, reason="its last attendee was deleted")
        return
    order.lines.filter(attendees=row).update(returned=F("returned") + 1)
    is_sold = order.status == Order.Status.COMPLETED
    (stock.return_sold if is_sold else stock.release_seats)({row.ticket_id: 1})
    _return_code_uses(row, order)


def _return_code_uses(row: Attendee, order: Order) -> None:
    """The codes that the seat was bought with count one use less; what is left is given back with the order."""
    discount, access = order.discount_code, order.access_code
    if discount and order.discount_uses and discount.tickets.filter(pk=row.ticket_id).exists():
        order.discount_uses -= 1
        stock.give_back_code_uses(DiscountCode, discount.pk, 1)
    if access and order.access_uses and access.tickets.filter(pk=row.ticket_id).exists():
        order.access_uses -= 1
        stock.give_back_code_uses(AccessCode, access.pk, 1)
    order.save(update_fields=["discount_uses", "access_uses"])


def remove_orphans(*, now: datetime | None = None) -> int:
    """Remove attendees that lay in a cart for more than a day and never saw an order; how many."""
    before = (now or timezone.now()) - ORPHANED_AFTER
    orphans = Attendee.with_trashed.filter(order=None, created_at__lt=before, scans=None)
    return orphans.delete()[0]


def _demand_one_left(ticket: Ticket, now: datetime) -> None:
    shortages = stock.shortages_of([ticket], {ticket.pk: 1})
    if shortages and expire_overdue(now=now, ticket_ids=[ticket.pk]):
        ticket.refresh_from_db(fields=["sold", "reserved"])
        shortages = stock.shortages_of([ticket], {ticket.pk: 1})
    if shortages:
        raise stock.SoldOut(shortages, TICKET_POINTER)


def _demand_editor(row: Attendee, by: Any, wanted: Mapping[str, Any]) -> None:
    if by is None or is_team(by, row):
        return
    if not (is_buyer(by, row) or is_holder(by, row) or is_cart_owner(by, row)):
        if not is_door_staff(by, row):
            raise NotAllowed("You may not change this attendee.")
        refuse_changes(set(wanted), TEAM_FIELDS)
    if row.order is not None and row.order.status in FINAL:
        raise NotAllowed(f"The order is {row.order.status}.", "final", "/data")


def _validate(attendee: Attendee, wanted: Mapping[str, Any]) -> None:
    """ValidationError by the rules of the fields that were set."""
    attendee.clean_fields(exclude={f.name for f in Attendee._meta.fields} - set(wanted))
    attendee.clean()
