"""The seed writes what buyers would have left behind: quickly, consistently, and the same each time."""

import io
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Model, Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Module
from events.models import Event
from openevent.exceptions import InvalidInput
from orders.bookkeeping import differences
from orders.checkins import record_scans
from orders.checkins.log import as_logged
from orders.models import Attendee, CheckIn, Order, OrderTransition
from orders.seeding import seed_orders
from orders.seeding.goods import DISCOUNT_CODE as SEED_CODE
from orders.seeding.story import PATHS
from orders.services import CartItem, complete_order, place_order, submit_order
from tests.factories import make_event, make_user, switch_modules
from ticketing.demo import ACCESS_CODE, DISCOUNT_CODE, IDENTIFIER, load_demo
from ticketing.models import AccessCode, DiscountCode, Ticket

pytestmark = pytest.mark.django_db


def snapshot(event: Event) -> list[Any]:
    """What was sold to whom, without the ids of rows."""
    orders = Order.objects.filter(event=event).order_by("pk")
    attendees = Attendee.objects.filter(event=event).order_by("pk")
    return [
        list(orders.values_list("identifier", "status", "amount", "created_at", "discount_uses", "payment_mode")),
        list(attendees.values_list("firstname", "lastname", "email", "ticket__name", "checkin_times", "city")),
        list(Ticket.objects.filter(event=event).order_by("name").values_list("name", "sold", "reserved")),
    ]


def wipe(event: Event) -> None:
    """Everything that was sold, gone: attendees hang on orders. The log of the door lets nothing but TRUNCATE at it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE orders_checkin")
    Attendee.objects.filter(event=event).delete()
    Order.objects.filter(event=event).delete()
    DiscountCode.objects.filter(event=event).delete()
    AccessCode.objects.filter(event=event).delete()
    Ticket.objects.filter(event=event).delete()


def assert_consistent(event: Event) -> None:
    """Every counter is the sum of the orders behind it."""
    assert not list(differences())
    for ticket in Ticket.objects.filter(event=event):
        seats = ticket.order_lines.aggregate(n=Sum("quantity"))["n"] or 0
        assert ticket.attendees.count() == seats
        assert ticket.left is None or ticket.left > 0
    for order in (
        Order.objects.filter(event=event).prefetch_related("lines", "transitions").annotate(n=Count("attendees"))
    ):
        lines = order.lines.all()
        assert order.amount == sum(line.total for line in lines)
        assert order.n == sum(line.quantity for line in lines)
        assert all(line.total == line.unit_price * line.quantity - line.discount for line in lines)
        moves = list(order.transitions.all())
        assert moves[0].from_status == ""
        assert [m.to_status for m in moves[:-1]] == [m.from_status for m in moves[1:]]
        assert moves[-1].to_status == order.status


def test_seed_makes_exactly_so_many_attendees_and_consistent_counters() -> None:
    event = make_event()
    result = seed_orders(event=event, attendees=1500)
    assert Attendee.objects.filter(event=event).count() == result.attendees == 1500
    assert Order.objects.filter(event=event).count() == result.orders
    assert_consistent(event)


def test_seed_spreads_over_statuses_tickets_days_and_group_sizes() -> None:
    event = make_event()
    seed_orders(event=event, attendees=2000)
    orders = Order.objects.filter(event=event)
    assert set(orders.values_list("status", flat=True)) == set(Order.Status.values)
    assert orders.filter(status="completed").count() > orders.count() * 0.7
    assert orders.exclude(discount_code=None).exists()
    assert orders.exclude(access_code=None).exists()
    assert orders.annotate(n=Count("lines")).filter(n=2).exists()
    assert len(set(orders.annotate(n=Count("attendees")).values_list("n", flat=True))) > 3
    assert len(set(orders.values_list("created_at__date", flat=True))) > 30
    assert all(Ticket.objects.filter(event=event).values_list("sold", flat=True))
    assert set(PATHS) == set(Order.Status)


def test_only_holders_of_completed_orders_came_in_and_the_log_agrees() -> None:
    event = make_event()
    seed_orders(event=event, attendees=1000)
    scanned = Attendee.objects.filter(event=event).exclude(checkin_times=None)
    assert scanned.count() > 200
    assert not scanned.exclude(order__status="completed").exists()
    for attendee in scanned.prefetch_related("scans")[:200]:
        ins = [scan for scan in attendee.scans.all() if scan.kind == "in"]
        assert attendee.checkin_times.split(",") == [as_logged(scan.at) for scan in ins]
        assert attendee.device_name_checkin.split(",") == [scan.device for scan in ins]
        assert attendee.is_checked_in != attendee.is_checked_out
    assert not CheckIn.objects.filter(at__lt=F("attendee__order__completed_at")).exists()


def test_scans_of_the_seed_are_known_to_the_door() -> None:
    """The log in both its forms is what orders/checkins/ keeps: repeating it changes nothing, going on does."""
    event = make_event()
    seed_orders(event=event, attendees=300)
    attendee = Attendee.objects.filter(event=event, is_checked_in=True).first()
    scans, times = attendee.scans.count(), attendee.checkin_times
    again = record_scans(attendee=attendee, attributes={"checkin_times": times}, by=None)
    assert (again.checkin_times, again.scans.count()) == (times, scans)
    later = record_scans(attendee=attendee, attributes={"checkin_times": "2099-01-01T00:00:00Z"}, by=None)
    assert (later.checkin_times, later.scans.count()) == (f"{times},2099-01-01T00:00:00Z", scans + 1)


def test_same_seed_gives_the_same_data_and_another_one_does_not() -> None:
    event = make_event()
    first, again, other = [], [], []
    for seed, kept in ((7, first), (7, again), (8, other)):
        seed_orders(event=event, attendees=300, seed=seed)
        kept.extend(snapshot(event))
        wipe(event)
    assert first == again
    assert first != other


def test_second_run_adds_others() -> None:
    event = make_event()
    seed_orders(event=event, attendees=200, seed=3)
    seed_orders(event=event, attendees=300, seed=3)
    assert Attendee.objects.filter(event=event).count() == 500
    emails = Attendee.objects.filter(event=event).values_list("email", flat=True)
    assert len(set(emails)) == 500
    assert_consistent(event)


def test_nobody_is_mailed_and_nothing_expires_at_once() -> None:
    event = make_event()
    seed_orders(event=event, attendees=500)
    assert not Order.objects.owing_tickets().exists()
    assert not Order.objects.overdue(timezone.now()).exists()


def test_orders_can_be_moved_on_by_the_services() -> None:
    event = make_event()
    seed_orders(event=event, attendees=600)
    order = Order.objects.filter(event=event, status="placed").first()
    complete_order(order)
    assert_consistent(event)


def test_number_of_statements_grows_by_chunks_only() -> None:
    def statements(attendees: int) -> int:
        event = make_event()
        with CaptureQueriesContext(connection) as queries:
            seed_orders(event=event, attendees=attendees)
        return len(queries)

    assert statements(10) == statements(2000) < 60


def test_seed_refuses_less_than_one_attendee() -> None:
    with pytest.raises(InvalidInput):
        seed_orders(event=make_event(), attendees=0)


def columns_of(row: Model, *left_out: str) -> dict[str, Any]:
    """A row's columns, without those that differ by nature."""
    columns = type(row)._base_manager.filter(pk=row.pk).values().get()
    return {k: v for k, v in columns.items() if k not in {"id", "order_id", "order_line_id", *left_out}}


def test_seeded_order_looks_like_one_that_was_placed() -> None:
    """Row by row, an order of the seed equals the same cart bought by ``place_order``."""
    switch_modules()
    ada = make_user("Ada")
    event = make_event()
    seed_orders(event=event, attendees=800)
    seeded = (
        Order.objects.filter(event=event, status="completed", amount__gt=0, discount_code__isnull=False)
        .annotate(n=Count("lines"))
        .filter(n=1)
        .first()
    )
    line = seeded.lines.get()
    placed = place_order(
        by=ada, items=[CartItem(line.ticket_id, line.quantity)], discount_code=SEED_CODE, payment_mode="bank"
    )
    placed = complete_order(submit_order(placed))
    by_nature = ("identifier", "user_id", "created_at", "completed_at", "tickets_sent_at", "paid_via", "payment_mode")
    assert columns_of(seeded, *by_nature) == columns_of(placed, *by_nature)
    assert columns_of(line) == columns_of(placed.lines.get())
    people = ("firstname", "lastname", "email", "city", "country", "company", "created_at", "modified_at")
    door = ("is_checked_in", "is_checked_out", "checkin_times", "checkout_times", "device_name_checkin")
    door += ("inside_since", "last_scan_at")
    one, other = seeded.attendees.first(), placed.attendees.first()
    assert columns_of(one, *people, *door, "created_by_id") == columns_of(other, *people, *door, "created_by_id")
    moves = [list(o.transitions.values_list("from_status", "to_status")) for o in (seeded, placed)]
    assert moves[0] == moves[1]


def test_load_demo_puts_a_published_event_on_sale_once() -> None:
    with pytest.raises(CommandError, match="super admin"):
        call_command("load_demo")
    sue = make_user("Sue", is_super_admin=True)
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    event = Event.objects.get(identifier=IDENTIFIER)
    assert IDENTIFIER in out.getvalue()
    assert event.is_published
    assert event.starts_at > timezone.now() + timedelta(days=50)
    assert event.starts_at.astimezone(event.zone).strftime("%A %H:%M") == "Friday 09:00"
    assert event.roles.get().user == sue
    counts = [getattr(event, n).count() for n in ("sessions", "speakers", "tracks", "microlocations", "sponsors")]
    assert counts == [12, 10, 3, 3, 4]
    assert event.social_links.count() == 3
    kinds = Counter(event.tickets.values_list("type", "is_hidden"))
    assert kinds == {("paid", False): 1, ("free", False): 1, ("donation", False): 1, ("free", True): 1}
    assert event.discount_codes.get().code == DISCOUNT_CODE
    assert event.access_codes.get().code == ACCESS_CODE
    module = Module.load()
    assert (module.ticket_include, module.payment_include, module.donation_include) == (True, True, True)


def test_load_demo_changes_nothing_the_second_time() -> None:
    sue = make_user("Sue", is_super_admin=True)
    load_demo(owner=sue)
    Module.objects.update(payment_include=False)
    Event.objects.update(name="Renamed")
    Ticket.objects.filter(name="Crew").delete()
    with CaptureQueriesContext(connection) as queries:
        event, is_new = load_demo(owner=sue)
    assert (event.name, is_new) == ("Renamed", False)
    assert not [q for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    event.trash()
    assert load_demo(owner=sue) == (event, False)
    assert Event.with_trashed.count() == 1
    assert Ticket.objects.filter(event=event).count() == 3


def test_example_loads_without_a_single_note() -> None:
    from events.imports import import_event
    from events.imports.example import example_zip

    summary = import_event(
        file=example_zip(timezone.now().date()), owner=make_user("Olga"), publish=True, new_topics=True
    )
    assert [s for s in summary.sentences() if "new on this site" not in s] == []


def test_ada_can_buy_every_ticket_of_the_demo() -> None:
    event, _ = load_demo(owner=make_user("Sue", is_super_admin=True))
    ada = make_user("Ada")
    tickets = {t.name: t for t in event.tickets.all()}
    paid = place_order(by=ada, items=[CartItem(tickets["Two days"].pk, 2)], discount_code=DISCOUNT_CODE)
    assert paid.amount == Decimal(72)
    place_order(by=ada, items=[CartItem(tickets["Friday only"].pk, 1)])
    place_order(by=ada, items=[CartItem(tickets["Supporter"].pk, 1, Decimal(10))])
    place_order(by=ada, items=[CartItem(tickets["Crew"].pk, 1)], access_code=ACCESS_CODE)


def test_seed_demo_command_seeds_the_demo_event_and_others() -> None:
    with pytest.raises(CommandError, match="load_demo"):
        call_command("seed_demo", attendees=10)
    load_demo(owner=make_user("Sue", is_super_admin=True))
    other = make_event()
    out, err = io.StringIO(), io.StringIO()
    call_command("seed_demo", attendees=50, stdout=out, stderr=err)
    call_command("seed_demo", attendees=20, event=str(other.pk), stdout=out, stderr=err)
    call_command("seed_demo", attendees=20, event=other.identifier, stdout=out, stderr=err)
    assert Attendee.objects.filter(event__identifier=IDENTIFIER).count() == 50
    assert other.attendees.count() == 40
    assert "50 attendees" in out.getvalue()
    assert "50 of 50 (100 %)" in err.getvalue()
    with pytest.raises(CommandError, match="There is no event nowhere"):
        call_command("seed_demo", attendees=10, event="nowhere")
    with pytest.raises(CommandError, match="At least one"):
        call_command("seed_demo", attendees=0)
    assert OrderTransition.objects.exists()
