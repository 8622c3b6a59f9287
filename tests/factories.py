"""Rows for tests: sensible defaults, anything can be said. The cast: see DESIGN §7."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils import timezone
from model_bakery import baker
from rest_framework.test import APIClient

from accounts.auth.jwt import AccessToken
from accounts.models import Module, User
from events.models import Event, EventMember, Role
from orders.models import Order
from orders.services import CartItem, place_order
from payments.models import InvoicePayment, Payment, Refund
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


CAST: dict[str, dict[str, Any]] = {
    "Olga": {"role": "owner"},
    "Otto": {"role": "organizer"},
    "Cora": {"role": "coorganizer"},
    "Rita": {"role": "registrar"},
    "Ada": {},
    "Eve": {},
    "Adam": {"is_admin": True},
    "Sue": {"is_admin": True, "is_super_admin": True},
}


def make_cast(event: Event) -> SimpleNamespace:
    """The people of DESIGN §7, each in the role that the name says; quickly, and without mails of welcome."""
    password = make_password("correct horse battery")
    common = {"is_verified": True, "password": password}
    people = User.objects.bulk_create(
        User(email=f"{name.lower()}@example.org", first_name=name, **common, **_without(about, "role"))
        for name, about in CAST.items()
    )
    names = {about["role"] for about in CAST.values() if "role" in about}
    roles = {role.name: role for role in Role.objects.filter(name__in=names)}
    for name in names - roles.keys():
        roles[name] = Role.objects.create(name=name, title_name=name.title())
    EventMember.objects.bulk_create(
        EventMember(event=event, user=person, role=roles[about["role"]])
        for person, about in zip(people, CAST.values(), strict=True)
        if "role" in about
    )
    return SimpleNamespace(**{name.lower(): person for name, person in zip(CAST, people, strict=True)})


def _without(attributes: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in attributes.items() if key != name}


def client_of(user: User | None = None) -> APIClient:
    """A client of the API with a token of ``user``, or without."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"JWT {AccessToken.for_user(user)}")
    return client


# What fields take that a random value would not do for, by their names.
EXAMPLES: dict[str, Any] = {
    "color": "#a04b4b",
    "font_color": "#ffffff",
    "timezone": "Europe/Berlin",
    "length": "00:30",
    "currency": "EUR",
    "payment_currency": "EUR",
    "country": "DE",
    "value": 5,
    "rating": 4,
    "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
}


baker.generators.add("openevent.fields.RichTextField", lambda: "Read <b>this</b>.")


# The same for one model.
EXAMPLES_OF: dict[type[models.Model], dict[str, Any]] = {
    Payment: {"state": Payment.State.REFUNDED, "amount": 5, "received": 5, "refunded": 5},
    InvoicePayment: {"state": Payment.State.REFUNDED, "amount": 5, "received": 5, "refunded": 5},
    Refund: {"state": Refund.State.DONE, "amount": 5},
}


def prepare_row(model: type[models.Model], parents: dict[type[models.Model], Any], **attributes: Any) -> Any:
    """A row of any model, not saved: foreign keys from ``parents``, what is required made up by model-bakery."""
    given = {name: value for name, value in EXAMPLES.items() if name in {f.name for f in model._meta.concrete_fields}}
    given |= EXAMPLES_OF.get(model, {})
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model in parents and field.related_model is not model:
            given[field.name] = parents[field.related_model]
        elif field.is_relation and not field.null and field.name not in attributes:
            given[field.name] = make_row(field.related_model, parents)
        elif isinstance(field, models.JSONField) and not field.null and not field.has_default():
            given[field.name] = {}
    return baker.prepare(model, **{**given, **attributes})


def make_row(model: type[models.Model], parents: dict[type[models.Model], Any], **attributes: Any) -> Any:
    """A stored row of any model, see ``prepare_row``."""
    row = prepare_row(model, parents, **attributes)
    row.save(force_insert=True)
    return row
