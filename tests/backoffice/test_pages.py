"""Pages of their own: copying, modules, codes, exports, imports, cancelling, the programme."""

import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Activity, Module
from events.models import Event, Microlocation, Session, Speaker
from openevent.admin.exports import guarded
from orders.models import Attendee, Order
from tests.factories import (
    make_cast,
    make_discount,
    make_event,
    make_paid_ticket,
    make_ticket,
    order_of,
    switch_modules,
)
from ticketing.models import AccessCode, DiscountCode, Ticket

from .conftest import client_for, url


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    starts = datetime(2031, 3, 20, 8, tzinfo=UTC)  # nine o'clock in Berlin, in winter
    return make_event(name="Fair", starts_at=starts, ends_at=starts + timedelta(days=2))


@pytest.fixture
def people(event: Event) -> SimpleNamespace:
    return make_cast(event)


@pytest.fixture
def otto(people: SimpleNamespace) -> Client:
    return client_for(people.otto)


@pytest.fixture
def sue(people: SimpleNamespace) -> Client:
    return client_for(people.sue)


def test_copy_shows_what_comes_along_and_shifts_all_dates_across_summer_time(otto: Client, event: Event) -> None:
    starts = event.starts_at + timedelta(hours=1)
    Session.objects.create(event=event, title="Talk", starts_at=starts, ends_at=starts + timedelta(hours=1))
    ticket = make_ticket(event, sales_ends_at=event.starts_at)
    code = make_discount(event, ticket, valid_till=event.starts_at)
    order_of(ticket, event.roles.first().user)
    page = otto.get(url("copy", Event, event.pk))
    assert {part.name: part.count for part in page.context["preview"].copied}["sessions"] == 1
    assert {part.name: part.count for part in page.context["preview"].left}["orders"] == 1
    given = {"name": "Fair again", "starts_at_0": "2031-06-12", "starts_at_1": "09:00:00"}

    answer = otto.post(url("copy", Event, event.pk), given)

    copy = Event.objects.get(name="Fair again")
    assert answer["Location"] == url("change", Event, copy.pk)
    assert otto.get(answer["Location"]).status_code == 200
    assert (copy.state, copy.starts_at) == ("draft", datetime(2031, 6, 12, 7, tzinfo=UTC))  # nine, in summer
    talk = copy.sessions.get()
    assert talk.starts_at == datetime(2031, 6, 12, 8, tzinfo=UTC)  # ten, as before
    sold = Ticket.objects.get(event=copy)
    assert (sold.sales_ends_at, sold.sold) == (copy.starts_at, 0)
    assert DiscountCode.objects.get(event=copy).valid_till == copy.starts_at
    code.refresh_from_db()
    assert code.valid_till == event.starts_at


def test_copy_with_a_wrong_date_is_refused_at_the_field(otto: Client, event: Event) -> None:
    answer = otto.post(url("copy", Event, event.pk), {"name": "", "starts_at_0": "soon", "starts_at_1": "09:00"})

    assert answer.context["form"].errors.keys() == {"name", "starts_at"}
    assert Event.objects.count() == 1


def test_copy_is_an_action_of_one_event(otto: Client, event: Event) -> None:
    answer = otto.post(url("changelist", Event), {"action": "copy", "_selected_action": [event.pk]})

    assert answer["Location"] == url("copy", Event, event.pk)


def test_modules_page_says_who_is_concerned_and_switches_at_once(sue: Client, otto: Client, event: Event) -> None:
    make_paid_ticket(event)
    page = sue.get(url("changelist", Module)).content.decode()
    assert "paid tickets on sale now" in page

    sue.post(url("switch", Module, "payment_include"), {"on": "0"})

    assert not Module.load().payment_include
    assert Activity.objects.filter(action="Payment was switched off.").exists()
    assert LogEntry.objects.filter(content_type__model="module").exists()
    sent = {"event": event.pk, "name": "New", "type": "paid", "price": "5"}
    times = {"sales_starts_at_0": "2031-01-01", "sales_starts_at_1": "09:00", "sales_ends_at_0": "2031-02-01"}
    refused = otto.post(url("add", Ticket), {**sent, **times, "sales_ends_at_1": "09:00", "min_price": "0"})
    assert "payment-include" in refused.content.decode()
    assert not Ticket.objects.filter(name="New").exists()
    for client in (otto, Client()):
        assert client.post(url("switch", Module, "payment_include"), {"on": "1"}).status_code in (302, 404)
    assert not Module.load().payment_include


def test_five_hundred_codes_are_made_and_handed_out(otto: Client, event: Event) -> None:
    ticket = make_paid_ticket(event)
    address = url("many", DiscountCode) + f"?event={event.pk}"
    given = {"tickets": [ticket.pk], "count": 500, "prefix": "VIP-", "uses": 1, "type": "percent", "value": "20"}

    answer = otto.post(address, given)

    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == ["code"]
    assert len({row[0] for row in rows[1:]}) == 500
    code = DiscountCode.objects.get(code=rows[1][0])
    assert (code.value, code.tickets_number, list(code.tickets.all())) == (20, 1, [ticket])
    assert code.code.startswith("VIP-")


def test_codes_that_cannot_be_are_refused_at_the_field_and_none_is_made(otto: Client, event: Event) -> None:
    free, open_one = make_ticket(event), make_paid_ticket(event)
    discounts = url("many", DiscountCode) + f"?event={event.pk}"
    given = {"tickets": [free.pk], "count": 5, "uses": 1, "type": "percent", "value": "20"}

    assert "tickets" in otto.post(discounts, given).context["form"].errors
    too_much = otto.post(discounts, {**given, "tickets": [open_one.pk], "value": "120"})
    assert "value" in too_much.context["form"].errors
    assert "count" in otto.post(discounts, {**given, "count": 9999}).context["form"].errors
    access = otto.post(url("many", AccessCode) + f"?event={event.pk}", {"tickets": [open_one.pk], "count": 5})
    assert "tickets" in access.context["form"].errors
    assert not DiscountCode.objects.exists()
    assert not AccessCode.objects.exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_cells_do_not_begin_like_formulas(text: str) -> None:
    assert guarded(text) == f"'{text}"


def export(client: Client, model: Any, keys: list[int], **given: Any) -> Any:
    chosen = {"action": "export", "_selected_action": keys}
    assert client.post(url("changelist", model), chosen).context["form"].fields["columns"].choices
    return client.post(url("changelist", model), {**chosen, **given})


def test_attendees_are_exported_with_the_chosen_columns_in_both_formats(otto: Client, event: Event) -> None:
    order = order_of(make_ticket(event, name="Entry"), event.roles.first().user, 2)
    order.attendees.update(firstname="=cmd()", email="a@example.org")
    keys = list(order.attendees.values_list("pk", flat=True))

    text = export(otto, Attendee, keys, format="csv", columns=["firstname", "email", "ticket"])
    rows = list(csv.reader(io.StringIO(b"".join(text.streaming_content).decode("utf-8-sig"))))
    assert rows == [["First name", "E-mail", "Ticket"], *[["'=cmd()", "a@example.org", "Entry"]] * 2]
    sheet = export(otto, Attendee, keys, format="xlsx", columns=["firstname"])
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sheet.streaming_content)))
    assert [row[0].value for row in book.active.rows] == ["First name", "'=cmd()", "'=cmd()"]
    assert export(otto, Order, [order.pk], format="csv", columns=["identifier", "amount"]).status_code == 200
    assert LogEntry.objects.filter(change_message="Exported").count() == 3


def upload(client: Client, event: Event, text: str, **given: Any) -> Any:
    file = io.BytesIO(text.encode())
    file.name = "guests.csv"
    return client.post(url("import", Attendee, event.pk), {"file": file, **given})


def test_import_shows_errors_by_row_and_stores_nothing(otto: Client, event: Event) -> None:
    make_ticket(event, name="Entry")
    text = "First name;Last name;Email;Ticket\nAda;King;ada@example.org;Entry\nBob;;nope;Entry\n;;;Entry\nCy;;;Ghost\n"

    answer = upload(otto, event, text)

    wrong = {guest.number: guest.problems for guest in answer.context["guests"] if guest.problems}
    assert wrong.keys() == {3, 4, 5}
    assert "is no e-mail address" in wrong[3][0]
    confirmed = otto.post(url("import", Attendee, event.pk), {"text": text, "confirm": "1"})
    assert confirmed.status_code == 200
    assert not Attendee.objects.exists()
    assert "first row" in str(upload(otto, event, "a,b\n1,2\n").context["form"].errors)


def test_import_makes_one_order_with_everybody(otto: Client, event: Event) -> None:
    ticket = make_paid_ticket(event, "10", name="Entry", quantity=3)
    text = "vorname,nachname,email\nAda,King,ada@example.org\nBob,Ross,\n"
    assert upload(otto, event, text, ticket=ticket.pk).context["bad"] == 0

    answer = otto.post(url("import", Attendee, event.pk), {"text": text, "ticket": ticket.pk, "confirm": "1"})

    assert answer.status_code == 302
    order = Order.objects.get()
    assert (order.status, order.amount) == ("completed", 0)
    assert sorted(str(a) for a in order.attendees.all()) == ["Ada King", "Bob Ross"]
    too_many = "vorname\n" + "x\n" * 2
    refused = otto.post(url("import", Attendee, event.pk), {"text": too_many, "ticket": ticket.pk, "confirm": "1"})
    assert refused.status_code == 200
    assert Order.objects.count() == 1


def test_orders_are_cancelled_with_a_note_and_marked_as_paid(otto: Client, event: Event, people: Any) -> None:
    ticket = make_paid_ticket(event, "10")
    paid = order_of(ticket, people.ada, status=None)
    Order.objects.filter(pk=paid.pk).update(status="placed")
    otto.post(url("do", Order, paid.pk, "mark_paid"))
    paid.refresh_from_db()
    assert paid.status == "completed"

    there = url("do", Order, paid.pk, "cancel")
    assert str(paid.identifier) in otto.post(there).content.decode()
    answer = otto.post(there, {"cancel_note": "The hall burnt down."})

    assert answer["Location"] == url("change", Order, paid.pk)
    paid.refresh_from_db()
    assert (paid.status, paid.cancel_note, paid.is_refund_due) == ("cancelled", "The hall burnt down.", True)
    assert LogEntry.objects.filter(object_id=str(paid.pk)).count() == 2
    more = [order_of(ticket, people.ada), order_of(ticket, people.eve)]
    chosen = {"action": "cancel", "_selected_action": [order.pk for order in more]}
    shown = otto.post(url("changelist", Order), chosen)
    assert shown.context["count"] == 2
    otto.post(url("changelist", Order), {**chosen, "cancel_note": ""})
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}


def test_orders_are_found_by_name_mail_number_and_code(otto: Client, event: Event, people: Any) -> None:
    ticket = make_paid_ticket(event, "10")
    order = order_of(ticket, people.ada, discount_code=make_discount(event, ticket, code="SPRING").code)
    order_of(ticket, people.eve)
    order.attendees.update(lastname="Lovelace")

    for term in ("lovel", "ada@", str(order.identifier), str(order.identifier)[:8], "spring", "Ada lovelace"):
        found = otto.get(url("changelist", Order), {"q": term}).context["cl"].queryset
        assert [row.pk for row in found] == [order.pk], term


def test_programme_marks_clashes_of_rooms_and_speakers(otto: Client, event: Event) -> None:
    hall = Microlocation.objects.create(event=event, name="Hall")
    grace = Speaker.objects.create(event=event, name="Grace")

    def talk(title: str, hour: int, **attributes: Any) -> Session:
        starts = event.starts_at + timedelta(hours=hour)
        return Session.objects.create(
            event=event,
            title=title,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            state="accepted",
            **attributes,
        )

    one, two = talk("One", 0, microlocation=hall), talk("Two", 1, microlocation=hall)
    three, four = talk("Three", 6), talk("Four", 7)
    for session in (three, four):
        session.speakers.add(grace)
    talk("Alone", 10, microlocation=hall)
    Session.objects.create(event=event, title="Someday")

    page = otto.get(url("programme", Event, event.pk))

    slots = {
        s.session.title: s.clashes for day in page.context["days"] for _at, cells in day.rows for c in cells for s in c
    }
    assert slots[two.title] == ["One: Hall"]
    assert slots[one.title] == ["Two: Hall"]
    assert slots["Four"] == ["Three: Grace"]
    assert slots["Alone"] == []
    assert [session.title for session in page.context["waiting"]] == ["Someday"]


def test_times_are_shown_and_read_in_the_zone_of_the_event(otto: Client, event: Event) -> None:
    page = otto.get(url("change", Event, event.pk))
    assert 'value="09:00"' in page.content.decode()
    assert "20 Mar 2031, 09:00 CET" in otto.get(url("changelist", Event)).content.decode()


def test_history_tells_what_was_changed(sue: Client, event: Event, people: Any) -> None:
    address = url("change", Event, event.pk)
    form = sue.get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    for part in sue.get(address).context["inline_admin_formsets"]:
        data |= {f"{part.formset.prefix}-{k}": v for k, v in part.formset.management_form.initial.items()}
    data |= {"starts_at_0": "2031-03-20", "starts_at_1": "09:00:00", "ends_at_0": "2031-03-22", "ends_at_1": "09:00:00"}

    data |= {"microlocations-TOTAL_FORMS": "1", "microlocations-0-name": "Hall", "microlocations-0-position": "1"}
    assert sue.post(address, {**data, "name": "Trade fair"}).status_code == 302
    hall = event.microlocations.get()
    gone = {"microlocations-0-id": hall.pk, "microlocations-INITIAL_FORMS": "1", "microlocations-0-DELETE": "on"}
    assert sue.post(address, {**data, **gone, "name": "Trade fair"}).status_code == 302
    assert not event.microlocations.filter(deleted_at=None).exists()
    assert Microlocation.with_trashed.filter(pk=hall.pk).exists()

    assert "Fair → Trade fair" in sue.get(url("history", Event, event.pk)).content.decode()
