"""Small things that people meet every day: order, names, who may do what on which page."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from events.models import Event, RoleInvite, SessionType
from orders.models import Order, Station
from tests.factories import make_cast, make_event, make_paid_ticket, make_ticket, order_of, switch_modules
from ticketing.models import Ticket

from .conftest import client_for, url


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    switch_modules()
    event = make_event(name="Fair")
    return SimpleNamespace(event=event, **vars(make_cast(event)))


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back of the form and the rows below it, unchanged."""
    page = client.get(address).context
    data: dict[str, Any] = {}
    forms = [page["adminform"].form]
    for part in page["inline_admin_formsets"]:
        data |= {f"{part.formset.prefix}-{k}": v for k, v in part.formset.management_form.initial.items()}
        forms += part.formset.initial_forms
    for form in forms:
        for field in form:
            value, widget = field.value(), field.field.widget
            if hasattr(widget, "decompress"):
                data |= {f"{field.html_name}_{i}": part for i, part in enumerate(widget.decompress(value)) if part}
            elif value not in (None, False):
                data[field.html_name] = [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value
    return data


def test_everybody_with_a_verified_address_makes_events_as_in_the_api(people: SimpleNamespace) -> None:
    rita = client_for(people.rita)
    assert rita.get(url("add", Event)).status_code == 200
    assert url("add", Event) in rita.get(reverse("admin:index")).content.decode()

    User.objects.filter(pk=people.rita.pk).update(is_verified=False)

    assert rita.get(url("add", Event)).status_code == 403
    assert url("add", Event) not in rita.get(reverse("admin:index")).content.decode()


def test_tickets_are_dragged_into_order_while_they_are_sold(people: SimpleNamespace) -> None:
    first, second = (make_ticket(people.event, name=name, quantity=9, position=1) for name in ("One", "Two"))
    SessionType.objects.create(event=people.event, name="Talk", length="00:30", position=1)
    otto, address = client_for(people.otto), url("change", Event, people.event.pk)
    data = form_of(otto, address)
    assert data["tickets-TOTAL_FORMS"] == 2
    order_of(first, people.ada, 2)  # somebody buys while the page is open
    Ticket.objects.filter(pk=second.pk).update(sales_ends_at=people.event.ends_at.replace(year=2090))  # not judged here

    data |= {"tickets-0-position": 2, "tickets-1-position": 1, "session_types-0-name": "Lecture"}
    answer = otto.post(address, data)

    assert answer.status_code == 302
    rows = {t.name: (t.position, t.sold + t.reserved) for t in Ticket.objects.all()}
    assert rows == {"One": (2, 2), "Two": (1, 0)}
    assert SessionType.objects.get().name == "Lecture"
    seen = client_for(people.rita).get(address)
    assert "One" in seen.content.decode()
    assert client_for(people.rita).post(address, data).status_code == 403


def test_stations_let_tickets_of_their_own_event_pass(people: SimpleNamespace) -> None:
    mine, other = make_ticket(people.event, name="Mine"), make_event(name="Other")
    foreign = make_ticket(other, name="Foreign")
    station = Station.objects.create(event=people.event, station_name="Gate", station_type="check in")
    sue, address = client_for(people.sue), url("change", Station, station.pk)
    widget = sue.get(address).context["adminform"].form.fields["tickets"].widget.widget
    found = sue.get(widget.get_url() + "&app_label=orders&model_name=station&field_name=tickets").json()["results"]
    assert [ticket["text"] for ticket in found] == ["Mine"]

    refused = sue.post(address, {**form_of(sue, address), "tickets": [foreign.pk]})

    assert "another event" in str(refused.context["errors"])
    assert sue.post(address, {**form_of(sue, address), "tickets": [mine.pk], "event": other.pk}).status_code == 302
    station.refresh_from_db()
    assert (station.event, list(station.tickets.all())) == (people.event, [mine])
    new = {"event": people.event.pk, "station_name": "New", "station_type": "check in", "tickets": [foreign.pk]}
    assert "another event" in str(sue.post(url("add", Station), new).context["errors"])


def test_order_is_named_as_it_is_and_its_page_leads_to_its_history(people: SimpleNamespace) -> None:
    order = order_of(make_paid_ticket(people.event), people.ada)
    identifier = UUID("abcdef00-0000-4000-8000-000000000000")
    Order.objects.filter(pk=order.pk).update(identifier=identifier, last4="4242")

    page = client_for(people.otto).get(url("change", Order, order.pk)).content.decode()

    assert str(identifier) in page
    assert f"{str(identifier).capitalize()}" not in page
    assert "Last four digits" in page
    assert url("history", Order, order.pk) in page


def test_page_of_a_person_tells_roles_and_leads_to_invitations_and_orders(people: SimpleNamespace) -> None:
    page = client_for(people.sue).get(url("change", User, people.otto.pk)).content.decode()

    assert "Fair" in page
    assert "Organizer" in page
    assert f"{url('changelist', Order)}?q=otto%40example.org" in page
    assert f"{url('changelist', RoleInvite)}?q=otto%40example.org" in page
    invite = f"{url('add', RoleInvite)}?email=otto%40example.org"
    assert invite in page
    form = client_for(people.sue).get(invite).context["adminform"].form
    assert form["email"].value() == people.otto.email
    assert url("history", User, people.otto.pk) in page
