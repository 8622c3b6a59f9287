"""The demo event: the project's example, published, with tickets of every kind on sale."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Module
from events.imports import import_event
from events.imports.example import example_zip
from events.models import Event

from .models import AccessCode, DiscountCode, Ticket

IDENTIFIER = "tooldays"
DISCOUNT_CODE = "EARLYBENCH"
ACCESS_CODE = "SCREWDRIVER"


@transaction.atomic
def load_demo(*, owner: Any, now: datetime | None = None) -> tuple[Event, bool]:
    """The demo event and whether it was made now. Where it exists already, be it in the trash, nothing
    is touched: neither the event nor the site's modules."""
    found = Event.with_trashed.filter(identifier=IDENTIFIER).first()
    if found is not None:
        return found, False
    now = now or timezone.now()
    modules = Module.load()
    modules.ticket_include = modules.payment_include = modules.donation_include = True
    modules.save()
    summary = import_event(
        file=example_zip(now.date()), owner=owner, publish=True, new_topics=True, identifier=IDENTIFIER
    )
    event = Event.objects.get(pk=summary.event_id)
    _let_people_pay(event)
    _put_on_sale(event, now)
    return event, True


def _let_people_pay(event: Event) -> None:
    event.payment_currency = "USD"
    event.is_donation_enabled = True
    event.can_pay_by_bank = event.can_pay_onsite = True
    event.bank_details = "Small Tools Circle, account 000000, Example Bank"
    event.onsite_details = "Cash or card at the door."
    event.full_clean()
    event.save()


def _put_on_sale(event: Event, now: datetime) -> None:
    kinds = Ticket.Type
    supporter = {"min_price": Decimal(5), "max_price": Decimal(500)}
    friday = "The first day, free of charge."
    donation = "Both days, for what they are worth to you."
    offers: list[dict[str, Any]] = [
        {"name": "Two days", "type": kinds.PAID, "quantity": 200, "price": Decimal(45)},
        {"name": "Friday only", "type": kinds.FREE, "quantity": 100, "description": friday},
        {"name": "Supporter", "type": kinds.DONATION, "quantity": 50, "description": donation, **supporter},
        {"name": "Crew", "type": kinds.FREE, "quantity": 20, "is_hidden": True},
    ]
    tickets = []
    for position, offer in enumerate(offers, start=1):
        ticket = Ticket(event=event, position=position, sales_starts_at=now, sales_ends_at=event.ends_at, **offer)
        ticket.full_clean()
        ticket.save()
        tickets.append(ticket)
    _hand_out_codes(event, now, discounted=tickets[0], hidden=tickets[-1])


def _hand_out_codes(event: Event, now: datetime, *, discounted: Ticket, hidden: Ticket) -> None:
    valid = {"event": event, "valid_from": now, "valid_till": event.ends_at, "min_quantity": 1}
    discount = DiscountCode(
        code=DISCOUNT_CODE,
        type=DiscountCode.Type.PERCENT,
        value=Decimal(20),
        tickets_number=50,
        max_quantity=5,
        **valid,
    )
    access = AccessCode(code=ACCESS_CODE, tickets_number=20, max_quantity=2, **valid)
    for code, ticket in ((discount, discounted), (access, hidden)):
        code.full_clean()
        code.save()
        code.tickets.set([ticket])
