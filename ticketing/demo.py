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
    hours: dict[str, Any] = {"event": event, "sales_starts_at": now, "sales_ends_at": event.ends_at}
    two_days = Ticket(
        name="Two days",
        type=Ticket.Type.PAID,
        price=Decimal(45),
        quantity=200,
        position=1,
        description="Both days, lunch included.",
        **hours,
    )
    friday = Ticket(
        name="Friday only",
        type=Ticket.Type.FREE,
        quantity=100,
        position=2,
        description="The first day, free of charge.",
        **hours,
    )
    supporter = Ticket(
        name="Supporter",
        type=Ticket.Type.DONATION,
        min_price=Decimal(5),
        max_price=Decimal(500),
        quantity=50,
        position=3,
        description="Both days, for what they are worth to you.",
        **hours,
    )
    crew = Ticket(name="Crew", type=Ticket.Type.FREE, quantity=20, position=4, is_hidden=True, **hours)
    for ticket in (two_days, friday, supporter, crew):
        ticket.full_clean()
        ticket.save()
    discount = DiscountCode(
        event=event,
        code=DISCOUNT_CODE,
        type=DiscountCode.Type.PERCENT,
        value=Decimal(20),
        tickets_number=50,
        min_quantity=1,
        max_quantity=5,
        valid_from=now,
        valid_till=event.ends_at,
    )
    access = AccessCode(
        event=event,
        code=ACCESS_CODE,
        tickets_number=20,
        min_quantity=1,
        max_quantity=2,
        valid_from=now,
        valid_till=event.ends_at,
    )
    for code, tickets in ((discount, [two_days]), (access, [crew])):
        code.full_clean()
        code.save()
        code.tickets.set(tickets)
