"""Rows for tests: sensible defaults, anything can be said. The cast: see DESIGN §7."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Module, User
from events.models import Event, EventMember, Role
from orders.models import Order
from orders.services import CartItem, place_order
from ticketing.models import AccessCode, DiscountCode, Ticket

numbers = count(1)


def make_user(name: str = "", **attributes: Any) -> User:
    """A verified person; ``Ada`` has the address ada@example.org."""
    name = name or f"Person{next(numbers)}"
    return User.objects.create_user(
        f"{name.lower()}@example.org",
        "correct horse battery",
        **{"first_name": name, "is_verified": True, **attributes},
    )


def switch_modules(is_on: bool = True) -> None:
    """All three switches of the site."""
    Module.objects.update_or_create(
        pk=1, defaults=dict.fromkeys(("ticket_include", "payment_include", "donation_include"), is_on)
    )


def make_event(**attributes: Any) -> Event:
    """A published event in Berlin, a month ahead, that takes money by bank and Stripe."""
    now = timezone.now()
    return Event.objects.create(
        **{
            "name": "Summit",
            "starts_at": now + timedelta(days=30),
            "ends_at": now + timedelta(days=32),
            "timezone": "Europe/Berlin",
            "state": Event.State.PUBLISHED,
            "payment_currency": "EUR",
            "can_pay_by_bank": True,
            "can_pay_by_stripe": True,
            **attributes,
        }
    )


def give_role(user: User, event: Event, name: str) -> User:
    """The person takes a role in the event."""
    role, _ = Role.objects.get_or_create(name=name, defaults={"title_name": name.title()})
    EventMember.objects.create(event=event, user=user, role=role)
    user.__dict__.pop("_roles_by_event", None)
    return user


def make_ticket(event: Event, **attributes: Any) -> Ticket:
    """A free ticket on sale, without limit."""
    now = timezone.now()
    return Ticket.objects.create(
        **{
            "event": event,
            "name": f"Ticket {next(numbers)}",
            "type": Ticket.Type.FREE,
            "price": Decimal(0),
            "sales_starts_at": now - timedelta(days=1),
            "sales_ends_at": now + timedelta(days=20),
            **attributes,
        }
    )


def make_paid_ticket(event: Event, price: str = "10", **attributes: Any) -> Ticket:
    """A ticket that costs ``price``."""
    return make_ticket(event, type=Ticket.Type.PAID, price=Decimal(price), **attributes)


def make_discount(event: Event, *tickets: Ticket, **attributes: Any) -> DiscountCode:
    """Ten percent off these tickets."""
    code = DiscountCode.objects.create(
        **{
            "event": event,
            "code": f"LESS{next(numbers)}",
            "type": DiscountCode.Type.PERCENT,
            "value": Decimal(10),
            "tickets_number": 100,
            **attributes,
        }
    )
    code.tickets.set(tickets)
    return code


def make_access_code(event: Event, *tickets: Ticket, **attributes: Any) -> AccessCode:
    """A code that opens these hidden tickets."""
    code = AccessCode.objects.create(
        **{"event": event, "code": f"OPEN{next(numbers)}", "tickets_number": 100, **attributes}
    )
    code.tickets.set(tickets)
    return code


def order_of(ticket: Ticket, by: User, quantity: int = 1, **options: Any) -> Order:
    """An order of so many of one ticket, by the cart."""
    return place_order(by=by, items=[CartItem(ticket.pk, quantity)], **options)
