"""A site with one huge event: 100,000 attendees in 50,000 orders, and the scans, mails and logs that come with them.

Rows are copied within the database from one row of each kind, with the columns that differ said in SQL of ``n``, the
number of the copy: a hundred thousand take about a second, and a new column of a model needs nothing here.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils import timezone

from accounts.models import Activity, Mail, Notification, User
from events.models import Event, EventMember, Microlocation, Role, Session, Speaker
from orders.models import Attendee, CheckIn, Order, OrderLine, OrderTransition, Station
from payments.models import Invoice, LedgerEntry, Payment, Refund, WebhookEvent
from ticketing.models import AccessCode, DiscountCode, Ticket

PEOPLE = 20_000  # accounts, at most
CODES = 5_000  # of each kind, at most
OTHERS = 200  # events beside the huge one
FIRST = "Ada Bo Cem Dora Eli Fay Gus Hana Ivo Jana Kai Lena Max Nora Omar Pia Quin Rosa Sam Tara Udo Vera Wim Yara"
LAST = "Meyer Schmidt Novak Rossi Silva Kowalski Jensen Dubois Garcia Popescu Virtanen Horvat Nagy Murphy Yilmaz Okafor"


@dataclass(frozen=True)
class Crowd:
    """The huge event, who owns it, and who may see the whole site."""

    event: Event
    owner: User
    registrar: User
    admin: User
    first_order: int  # ids are consecutive from here on
    first_attendee: int


def multiply(row: models.Model, count: int, **columns: str) -> int:
    """``count`` copies of a stored row, the named columns as SQL of ``n`` (1 to count); the id of the first copy."""
    meta = row._meta
    fields = [field.column for field in meta.concrete_fields if not field.primary_key]
    unknown = columns.keys() - set(fields)
    if unknown:
        raise ValueError(f"{meta.label} has no columns {sorted(unknown)}")
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in fields)
    values = ", ".join(columns.get(name, f"row.{quote(name)}") for name in fields)
    table, key = quote(meta.db_table), quote(meta.pk.column)  # type: ignore[union-attr]
    sql = f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS row, generate_series(1, %s) AS n"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE row.{key} = %s ORDER BY n", [count, row.pk])
        cursor.execute(f"SELECT max({key}) FROM {table}")
        return int(cursor.fetchone()[0]) - count + 1


def one_of(words: str, step: int) -> str:
    """SQL that picks a word for each ``n``; another ``step`` gives another order."""
    chosen = words.split()
    return f"(ARRAY{chosen!r})[1 + (n / {step}) %% {len(chosen)}]"


def fill(attendees: int = 100_000, orders: int = 50_000) -> Crowd:
    """Everything, with statistics for the planner. Not for a transaction: it is vacuumed. Foreign keys and triggers are
    not asked (PostgreSQL lets super users do so): the numbers of the rows are known, and looking them up would take as
    long as the rest."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        owner, registrar, admin, event = _frame()
        ticket, first_order = _sales(event, orders)
        first_attendee = _people(event, ticket, first_order, orders, attendees)
        _money(event, owner, first_order, orders)
        _log(owner, first_attendee, attendees)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    return Crowd(event, owner, registrar, admin, first_order, first_attendee)


def _frame() -> tuple[User, User, User, Event]:
    """Who works, the huge event and many small ones, a programme."""
    owner, registrar, admin = (
        User.objects.create(email=f"{name}@crowd.example", first_name=name.title(), is_verified=True, **rank)
        for name, rank in [("owner", {}), ("door", {}), ("root", {"is_admin": True, "is_super_admin": True})]
    )
    now = timezone.now()
    event = Event.objects.create(
        name="Huge fair",
        state=Event.State.PUBLISHED,
        timezone="Europe/Berlin",
        payment_currency="EUR",
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=32),
    )
    for user, name in [(owner, "owner"), (registrar, "registrar")]:
        EventMember.objects.create(event=event, user=user, role=Role.objects.get(name=name))
    multiply(event, OTHERS, name="'Fair ' || n", identifier="'crowd' || n")
    room = Microlocation.objects.create(event=event, name="Hall")
    multiply(room, 9, name="'Hall ' || n")
    talk = Session.objects.create(event=event, title="Talk", state="accepted", microlocation=room, starts_at=now)
    multiply(
        talk,
        200,
        title="'Talk ' || n",
        starts_at="row.starts_at + n / 10 * interval '30 minutes'",
        ends_at="row.starts_at + (1 + n / 10) * interval '30 minutes'",
        microlocation_id=f"{room.pk} + n %% 10",
    )
    speaker = Speaker.objects.create(event=event, name="Speaker")
    multiply(speaker, 300, name="'Speaker ' || n", email="n || '@talk.example'")
    return owner, registrar, admin, event


def _sales(event: Event, orders: int) -> tuple[Ticket, int]:
    """Accounts, tickets, codes and orders."""
    now = timezone.now()
    people = min(PEOPLE, orders)
    first_buyer = multiply(
        User.objects.create(email="buyer@crowd.example", first_name="Buyer", is_verified=True),
        people,
        email="'buyer' || n || '@crowd.example'",
        first_name=one_of(FIRST, 1),
        last_name=f"{one_of(LAST, 7)} || n %% 977",
    )
    ticket = Ticket.objects.create(
        event=event,
        name="Day",
        type=Ticket.Type.PAID,
        price=10,
        quantity=10_000_000,
        sales_starts_at=now - timedelta(days=60),
        sales_ends_at=now + timedelta(days=20),
    )
    multiply(ticket, 9, name="'Day ' || n")
    code = DiscountCode.objects.create(event=event, code="LESS", type="percent", value=10)
    multiply(code, min(CODES, orders), code="'LESS' || n")
    multiply(AccessCode.objects.create(event=event, code="OPEN"), min(CODES, orders), code="'OPEN' || n")
    order = Order.objects.create(event=event, status="completed", amount=10, currency="EUR", payment_mode="bank")
    states = one_of("completed " * 8 + "placed cancelled expired", 1)
    first = multiply(
        order,
        orders,
        identifier="gen_random_uuid()",
        user_id=f"CASE WHEN n %% 10 = 0 THEN NULL ELSE {first_buyer} + n %% {people} END",
        status=states,
        amount="n %% 100",
        discount_code_id=f"CASE WHEN n %% 50 = 0 THEN {code.pk} END",
        is_refund_due="n %% 1000 = 0",
        created_at=f"row.created_at - interval '60 days' + n * interval '60 days' / {orders}",
        completed_at="row.created_at",
        tickets_sent_at="row.created_at",
    )
    line = OrderLine.objects.create(order=order, ticket=ticket, name="Day", quantity=2, unit_price=5, fee=1, total=10)
    moved = OrderTransition.objects.create(order=order, to_status="completed")
    multiply(line, orders, order_id=f"{first} + n - 1", ticket_id=f"{ticket.pk} + n %% 10")
    multiply(moved, orders, order_id=f"{first} + n - 1")
    return ticket, first


def _people(event: Event, ticket: Ticket, first_order: int, orders: int, attendees: int) -> int:
    sample = Attendee.objects.create(event=event, ticket=ticket, order_id=first_order, firstname="A", lastname="B")
    first = multiply(
        sample,
        attendees,
        firstname=one_of(FIRST, 3),
        lastname=f"{one_of(LAST, 11)} || n %% 983",
        email="'guest' || n || '@' || chr((97 + n %% 26)::int) || 'mail.example'",
        company=one_of("ACME Initech Umbrella Hooli Globex", 1),
        order_id=f"{first_order} + n %% {orders}",
        ticket_id=f"{ticket.pk} + n %% 10",
        is_checked_in="n %% 3 = 0",
        inside_since="CASE WHEN n %% 3 = 0 THEN row.created_at END",
    )
    gate = Station.objects.create(event=event, station_name="Gate", station_type="check in")
    now = timezone.now()
    scan = CheckIn.objects.create(
        event=event, attendee=sample, scan_id="scan", at=now, happened_at=now, station=gate, device="phone 0"
    )
    multiply(
        scan,
        attendees,
        attendee_id=f"{first} + n - 1",
        scan_id="'scan' || n",
        device="'phone ' || n %% 40",
        result="CASE WHEN n %% 20 = 0 THEN 'refused' ELSE 'accepted' END",
        reason="CASE WHEN n %% 20 = 0 THEN 'already_inside' ELSE '' END",
        recorded_at="row.recorded_at - n * interval '1 second'",
        happened_at="row.recorded_at - n * interval '1 second'",
    )
    return first


def _money(event: Event, owner: User, first_order: int, orders: int) -> None:
    """A payment, an invoice and two lines of the ledger for each order; a refund for some, a webhook for each."""
    half = orders // 2
    payment = Payment.objects.create(
        order_id=first_order, provider="manual", state="failed", amount=10, received=10, currency="EUR", key="key"
    )
    each = f"{first_order} + n - 1"
    paid = multiply(payment, orders, order_id=each, state="'paid'", key="'key' || n", provider_id="'bank' || n")
    entry = LedgerEntry.objects.create(event=event, order_id=first_order, kind="sale", amount=10, currency="EUR")
    multiply(entry, orders, order_id=each)
    multiply(entry, orders, order_id=each, kind="'payment'", payment_id=f"{paid} + n - 1")
    bill = Invoice.objects.create(order_id=first_order, kind="credit_note", number=0, issuer=owner, amount=10)
    multiply(bill, orders, order_id=each, kind="'invoice'", number="n")
    refund = Refund.objects.create(payment=payment, order_id=first_order, amount=1, currency="EUR")
    multiply(refund, half, order_id=each, payment_id=f"{paid} + n - 1", key="gen_random_uuid()", state="'done'")
    hook = WebhookEvent.objects.create(provider="stripe", event_id="evt", kind="charge.succeeded", state="done")
    multiply(hook, orders, event_id="'evt' || n")


def _log(owner: User, first_attendee: int, count: int) -> None:
    """A mail, an activity, a change and a notification for each attendee."""
    mail = Mail.objects.create(recipient="a@b.example", action="ticket", subject="Tickets", message="<p>Hi</p>")
    multiply(
        mail,
        count,
        recipient="'guest' || n || '@amail.example'",
        subject="'Tickets of order ' || n",
        key="'crowd' || n",
        state="CASE WHEN n %% 1000 = 0 THEN 'failed' ELSE 'sent' END",
    )
    multiply(Activity.objects.create(actor="a@b.example", action="did"), count, action="'Order ' || n || ' completed'")
    change = LogEntry.objects.create(
        user=owner,
        content_type=ContentType.objects.get_for_model(Attendee),
        object_id=str(first_attendee),
        object_repr="Somebody",
        action_flag=2,
        change_message="[]",
    )
    multiply(change, count, object_id=f"({first_attendee} + n - 1)::text", object_repr="'Guest ' || n")
    notice = Notification.objects.create(user=owner, title="An order")
    multiply(notice, count, title="'Order ' || n")
