"""Tickets: PDFs, mails and the tasks that see to them."""

import io
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.db import transaction
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Mail, User
from events.models import Event
from openevent.exceptions import Conflict, NotAllowed
from openevent.typography import as_printed
from orders import links
from orders.models import Attendee, Order
from orders.services import cancel_order, complete_order, issue_tickets, resend_tickets, update_attendee
from orders.tasks import (
    expire_overdue_orders_task,
    issue_owed_tickets_task,
    issue_tickets_task,
    remove_orphans_task,
)
from orders.tickets_pdf import read_tickets, render_ticket
from tests.factories import make_paid_ticket, make_ticket, order_of


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def completed_order(event: Event, by: User, quantity: int = 2) -> Order:
    order = order_of(make_paid_ticket(event, "10", name="Früh & spät"), by, quantity)
    for number, attendee in enumerate(order.attendees.all()):
        attendee.firstname, attendee.email = f"<b>Holder {number}</b>", f"holder{number}@example.org"
        attendee.save()
    return complete_order(order, by=None)


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def test_ticket_is_one_page_that_says_it_all(event: Event, ada: User) -> None:
    order = completed_order(event, ada)
    attendee = order.attendees.first()
    attendee.firstname = "Zoë <img src='http://127.0.0.1:1/x'> 山田"
    document = render_ticket(attendee)
    text = text_of(document)
    starts = event.starts_at.astimezone(event.zone)
    for part in (event.name, "Zoë <img", "山田", "Früh & spät", "10.00 EUR", f"{starts:%H:%M}", "Europe/Berlin"):
        assert part in text
    pages = pypdfium2.PdfDocument(document)
    assert len(pages) == 1
    codes = zxingcpp.read_barcodes(pages[0].render(scale=2).to_pil())
    assert [code.text for code in codes] == [f"{order.identifier}-{attendee.pk}"]
    pages.close()


def test_very_long_names_stay_on_one_page(event: Event, ada: User) -> None:
    event.name = "Very long name of an event " * 9
    event.location_name = "Long street " * 20
    event.save()
    attendee = completed_order(event, ada).attendees.first()
    attendee.firstname, attendee.lastname = "W" * 250, "Word " * 50
    assert len(PdfReader(io.BytesIO(render_ticket(attendee))).pages) == 1


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Łukasz 김철수 山田 🎉", "Łukasz 김철수 山田 🎉"),
        ("a <b> & c", "a &lt;b&gt; &amp; c"),
        ("x\U00013000\u200b y\x00", "x? y"),
        (None, ""),
    ],
)
def test_text_is_printed_as_the_fonts_can(text: str | None, printed: str) -> None:
    assert as_printed(text) == printed


def test_tickets_are_issued_once_however_often_it_is_asked(event: Event, ada: User) -> None:
    order = completed_order(event, ada)
    for _ in range(3):
        issue_tickets_task(order.pk)
    order.refresh_from_db()
    attendees = list(order.attendees.all())
    assert all(attendee.pdf for attendee in attendees)
    assert order.tickets_sent_at is not None
    mails = Mail.objects.filter(action__in=["ticket_issued", "order_completed"])
    assert sorted(mail.recipient for mail in mails) == [
        ada.email,
        "holder0@example.org",
        "holder1@example.org",
    ]
    with order.tickets_pdf.open() as stored:
        assert len(PdfReader(stored).pages) == 2
    assert len(attendees[0].pdf.name.rsplit("/", 1)[-1]) > 30


def test_mails_say_what_was_bought_and_escape_what_people_wrote(event: Event, ada: User) -> None:
    order = completed_order(event, ada)
    issue_tickets(order=order)
    summary = Mail.objects.get(action="order_completed")
    assert "20.00 EUR" in summary.message
    assert "Früh &amp; spät" in summary.message
    assert "Europe/Berlin" in summary.text
    assert links.tickets_link(order) in summary.text
    ticket = Mail.objects.filter(action="ticket_issued").first()
    assert "<b>Holder" not in ticket.message
    assert "<b>Holder" in ticket.text
    assert ticket.subject == f"Your ticket for {event.name}"


def test_links_open_their_own_ticket_only(event: Event, ada: User) -> None:
    order = completed_order(event, ada)
    first, second = order.attendees.all()
    assert len(PdfReader(io.BytesIO(read_tickets([first, second]))).pages) == 2
    key = links.ticket_link(first).partition("key=")[2]
    assert links.opens_ticket(key, first)
    assert not links.opens_ticket(key, second)
    assert not links.opens_ticket(None, first)
    key = links.tickets_link(order).partition("key=")[2]
    assert links.opens_tickets(key, order)
    assert not links.opens_tickets(key + "x", order)


@pytest.mark.django_db(transaction=True)
def test_completing_queues_one_task_after_commit(
    event: Event, ada: User, work_off_queue: Callable[[], list[str]]
) -> None:
    order = order_of(make_ticket(event), ada, 3)
    work_off_queue()
    with transaction.atomic():
        complete_order(order)
        assert work_off_queue() == []
    assert work_off_queue().count("orders.tasks.issue_tickets_task") == 1
    order.refresh_from_db()
    assert order.tickets_sent_at


def test_orders_that_are_not_completed_get_no_tickets(event: Event, ada: User) -> None:
    order = order_of(make_ticket(event), ada)
    assert not issue_tickets(order=order)
    issue_tickets_task(10**9)
    assert not any(attendee.pdf for attendee in order.attendees.all())


def test_owed_tickets_are_found_again(event: Event, ada: User, work_off_queue: Callable[[], list[str]]) -> None:
    order = completed_order(event, ada)
    issue_owed_tickets_task()
    assert "orders.tasks.issue_tickets_task" not in work_off_queue()
    Order.objects.update(completed_at=timezone.now() - timedelta(minutes=2))
    issue_owed_tickets_task()
    assert "orders.tasks.issue_tickets_task" in work_off_queue()
    order.refresh_from_db()
    assert order.tickets_sent_at


def test_new_name_makes_a_new_ticket_and_no_second_mail(event: Event, ada: User) -> None:
    order = completed_order(event, ada, 1)
    issue_tickets(order=order)
    attendee = order.attendees.get()
    before = attendee.pdf.name
    update_attendee(attendee=attendee, by=ada, changes={"firstname": "Grace"})
    issue_tickets(order=order)
    attendee.refresh_from_db()
    assert attendee.pdf.name != before
    with attendee.pdf.open() as stored:
        assert "Grace" in text_of(stored.read())
    assert Mail.objects.filter(action="ticket_issued").count() == 1


def test_mails_are_sent_again_for_who_may_ask(event: Event, ada: User, cast) -> None:
    order = completed_order(event, ada)
    resend_tickets(order=order, by=ada)
    assert Mail.objects.filter(action="ticket_issued").count() == 2
    with pytest.raises(NotAllowed):
        resend_tickets(order=order, by=cast.eve)
    with pytest.raises(Conflict):
        resend_tickets(order=cancel_order(order), by=ada)


def test_cancelling_mails_the_note_to_the_buyer(event: Event, ada: User) -> None:
    cancel_order(completed_order(event, ada), cancel_note="No <stage>")
    mail = Mail.objects.get(action="order_cancelled")
    assert "No &lt;stage&gt;" in mail.message
    assert "20.00 EUR will be refunded" in mail.text


def test_sweepers_expire_orders_and_remove_orphans(event: Event, ada: User) -> None:
    ticket = make_ticket(event, quantity=5)
    order = order_of(ticket, ada, 2)
    Order.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    old = timezone.now() - timedelta(days=2)
    Attendee.objects.create(event=event, ticket=ticket, created_by=ada, created_at=old)
    young = Attendee.objects.create(event=event, ticket=ticket, created_by=ada)
    expire_overdue_orders_task()
    remove_orphans_task()
    order.refresh_from_db()
    ticket.refresh_from_db()
    assert (order.status, ticket.reserved) == ("expired", 0)
    assert list(Attendee.objects.filter(order=None)) == [young]
    assert Attendee.objects.filter(order=order).count() == 2
