"""The back office: every page opens for who may see it, forms store what they say, refusals are shown."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail, Module, User
from events.models import Event, EventMember, RoleInvite, Session, Track
from orders.models import Order
from tests.factories import (
    make_cast,
    make_event,
    make_paid_ticket,
    make_ticket,
    make_user,
    order_of,
    switch_modules,
)
from ticketing.models import AccessCode, Ticket

from .conftest import client_for, url


@pytest.fixture
def sue(db: None) -> User:
    return make_user("Sue", is_admin=True, is_super_admin=True)


@pytest.fixture
def adam(db: None) -> User:
    return make_user("Adam", is_admin=True)


def test_pages_of_libraries_that_show_tokens_are_hidden(sue: User) -> None:
    response = client_for(sue).get("/admin/token_blacklist/outstandingtoken/")

    assert response.status_code == 403


def values_of(response: Any) -> dict[str, Any]:
    """What a browser would send back of the form on a page, unchanged."""
    form = response.context["adminform"].form
    data: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "decompress"):
            for index, part in enumerate(field.field.widget.decompress(value)):
                data[f"{field.html_name}_{index}"] = "" if part is None else part
        elif value is not None and value is not False:
            data[field.html_name] = [getattr(v, "pk", v) for v in value] if isinstance(value, (list, tuple)) else value
    for formset in response.context["inline_admin_formsets"]:
        data.update({f"{formset.formset.prefix}-{k}": v for k, v in formset.formset.management_form.initial.items()})
    return data


def save(client: Client, address: str, **changes: Any) -> Any:
    """Open a form, change it and send it."""
    opened = client.get(address)
    assert opened.status_code == 200
    return client.post(address, {**values_of(opened), **changes})


def problems(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["errors"])


def moments(name: str, moment: Any) -> dict[str, str]:
    return {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}


def test_event_is_made_with_its_maker_as_owner_and_published(sue: User) -> None:
    client, start = client_for(sue), timezone.now() + timedelta(days=9)

    response = save(
        client,
        url("add", Event),
        name="Summit",
        timezone="Europe/Berlin",
        **moments("starts_at", start),
        **moments("ends_at", start + timedelta(days=1)),
    )

    assert response.status_code == 302
    event = Event.objects.get(name="Summit")
    assert EventMember.objects.filter(event=event, user=sue, role__name="owner").exists()
    client.post(url("changelist", Event), {"action": "publish", "_selected_action": [event.pk]})
    event.refresh_from_db()
    assert event.state == Event.State.PUBLISHED


def test_event_with_wrong_dates_or_zone_is_refused_at_the_field(sue: User) -> None:
    start = timezone.now()

    response = save(
        client_for(sue),
        url("add", Event),
        name="Summit",
        timezone="Mars/Base",
        **moments("starts_at", start),
        **moments("ends_at", start - timedelta(days=1)),
    )

    assert "Unknown time zone" in problems(response)
    assert "ends-at should be after starts-at" in problems(response)


def test_payment_without_the_module_is_refused_at_the_field(sue: User) -> None:
    switch_modules(is_on=False)
    event = make_event(can_pay_onsite=False)

    response = save(client_for(sue), url("change", Event, event.pk), can_pay_onsite="on")

    assert "can_pay_onsite" in response.context["adminform"].form.errors
    event.refresh_from_db()
    assert not event.can_pay_onsite


def test_modules_are_switched_on_their_page(sue: User) -> None:
    switch_modules(is_on=False)
    client = client_for(sue)
    opened = client.get(url("changelist", Module), follow=True)
    assert b"no ticket is created" in opened.content

    response = save(client, url("change", Module, 1), ticket_include="on")

    assert response.status_code == 302
    assert Module.load().ticket_include


def test_ticket_is_made_changed_and_keeps_its_counters(sue: User) -> None:
    switch_modules()
    event, client = make_event(), client_for(sue)
    now = timezone.now()
    response = save(
        client,
        url("add", Ticket),
        event=event.pk,
        name="Entry",
        type="free",
        quantity=10,
        **moments("sales_starts_at", now),
        **moments("sales_ends_at", now + timedelta(days=1)),
    )
    assert response.status_code == 302
    ticket = Ticket.objects.get(name="Entry")
    opened = client.get(url("change", Ticket, ticket.pk))
    order_of(ticket, make_user("Ada"), 3)  # somebody buys while the form is open

    response = client.post(url("change", Ticket, ticket.pk), {**values_of(opened), "name": "Door"})

    assert response.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.name, ticket.sold + ticket.reserved) == ("Door", 3)


def test_fewer_tickets_than_were_sold_are_refused_by_the_form(sue: User) -> None:
    switch_modules()
    ticket = make_ticket(make_event(), quantity=10)
    order_of(ticket, make_user("Ada"), 3)

    response = save(client_for(sue), url("change", Ticket, ticket.pk), quantity=2)

    assert "more tickets sold" in problems(response)


def test_ticket_of_the_same_name_is_refused_by_the_form(sue: User) -> None:
    switch_modules()
    event = make_event()
    first, second = make_ticket(event), make_ticket(event)

    response = save(client_for(sue), url("change", Ticket, second.pk), name=first.name)

    assert "has a ticket of this name already" in problems(response)


def test_ticket_with_orders_is_not_deleted(sue: User) -> None:
    switch_modules()
    ticket = make_ticket(make_event())
    order_of(ticket, make_user("Ada"))

    response = client_for(sue).post(url("delete", Ticket, ticket.pk), {"post": "yes"}, follow=True)

    assert "There are orders of this ticket." in response.content.decode()
    assert Ticket.objects.filter(pk=ticket.pk).exists()


def test_deleting_an_event_moves_it_to_the_trash(sue: User) -> None:
    event = make_event()

    client_for(sue).post(url("delete", Event, event.pk), {"post": "yes"})

    assert not Event.objects.filter(pk=event.pk).exists()
    assert Event.with_trashed.filter(pk=event.pk).exists()


def test_access_code_opens_hidden_tickets_only(sue: User) -> None:
    switch_modules()
    event = make_event()
    ticket = make_paid_ticket(event)
    address, sent = url("add", AccessCode), {"event": event.pk, "code": "OPEN", "is_active": "on"}

    refused = save(client_for(sue), address, **sent, tickets=[ticket.pk])

    assert "is not hidden" in problems(refused)
    Ticket.objects.update(is_hidden=True)
    assert save(client_for(sue), address, **sent, tickets=[ticket.pk]).status_code == 302
    assert list(AccessCode.objects.get().tickets.all()) == [ticket]


def test_sessions_take_tracks_and_speakers_of_their_own_event(sue: User) -> None:
    event, other = make_event(), make_event()
    session = Session.objects.create(event=event, title="Talk")
    foreign = Track.objects.create(event=other, name="Track", color="#a04b4b")

    response = save(client_for(sue), url("change", Session, session.pk), track=foreign.pk)

    assert "another event" in problems(response)


def test_account_is_made_by_registration(sue: User) -> None:
    client = client_for(sue)

    weak = save(client, url("add", User), email="new@example.org", password="short")
    made = save(client, url("add", User), email="new@example.org", password="correct horse battery")
    again = save(client, url("add", User), email="NEW@example.org", password="correct horse battery")

    assert weak.status_code == 200
    assert made.status_code == 302
    assert User.objects.get(email="new@example.org").check_password("correct horse battery")
    assert Mail.objects.filter(recipient="new@example.org", action="verify_email").exists()
    assert "exists already" in problems(again)


def test_admin_does_not_change_a_super_admin(sue: User, adam: User) -> None:
    client = client_for(adam)

    response = client.post(url("change", User, sue.pk), {"email": "adam2@example.org"})

    assert response.status_code == 403
    client.post(url("changelist", User), {"action": "block", "_selected_action": [sue.pk]})
    sue.refresh_from_db()
    assert not sue.is_blocked


def test_admin_cannot_make_admins(adam: User) -> None:
    ada = make_user("Ada")

    response = save(client_for(adam), url("change", User, ada.pk), is_admin="on")

    assert "Only a super admin may change is-admin." in problems(response)


def test_people_are_blocked_and_let_in_again(sue: User) -> None:
    ada, client = make_user("Ada"), client_for(sue)

    client.post(url("changelist", User), {"action": "block", "_selected_action": [ada.pk]})
    ada.refresh_from_db()
    assert ada.is_blocked
    client.post(url("changelist", User), {"action": "unblock", "_selected_action": [ada.pk]})
    ada.refresh_from_db()
    assert not ada.is_blocked


def test_outbox_shows_mails_without_tokens_and_sends_again(sue: User) -> None:
    client = client_for(sue)
    save(client, url("add", User), email="new@example.org", password="correct horse battery")
    mail = Mail.objects.get(recipient="new@example.org", action="verify_email")
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FAILED, error="SMTPError: no", attempts=8)

    page = client.get(url("change", Mail, mail.pk)).content.decode()
    client.post(url("changelist", Mail), {"action": "send_again", "_selected_action": [mail.pk]})

    assert "[one-time-token]" in page
    assert mail.nonce not in page
    assert "SMTPError: no" in page
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (Mail.State.QUEUED, 0)


def test_mail_content_cannot_run_anything(sue: User) -> None:
    mail = Mail.objects.create(recipient="a@example.org", action="test", subject="s", message='"><script>x()</script>')

    page = client_for(sue).get(url("change", Mail, mail.pk)).content.decode()

    assert "<script>x()" not in page
    assert '<iframe sandbox=""' in page


def test_invitation_is_mailed_and_its_token_not_shown(sue: User) -> None:
    event, client = make_event(), client_for(sue)

    response = save(client, url("add", RoleInvite), event=event.pk, role=1, email="otto@example.org")

    assert response.status_code == 302
    invite = RoleInvite.objects.get()
    assert Mail.objects.filter(recipient="otto@example.org", action="role_invite").exists()
    assert invite.hash not in client.get(url("change", RoleInvite, invite.pk)).content.decode()


def test_order_page_shows_lines_history_and_attendees_and_changes_nothing(sue: User) -> None:
    switch_modules()
    order = order_of(make_ticket(make_event(), name="Entry"), make_user("Ada"), 2)
    client = client_for(sue)

    page = client.get(url("change", Order, order.pk)).content.decode()

    assert "Entry" in page
    assert '<td>Entry</td><td class="oe-number">2</td>' in page
    assert len(re.findall(r"/admin/orders/attendee/\d+/change/", page)) == 2 * 2  # at a glance, and in full
    assert order.transitions.get().to_status in page
    assert client.post(url("change", Order, order.pk), {"status": "completed"}).status_code == 403


def test_last_owner_of_an_event_stays(db: None) -> None:
    cast = make_cast(make_event())
    member = EventMember.objects.get(user=cast.olga, role__name="owner")

    response = client_for(cast.sue).post(url("delete", EventMember, member.pk), {"post": "yes"}, follow=True)

    assert "The last owner of an event cannot leave it." in response.content.decode()
    assert EventMember.objects.filter(pk=member.pk).exists()


def test_autocomplete_finds_visible_rows(sue: User) -> None:
    make_event(name="Visible summit")
    make_event(name="Trashed summit").trash()

    response = client_for(sue).get(
        reverse("admin:autocomplete"),
        {"term": "summit", "app_label": "ticketing", "model_name": "ticket", "field_name": "event"},
    )

    assert [found["text"] for found in response.json()["results"]] == ["Visible summit"]


def test_new_password_of_the_back_office_voids_the_tokens_of_the_api(sue: User) -> None:
    client, before = client_for(sue), sue.tokens_valid_from
    given = {"old_password": "correct horse battery", "new_password1": "staple horse", "new_password2": "staple horse"}

    wrong = client.post("/admin/password_change/", {**given, "old_password": "wrong"})
    right = client.post("/admin/password_change/", given)

    assert wrong.status_code == 200
    assert right.status_code == 302
    sue.refresh_from_db()
    assert sue.check_password("staple horse")
    assert sue.tokens_valid_from > before
    assert client.get("/admin/").status_code == 200  # and stays logged in
