"""An event from its first page to the public, and its copy, in a browser."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from events.models import Event, Microlocation, Session
from orders.models import Order
from tests.factories import make_discount, make_paid_ticket, order_of
from ticketing.models import Ticket

Open = Callable[..., Any]
BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2031, 3, 10, 9, tzinfo=BERLIN)  # winter time, as are all four days
NEW_BEGIN = datetime(2031, 3, 28, 9, tzinfo=BERLIN)  # a Friday; the clocks change on Sunday the 30th
SHIFT = timedelta(days=18)


def fill_moments(page: Any, **moments: tuple[str, str]) -> None:
    for name, (day, clock) in moments.items():
        page.fill(f"input[name={name}_0]", day)
        page.fill(f"input[name={name}_1]", clock)


def test_event_is_made_with_a_ticket_and_published(open_as: Open, people: SimpleNamespace) -> None:
    page = open_as(people.otto)
    page.get_by_role("link", name="New event").click()
    page.get_by_label("Name", exact=False).first.fill("Night of Tools")
    fill_moments(page, starts_at=("2031-06-12", "18:00"), ends_at=("2031-06-13", "02:00"))
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Save and continue editing").click()
    page.wait_for_url("**/change/")
    event = Event.objects.get(name="Night of Tools")
    assert event.starts_at == datetime(2031, 6, 12, 18, tzinfo=BERLIN)
    assert (event.roles.get(role__name="owner").user, event.is_published) == (people.otto, False)

    page.locator("#content-main").get_by_role("link", name="Tickets").first.click()
    page.wait_for_url("**?event=*")
    page.get_by_role("link", name="Add ticket").click()
    page.get_by_label("Name", exact=False).first.fill("Entry")
    page.select_option("select[name=type]", "free")
    page.get_by_label("Quantity").fill("100")
    fill_moments(page, sales_starts_at=("2026-01-01", "08:00"), sales_ends_at=("2031-06-12", "17:00"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert (Ticket.objects.get().event, Ticket.objects.get().quantity) == (event, 100)

    assert page.request.get(f"/v1/events/{event.identifier}").status == 404  # a draft is nobody else's
    page.goto(f"/admin/events/event/{event.pk}/change/")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("button", name="Back to draft")).to_be_visible()
    assert page.request.get(f"/v1/events/{event.identifier}").status == 200
    on_sale = json.loads(page.request.get(f"/v1/events/{event.identifier}/tickets").text())["data"]
    assert [ticket["attributes"]["name"] for ticket in on_sale] == ["Entry"]


def programme_of_two_hundred(event: Event) -> None:
    """Four days in four rooms, a talk each 40 minutes; a ticket on sale for nine weeks, a code for one of them."""
    rooms = [Microlocation.objects.create(event=event, name=f"Hall {n}", position=n) for n in range(4)]
    moments = [BEGIN + timedelta(days=n // 50, minutes=40 * (n % 50 // 4)) for n in range(200)]
    Session.objects.bulk_create(
        Session(
            event=event,
            title=f"Talk {n}",
            starts_at=at,
            ends_at=at + timedelta(minutes=30),
            microlocation=rooms[n % 4],
            state="accepted",
        )
        for n, at in enumerate(moments)
    )


def grid_of(page: Any) -> list[str]:
    """What the programme shows, slot by slot: title and times."""
    expect(page.locator(".oe-slot")).to_have_count(200)
    return list(page.locator(".oe-slot").all_inner_texts())


def test_event_with_two_hundred_sessions_is_copied_across_the_change_of_clocks(
    open_as: Open, people: SimpleNamespace
) -> None:
    event = people.event
    Event.objects.filter(pk=event.pk).update(starts_at=BEGIN, ends_at=BEGIN + timedelta(days=3, hours=9))
    programme_of_two_hundred(event)
    ticket = make_paid_ticket(event, "10", name="Entry", quantity=50, sales_ends_at=BEGIN + timedelta(days=3))
    code = make_discount(event, ticket, valid_till=BEGIN + timedelta(days=2))
    order_of(ticket, people.ada, 3)
    page = open_as(people.otto)
    page.goto(f"/admin/events/event/{event.pk}/programme/")
    before = grid_of(page)

    page.goto(f"/admin/events/event/{event.pk}/copy/")
    shown = page.locator("#content").inner_text()
    for words in (r"Sessions\s+200", r"Rooms\s+4", r"Tickets\s+1", r"Discount codes\s+1", r"Attendees\s+3"):
        assert re.search(words, shown), words
    page.get_by_label("Name of the copy").fill("Fair 2032")
    fill_moments(page, starts_at=("2031-03-28", "09:00"))
    page.get_by_role("button", name="Make the copy").click()
    expect(page.get_by_text("This is the copy.")).to_be_visible()

    copy = Event.objects.get(name="Fair 2032")
    assert f"/event/{copy.pk}/" in page.url
    page.locator("#content").get_by_role("link", name="Programme").first.click()
    assert grid_of(page) == before  # the same talks, at the same times on the clock
    expect(page.get_by_role("heading", name="Sunday, 30 Mar 2031")).to_be_visible()
    check_copy(event, copy)
    new_ticket = copy.tickets.get()
    assert (new_ticket.sold, new_ticket.reserved, new_ticket.quantity) == (0, 0, 50)
    assert new_ticket.sales_ends_at == NEW_BEGIN + timedelta(days=3)  # wall clock: nine o'clock, in summer time
    assert copy.discount_codes.get().valid_till == NEW_BEGIN + timedelta(days=2)
    code.refresh_from_db()
    assert code.valid_till == BEGIN + timedelta(days=2)  # the source stays
    assert not Order.objects.filter(event=copy).exists()


def check_copy(event: Event, copy: Event) -> None:
    """All sessions moved by the same days on the clock; from the Sunday on that is an hour less of time."""
    old = dict(event.sessions.values_list("title", "starts_at"))
    new = dict(copy.sessions.values_list("title", "starts_at"))
    assert new.keys() == old.keys()
    for title, at in new.items():
        assert at.astimezone(BERLIN).replace(tzinfo=None) == old[title].astimezone(BERLIN).replace(tzinfo=None) + SHIFT
    moved = {(at - old[title], at.astimezone(BERLIN).date() >= date(2031, 3, 30)) for title, at in new.items()}
    assert moved == {(SHIFT, False), (SHIFT - timedelta(hours=1), True)}
    assert set(copy.sessions.values_list("microlocation__event", flat=True)) == {copy.pk}
    assert (copy.starts_at, copy.is_published) == (NEW_BEGIN, False)
