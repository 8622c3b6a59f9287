"""Issuing tickets: PDFs, then mails, then the order is settled. May run twice, and at once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from events.rules import is_team
from openevent.exceptions import Conflict, NotAllowed

from .. import mails
from ..models import Attendee, Order
from ..rules import is_buyer
from ..tickets_pdf import store_ticket, store_tickets

OWED_AFTER = timedelta(minutes=1)  # the task that completing queued has had its chance
BATCH = 200


def issue_tickets(*, order: Order, now: datetime | None = None) -> bool:
    """Make the PDFs that are missing and write the mails that nobody has yet. True when the order has all
    it is owed; False when it is not completed, or somebody else is at work on it and will settle it."""
    if order.status != Order.Status.COMPLETED:
        return False
    missing = Attendee.objects.filter(Q(pdf=None) | Q(pdf=""), order=order)
    for attendee_id in list(missing.values_list("pk", flat=True)):
        _draw(attendee_id)
    return _settle(order.pk, now or timezone.now())


def orders_owed_tickets(*, now: datetime | None = None) -> list[int]:
    """Ids of completed orders whose tickets should be out by now."""
    before = (now or timezone.now()) - OWED_AFTER
    rows = Order.objects.owing_tickets().filter(completed_at__lt=before)
    return list(rows.order_by("completed_at").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def resend_tickets(*, order: Order, by: Any) -> None:
    """Mail the summary and the tickets of a completed order once more. Buyer and team only (403)."""
    if not (by is None or is_buyer(by, order) or is_team(by, order)):
        raise NotAllowed("You may not send the mails of this order.")
    if order.status != Order.Status.COMPLETED:
        raise Conflict(f"The order is {order.status}: there are no tickets yet.", "wrong_state", "/data")
    mails.tell_completed(order, is_again=True)
    mails.send_tickets(order, order.attendees.select_related("ticket"), is_again=True)


@transaction.atomic
def _draw(attendee_id: int) -> None:
    """Make one PDF, unless it was made meanwhile or somebody is making it."""
    rows = Attendee.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    row = rows.select_related("event", "ticket", "order", "order_line").filter(pk=attendee_id).first()
    if row is not None and not row.pdf:
        store_ticket(row)


@transaction.atomic
def _settle(order_id: int, now: datetime) -> bool:
    rows = Order.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    order = rows.select_related("event", "user").filter(pk=order_id).first()
    if order is None:
        return False
    attendees = list(order.attendees.select_related("ticket"))
    if order.status != Order.Status.COMPLETED or any(not attendee.pdf for attendee in attendees):
        return False
    if order.tickets_sent_at is not None and order.tickets_pdf:
        return True
    if not order.tickets_pdf and attendees:
        store_tickets(order, attendees)
    mails.send_tickets(order, attendees)
    mails.tell_completed(order)
    mails.tell_team(order, len(attendees))
    order.tickets_sent_at = now
    order.save(update_fields=["tickets_sent_at"])
    return True
