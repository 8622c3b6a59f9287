"""What is for sale on the stand, who buys it, and what was sold before."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.auth.jwt import AccessToken
from accounts.models import Module, User
from events.models import Event
from ticketing.models import Ticket

BUYERS = 200
BATCH = 100_000


@dataclass(frozen=True)
class Goods:
    """One event with one hot ticket, and the tokens of those who want it."""

    ticket: Ticket
    buyers: list[User]
    tokens: list[str]


def lay_out(name: str = "Hot", quantity: int | None = 10_000_000, price: int = 0) -> Goods:
    """A published event with one ticket, and verified people who have been seen already."""
    now = timezone.now()
    Module.objects.update_or_create(pk=1, defaults={"ticket_include": True, "payment_include": True})
    event = Event.objects.create(
        name=name,
        state=Event.State.PUBLISHED,
        timezone="UTC",
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=31),
    )
    ticket = Ticket.objects.create(
        event=event,
        name=name,
        type=Ticket.Type.PAID if price else Ticket.Type.FREE,
        price=price,
        quantity=quantity,
        sales_starts_at=now - timedelta(days=1),
        sales_ends_at=now + timedelta(days=20),
    )
    known = User.objects.filter(email__endswith="@bench.example")
    if not known.exists():
        User.objects.bulk_create(
            User(email=f"buyer{n}@bench.example", is_verified=True, last_accessed_at=now) for n in range(BUYERS)
        )
    buyers = list(known)
    known.update(last_accessed_at=now + timedelta(days=1))  # "last seen" is written every few minutes: not here
    return Goods(ticket, buyers, [str(AccessToken.for_user(buyer)) for buyer in buyers])


SOLD = """
WITH made AS (
    INSERT INTO orders_order (identifier, event_id, user_id, status, amount, currency, payment_mode,
        created_at, completed_at, tickets_sent_at, is_refund_due, is_billing_enabled, discount_uses, access_uses)
    SELECT gen_random_uuid(), %(event)s, %(user)s + n %% %(users)s, 'completed', 0, 'USD', 'free',
        now(), now(), now(), false, false, 0, 0
    FROM generate_series(1, %(count)s) AS n
    RETURNING id, user_id
), priced AS (
    INSERT INTO orders_orderline (order_id, ticket_id, name, quantity, returned, unit_price, discount, fee,
        is_fee_absorbed, is_tax_included, tax, adjustment, total)
    SELECT id, %(ticket)s, 'Hot', 1, 0, 0, 0, 0, false, false, 0, 0, 0 FROM made
    RETURNING id, order_id
), moved AS (
    INSERT INTO orders_ordertransition (order_id, at, by_id, from_status, to_status, reason)
    SELECT id, now(), user_id, '', 'completed', 'sold before' FROM made
)
INSERT INTO orders_attendee (event_id, ticket_id, order_id, order_line_id, created_at, modified_at,
    is_consent_of_refund_policy, is_checked_in, is_checked_out, is_registered)
SELECT %(event)s, %(ticket)s, order_id, id, now(), now(), false, false, false, false FROM priced
"""


def sell_before(goods: Goods, count: int) -> None:
    """So many orders of one ticket each, as if they had been completed long ago."""
    ticket = goods.ticket
    ids = sorted(buyer.pk for buyer in goods.buyers)
    with connection.cursor() as cursor:
        for begun in range(0, count, BATCH):
            batch = min(BATCH, count - begun)
            values = {"event": ticket.event_id, "ticket": ticket.pk, "user": ids[0], "users": len(ids), "count": batch}
            cursor.execute(SOLD, values)
        cursor.execute("UPDATE ticketing_ticket SET sold = sold + %s WHERE id = %s", [count, ticket.pk])
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")
