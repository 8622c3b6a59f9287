"""What files of orders and attendees say."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from openevent.admin.exports import Column, Sheet


def _local(row: Any, at: datetime | None) -> datetime | None:
    return at.astimezone(row.event.zone) if at else None


ORDERS = {
    "identifier": Column(_("Order"), lambda o: o.identifier),
    "event": Column(_("Event"), lambda o: o.event.name),
    "status": Column(_("Status"), lambda o: o.status),
    "amount": Column(_("Amount"), lambda o: o.amount),
    "currency": Column(_("Currency"), lambda o: o.currency),
    "payment": Column(_("Payment"), lambda o: o.payment_mode),
    "paid_via": Column(_("Paid via"), lambda o: o.paid_via),
    "email": Column(_("Buyer's e-mail"), lambda o: o.user.email if o.user else ""),
    "buyer": Column(_("Buyer"), lambda o: o.user.full_name if o.user else ""),
    "company": Column(_("Company"), lambda o: o.company),
    "address": Column(_("Address"), lambda o: o.address),
    "zipcode": Column(_("Postcode"), lambda o: o.zipcode),
    "city": Column(_("City"), lambda o: o.city),
    "country": Column(_("Country"), lambda o: o.country),
    "discount_code": Column(_("Discount code"), lambda o: o.discount_code.code if o.discount_code else ""),
    "created_at": Column(_("Ordered"), lambda o: _local(o, o.created_at)),
    "completed_at": Column(_("Completed"), lambda o: _local(o, o.completed_at)),
}
ATTENDEES = {
    "id": Column(_("Number"), lambda a: a.pk),
    "code": Column(_("Ticket code"), lambda a: a.ticket_code),
    "firstname": Column(_("First name"), lambda a: a.firstname),
    "lastname": Column(_("Last name"), lambda a: a.lastname),
    "email": Column(_("E-mail"), lambda a: a.email),
    "company": Column(_("Company"), lambda a: a.company),
    "job_title": Column(_("Job title"), lambda a: a.job_title),
    "phone": Column(_("Phone"), lambda a: a.phone),
    "city": Column(_("City"), lambda a: a.city),
    "country": Column(_("Country"), lambda a: a.country),
    "event": Column(_("Event"), lambda a: a.event.name),
    "ticket": Column(_("Ticket"), lambda a: a.ticket.name),
    "order": Column(_("Order"), lambda a: a.order.identifier if a.order else ""),
    "status": Column(_("Status of the order"), lambda a: a.order.status if a.order else ""),
    "buyer": Column(_("Buyer's e-mail"), lambda a: a.order.user.email if a.order and a.order.user else ""),
    "is_checked_in": Column(_("Checked in"), lambda a: a.is_checked_in),
    "checkin_times": Column(_("Check-in times"), lambda a: a.checkin_times),
}
ORDER_SHEET = Sheet("orders", ORDERS, ("event", "user", "discount_code"))
ATTENDEE_SHEET = Sheet("attendees", ATTENDEES, ("event", "ticket", "order__user"))
