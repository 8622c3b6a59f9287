"""Every address of the back office as every role: open, refused or unknown as the policy says, and never an error."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Mail, User
from events.models import Event, EventMember, Session, Track
from openevent import desks
from orders.models import Attendee, Order
from tests.factories import make_event, make_ticket, make_user, order_of
from tests.world import World
from ticketing.models import Ticket

from .conftest import client_for, models_with_pages, url

pytestmark = pytest.mark.walk

ROLES = ["adam", "otto", "rita"]


def row_pages(model: Any, row: Any) -> list[tuple[str, str]]:
    return [(name, url(name, model, row.pk)) for name in ("change", "delete", "history")]


def extra_pages(world: World) -> list[str]:
    event, order = world.event, world.rows[Order]
    return [
        reverse("admin:index"),
        url("programme", Event, event.pk),
        url("copy", Event, event.pk),
        url("choose", Order),
        url("sell", Order, event.pk),
        url("sold", Order, order.pk),
        url("import", Attendee, event.pk),
        reverse("admin:ticketing_discountcode_many") + f"?event={event.pk}",
        reverse("admin:two_factor"),
        reverse("admin:search") + "?s=a",
    ]


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.usefixtures("unrendered")
def test_pages_open_for_whom_the_desks_say(office: World, name: str) -> None:
    user = office.people[name]
    client = client_for(user)
    for model in models_with_pages():
        page, row = admin.site._registry[model], office.rows.get(model) or model._default_manager.first()
        is_his = desks.works_with(user, model)
        answers = {which: client.get(address).status_code for which, address in row_pages(model, row)}
        queries = QUERIES if model in (Event, Order, Attendee) else {"search": "?q=a"}
        lists = {which: client.get(url("changelist", model) + query).status_code for which, query in queries.items()}
        added = client.get(url("add", model)).status_code
        assert added in (200, 403), (model, added)
        if not is_his:
            assert {*answers.values(), *lists.values(), added} <= {403, 404}, (name, model, answers, lists)
            continue
        assert set(lists.values()) <= {200, 302}, (name, model, lists)
        is_seen = page.get_queryset(request_of(user)).filter(pk=row.pk).exists()
        assert answers["change"] == (200 if is_seen else 404), (name, model)
        assert answers["delete"] in (200, 403, 404), (name, model)
        tells = is_seen and (model is not Event or name != "rita")  # old and new values of what she does not see
        assert answers["history"] == (200 if tells else 404), (name, model)


QUERIES = {"list": "", "search": "?q=a", "bad page": "?p=x", "event": "?event=1", "bad event": "?event=x"}


def request_of(user: Any) -> Any:
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.usefixtures("unrendered")
def test_pages_of_our_own_never_fail(office: World, name: str) -> None:
    client = client_for(office.people[name])
    is_team = name in ("adam", "otto")
    for address in extra_pages(office):
        status = client.get(address).status_code
        expected = {200, 302} if is_team else {200, 302, 403, 404}
        assert status in expected, (name, address, status)


def test_every_page_is_drawn_for_a_super_admin(office: World) -> None:
    client = client_for(office.cast.sue)
    for model in models_with_pages():
        row = office.rows.get(model) or model._default_manager.first()
        for address in (url("changelist", model), url("change", model, row.pk)):
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, address
            assert b"<script>" not in answer.content, address
    for address in extra_pages(office):
        assert client.get(address, follow=True).status_code == 200, address


@pytest.mark.usefixtures("unrendered")
def test_people_without_a_role_do_not_enter(office: World) -> None:
    for client in (Client(), client_for(office.cast.eve)):
        for address in [*extra_pages(office)[:8], url("changelist", Event), url("change", Event, office.event.pk)]:
            answer = client.get(address)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


def test_registrars_see_of_the_event_what_the_door_needs(office: World) -> None:
    client, event = client_for(office.people["rita"]), office.event
    Event.objects.filter(pk=event.pk).update(paypal_email="till@example.org")
    event_page = client.get(url("change", Event, event.pk))
    assert b"till@example.org" not in event_page.content
    assert url("programme", Event, event.pk).encode() not in client.get("/admin/").content
    assert client.get(url("programme", Event, event.pk)).status_code == 404
    assert client.get(reverse("admin:orders_door", args=[event.pk])).status_code == 200
    assert client.get(reverse("admin:orders_door", args=[make_event(name="Secret").pk])).status_code in (403, 404)


@pytest.mark.usefixtures("unrendered")
def test_organizers_reach_nothing_of_other_events(office: World) -> None:
    other = make_event(name="Secret")
    ticket = make_ticket(other)
    order = order_of(ticket, make_user("Nora"))
    rows = [
        other,
        ticket,
        order,
        order.attendees.first(),
        Session.objects.create(event=other, title="Talk", state="accepted"),
    ]
    for name in ("otto", "rita"):
        client = client_for(office.people[name])
        for row in rows:
            for page in ("change", "delete", "history"):
                assert client.get(url(page, type(row), row.pk)).status_code in (403, 404), (name, row, page)
            before = type(row)._base_manager.filter(pk=row.pk).values().get()
            for action in ("publish", "unpublish", "cancel", "mark_paid", "check_in", "delete_selected"):
                client.post(
                    url("changelist", type(row)), {"action": action, "_selected_action": [row.pk], "post": "yes"}
                )
                answer = client.post(url("do", type(row), row.pk, action))
                assert answer.status_code in (403, 404), (name, row, action)
            assert type(row)._base_manager.filter(pk=row.pk).values().get() == before
        for address in [
            url("sell", Order, other.pk),
            url("sold", Order, order.pk),
            url("pdf", Order, order.pk),
            url("copy", Event, other.pk),
            url("programme", Event, other.pk),
            url("import", Attendee, other.pk),
        ]:
            assert client.get(address).status_code == 404, (name, address)


def test_choices_are_those_of_own_events(office: World) -> None:
    other = make_event(name="Secret summit")
    make_ticket(other, name="Secret ticket")
    otto = client_for(office.people["otto"])

    def found(model: str, field: str, term: str) -> list[str]:
        app, name = model.split(".")
        asked = {"app_label": app, "model_name": name, "field_name": field, "term": term}
        return [row["text"] for row in otto.get(reverse("admin:autocomplete"), asked).json()["results"]]

    assert found("ticketing.ticket", "event", "") == [office.event.name]
    assert found("ticketing.discountcode", "tickets", "Secret") == []
    page = otto.get(url("add", Ticket)).context["adminform"].form
    assert list(page.fields["event"].queryset) == [office.event]
    refused = otto.post(url("add", Ticket), {"event": other.pk, "name": "Mine", "type": "free"})
    assert "event" in refused.context["adminform"].form.errors
    rita = client_for(office.people["rita"])
    assert (
        rita.get(
            reverse("admin:autocomplete"),
            {"app_label": "ticketing", "model_name": "discountcode", "field_name": "event"},
        ).status_code
        == 403
    )


def test_menu_shows_what_is_ones_work(office: World) -> None:
    rita = client_for(office.people["rita"]).get(reverse("admin:index")).content.decode()

    assert url("changelist", Attendee) in rita
    assert url("changelist", Order) not in rita
    assert "/admin/accounts/user/" not in rita


@pytest.mark.parametrize("model", [Event, Session, Ticket, Order, Attendee, EventMember, User, Mail])
def test_lists_ask_as_often_for_many_rows_as_for_one(office: World, model: Any) -> None:
    client = client_for(office.cast.sue)
    client.get(url("changelist", model))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("changelist", model)).status_code == 200
        return len(captured)

    before = queries()
    for number in range(5):
        buyer = make_user()
        event = make_event(name=f"More {number}")
        track = Track.objects.create(event=event, name="Track", color="#a04b4b")
        Session.objects.create(event=event, track=track, title="Talk")
        EventMember.objects.create(event=event, user=buyer, role_id=1)
        order_of(make_ticket(event), buyer)

    assert queries() == before
