"""Nobody reaches by address what is not his: what opens for Olga, whose event it is, stays shut for Otto and Eve."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from events.models import Event, EventMember
from orders.models import Attendee, Order
from orders.services import complete_order
from tests.backoffice.conftest import client_for, models_with_pages, unrendered, url
from tests.factories import give_role, make_cast, make_event, make_ticket, order_of, switch_modules
from tests.world import World
from ticketing.models import Ticket

__all__ = ["unrendered"]

Open = Callable[..., Any]
ASK = """async ([addresses, form]) => {
    const ask = async (address) => {
        const answer = await fetch(address, form ? {method: "POST", body: new URLSearchParams(form)} : {});
        return [address, answer.status, new URL(answer.url).pathname, await answer.text()];
    };
    const found = [];
    for (let i = 0; i < addresses.length; i += 8) {
        found.push(...await Promise.all(addresses.slice(i, i + 8).map(ask)));
    }
    return found;
}"""


@pytest.fixture
def secret(transactional_db: None) -> SimpleNamespace:
    """Olga's event with a row of everything; Otto organizes another one, and Eve none."""
    switch_modules()
    event = make_event(name="Secret summit", is_sessions_speakers_enabled=True, can_pay_onsite=True)
    cast = make_cast(event)
    EventMember.objects.filter(user=cast.otto).delete()
    own = make_event(name="Own fair")
    give_role(cast.otto, own, "organizer")
    world = World(event, cast)
    order = complete_order(order_of(make_ticket(event, name="Secret entry"), cast.ada))
    return SimpleNamespace(event=event, own=own, rows=world.rows, order=order, **vars(cast))


def rows_of(secret: SimpleNamespace) -> list[models.Model]:
    """A row of each list that organizers work with, beginning with the event."""
    found = [secret.rows[model] for model in models_with_pages() if secret.rows.get(model) is not None]
    client = client_for(secret.olga)
    return [row for row in found if client.get(url("change", type(row), row.pk)).status_code == 200]


def pages_of(secret: SimpleNamespace) -> list[str]:
    """What can be done with the event and its order, and files."""
    event, order = secret.event, secret.order
    return [
        *(url(page, Event, event.pk) for page in ("programme", "copy")),
        url("sell", Order, event.pk),
        *(url(page, Order, order.pk) for page in ("sold", "pdf")),
        url("import", Attendee, event.pk),
        *(reverse(f"admin:orders_door{part}", args=[event.pk]) for part in ("", "_live")),
        reverse("admin:orders_door_search", args=[event.pk]) + "?q=secret",
        reverse("admin:payments_payment_refund", args=[order.pk]),
        reverse("admin:payments_payment_refund_attendee", args=[order.attendees.get().pk]),
    ]


def ask(page: Any, addresses: list[str], **form: Any) -> list[Any]:
    """Status, final path and text of each address, asked by the page's own script, with its cookies."""
    if form:
        form["csrfmiddlewaretoken"] = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    return list(page.evaluate(ASK, [addresses, form or None]))


def state_of(secret: SimpleNamespace) -> list[dict[str, Any]]:
    """What a deed would have changed."""
    rows: list[models.Model] = [secret.event, secret.order, *secret.order.attendees.all(), *Ticket.objects.all()]
    return [type(row)._base_manager.filter(pk=row.pk).values().get() for row in rows]


def test_what_opens_for_its_owner_is_unknown_to_the_organizer_of_another_event(
    open_as: Open, secret: SimpleNamespace, unrendered: None
) -> None:
    rows, client = rows_of(secret), client_for(secret.olga)
    pages = [address for address in pages_of(secret) if client.get(address).status_code == 200]
    assert (len(rows) > 15, len(pages) > 8) == (True, True)  # the addresses are real
    addresses = [url(page, type(row), row.pk) for row in rows for page in ("change", "delete", "history")]

    answers = ask(open_as(secret.otto), [*addresses, *pages])

    assert [(address, status) for address, status, *_rest in answers if status not in (403, 404)] == []


def test_deeds_at_what_is_not_ones_own_change_nothing(open_as: Open, secret: SimpleNamespace) -> None:
    attendee, before = secret.order.attendees.get(), state_of(secret)
    rows = [secret.event, secret.order, attendee, secret.rows[Ticket]]
    otto = open_as(secret.otto)
    for row in rows:
        page = admin.site._registry[type(row)]
        deeds = [url("do", type(row), row.pk, name) for name in page.row_actions]
        answers = ask(otto, [*deeds, url("delete", type(row), row.pk)], post="yes")
        assert {status for _address, status, _path, _text in answers} <= {403, 404}, row
        for name in _actions_of(page):
            form = {"action": name, "_selected_action": str(row.pk), "select_across": "0", "post": "yes"}
            form |= {"format": "csv", "columns": "email", "cancel_note": "x", "company": "x"}
            (answer,) = ask(otto, [url("changelist", type(row))], **form)
            assert answer[1] < 500
            assert str(secret.order.identifier)[:8] not in answer[3]
            assert "ada@example.org" not in answer[3], (row, name)
    sale = {f"ticket_{secret.rows[Ticket].pk}": "1", "payment": "cash", "seen": "0"}
    for address in (url("sell", Order, secret.event.pk), url("price", Order, secret.event.pk)):
        assert ask(otto, [address], **sale)[0][1] == 404
    scan = reverse("admin:orders_door_scan", args=[secret.event.pk])
    assert ask(otto, [scan], code=attendee.ticket_code)[0][1] in (403, 404)
    assert state_of(secret) == before
    assert Order.objects.filter(event=secret.event).count() == 2


def _actions_of(page: Any) -> list[str]:
    return [name if isinstance(name, str) else name.__name__ for name in [*(page.actions or []), "delete_selected"]]


def test_lists_searches_and_choices_do_not_tell_of_it(open_as: Open, secret: SimpleNamespace) -> None:
    lists = [url("changelist", model) for model in (Event, Ticket, Order, Attendee)]
    choices = reverse("admin:autocomplete") + "?app_label={}&model_name={}&field_name={}&term=Secret"
    addresses = [
        reverse("admin:index"),
        *(f"{address}?q=secret" for address in lists),
        *(f"{address}?event={secret.event.pk}" for address in lists[1:]),
        reverse("admin:search") + "?s=secret",
        reverse("admin:orders_order_choose"),
        reverse("admin:orders_door_choose"),
        reverse("admin:ticketing_discountcode_many") + f"?event={secret.event.pk}",
        *(choices.format(*way) for way in [("ticketing", "ticket", "event"), ("ticketing", "discountcode", "tickets")]),
        choices.format("events", "session", "speakers") + f"&event={secret.event.pk}",
    ]
    names = ["Secret summit", "Secret entry", "ada@example.org"]
    for person, is_told in ((secret.adam, True), (secret.otto, False)):
        answers = ask(open_as(person), addresses)
        assert all(status in (200, 403, 404) for _a, status, _p, _t in answers)
        told = [address for address, _s, _p, text in answers if any(name in text for name in names)]
        assert bool(told) == is_told, told


def test_people_without_a_role_are_sent_to_the_login(open_as: Open, secret: SimpleNamespace) -> None:
    addresses = [*pages_of(secret), *(url("changelist", model) for model in (Event, Order, Attendee))]
    addresses += [
        url(page, type(row), row.pk) for row in (secret.event, secret.order) for page in ("change", "history")
    ]
    for person in (secret.eve, None):
        page = open_as(person)
        page.goto("/admin/login/")
        answers = ask(page, addresses)
        assert {path for _address, _status, path, _text in answers} == {reverse("admin:login")}
        assert all("Secret" not in text for *_others, text in answers)
