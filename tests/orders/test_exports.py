"""Orders, attendees and sales as files."""

import csv
import io
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.jobs import Run, job_kind
from accounts.models import Job
from events.models import CustomForm, Event
from openevent import tables
from openevent.pdf_tables import write_table
from orders.exports.attendees import write_attendees
from orders.models import Attendee, Order
from tests.factories import make_cast, make_event, make_paid_ticket, order_of, switch_modules

Fetch = Callable[..., bytes]


@pytest.fixture
def event(db: None) -> Event:
    switch_modules()
    return make_event(name="Summit ÄÖÜ", location_name="Boat house")


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    return make_cast(event)


@pytest.fixture
def order(event: Event, cast: SimpleNamespace) -> Order:
    """Ada's order of two tickets; one of the attendees answers in formulas."""
    ticket = make_paid_ticket(event, "12.50", name="Early bird")
    order = order_of(ticket, cast.ada, 2)
    Order.objects.filter(pk=order.pk).update(company="@SUM(A1:A9)", status=Order.Status.PLACED)
    first, second = order.attendees.order_by("pk")
    Attendee.objects.filter(pk=first.pk).update(
        firstname="-2+3", lastname="مرحبا 日本", email="first@example.org", complex_field_values={"shirt": ["S", "XL"]}
    )
    Attendee.objects.filter(pk=second.pk).update(
        firstname="Ben", is_checked_in=True, inside_since=timezone.now(), job_title="Baker"
    )
    for identifier, name in (("shirt", "Shirt size"), ("jobTitle", "Job"), ("firstname", "First Name")):
        CustomForm.objects.create(
            event=event, form="attendee", field_identifier=identifier, name=name, is_included=True, type="text"
        )
    return order


def table(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode())))


def test_attendees_come_with_order_ticket_and_answers(fetch: Fetch, event: Event, order: Order) -> None:
    first, second = table(fetch(f"/v1/events/{event.identifier}/export/attendees/csv"))
    assert first["Order#"] == second["Order#"] == str(order.identifier)
    assert first["First Name"] == "'-2+3"  # text, no formula
    assert first["Company"] == "'@SUM(A1:A9)"
    assert first["Last Name"] == "مرحبا 日本"
    assert (first["Ticket Name"], first["Ticket Price"], first["Status"]) == ("Early bird", "12.50", "placed")
    assert (first["Shirt size"], second["Shirt size"]) == ("S, XL", "")
    assert (first["Checked In"], second["Checked In"], second["Job"]) == ("No", "Yes", "Baker")
    assert list(first).count("First Name") == 1


def test_carts_are_nobodys_attendees(fetch: Fetch, event: Event, order: Order, cast: SimpleNamespace) -> None:
    Attendee.objects.create(event=event, ticket=order.attendees.first().ticket, created_by=cast.eve)  # type: ignore[union-attr]
    assert len(table(fetch(f"/v1/events/{event.pk}/export/attendees/csv"))) == 2


def test_orders_come_with_money_and_buyer(fetch: Fetch, event: Event, order: Order) -> None:
    (row,) = table(fetch(f"/v1/events/{event.pk}/export/orders/csv"))
    assert row["Email"] == "ada@example.org"
    assert Decimal(row["Total Amount"]) == order.amount
    assert (row["Quantity"], row["Status"], row["Currency"]) == ("2", "placed", "EUR")


@pytest.mark.parametrize(("kind", "words"), [("orders", "ada@example.org"), ("attendees", "Early bird")])
def test_pdf_is_read(kind: str, words: str, fetch: Fetch, event: Event, order: Order) -> None:
    reader = PdfReader(io.BytesIO(fetch(f"/v1/events/{event.pk}/export/{kind}/pdf")))
    text = reader.pages[0].extract_text()
    assert words in text
    assert "Summit ÄÖÜ" in text


def test_sales_have_a_line_for_each_event(fetch: Fetch, event: Event, order: Order) -> None:
    make_event(name="Online only", online=True)
    url = "/v1/admin/export/sales/csv"
    first, second = table(fetch(url, who="adam", body={"status": "all"}))
    assert (first["Event Name"], first["Owner Email"], first["Event Type"]) == (
        "Summit ÄÖÜ",
        "olga@example.org",
        "Venue",
    )
    assert (first["Ticket (Placed)"], Decimal(first["Sales (Placed)"])) == ("2", order.amount)
    assert (second["Event Type"], second["Owner Email"], second["Ticket (Placed)"]) == ("Online", "", "0")
    assert table(fetch(url, who="adam", body={"status": "past"})) == []


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_long_table_takes_little_memory(
    form: str, event: Event, order: Order, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many times the rows, hardly more memory: rows are read and written piece by piece."""
    monkeypatch.setattr("events.exports.tables.CHUNK_OF_VALUES", 50)
    one = order.attendees.order_by("pk").first()

    def peak(copies: int) -> int:
        rows = [Attendee(event=event, ticket=one.ticket, order=order, firstname=f"N{n}") for n in range(copies)]  # type: ignore[union-attr]
        Attendee.objects.bulk_create(rows, batch_size=1000)
        del rows
        job = Job.objects.create(
            user=cast.olga, kind="attendees", params={"event": event.pk, "format": form}, state=Job.State.STARTED
        )
        tracemalloc.start()
        try:
            with open("/dev/null", "wb") as nowhere:  # noqa: PTH123
                write_attendees(Run(job, nowhere))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(50)  # fonts are read, regular expressions compiled
    small = peak(100)
    assert peak(900) < 1.3 * small


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "  =1", "＝1"])
def test_text_is_never_a_formula(text: str) -> None:
    assert tables.guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [(Decimal("-5"), "-5.00"), (-3, "-3"), (None, ""), (True, "Yes"), ("plain", "plain"), (1.5, "1.5")],
)
def test_numbers_stay_numbers(value: Any, cell: str) -> None:
    assert tables.guarded(value) == cell


def test_long_cells_are_wrapped_and_cut() -> None:
    out = io.BytesIO()
    rows = [["word " * 500, "x" * 5000, "short"]] * 30
    write_table(out, "שלום 😀 日本", [("One", 1), ("Two", 1), ("Three", 1)], rows)
    pages = PdfReader(out).pages
    assert 4 < len(pages) < 12
    assert "…" in pages[0].extract_text()


def test_kind_of_job_is_declared_once() -> None:
    with pytest.raises(ValueError, match="attendees"):
        job_kind("attendees")(write_attendees)
