"""Many rows at once: attendees whose ticked fields are changed, orders of which some refuse."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client

from accounts.models import Mail
from events.models import CustomForm, CustomFormOption, Tag
from openevent.exceptions import Conflict
from orders import services
from orders.admin import changing
from orders.models import Attendee, CheckIn, Order
from orders.services import cancel_order, complete_order
from tests.factories import make_cast, make_event, make_paid_ticket, make_ticket, order_of, switch_modules

from .conftest import client_for, url

pytestmark = pytest.mark.usefixtures("unrendered")  # what is asked stands in the context and in the messages


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """The cast around an event with three attendees and a question about shirts."""
    switch_modules()
    event = make_event(name="Fair")
    cast = make_cast(event)
    order = order_of(make_ticket(event, name="Entry"), cast.ada, 3)
    one, two, three = order.attendees.order_by("pk")
    Attendee.objects.filter(pk=one.pk).update(company="ACME", city="Paris", complex_field_values={"food": "vegan"})
    asked = {"event": event, "form": "attendee", "is_included": True}
    shirt = CustomForm.objects.create(field_identifier="shirt", name="T-shirt", type="select", **asked)
    for size in ("S", "M"):
        CustomFormOption.objects.create(custom_form=shirt, value=size)
    CustomForm.objects.create(field_identifier="gender", **asked)
    CustomForm.objects.create(field_identifier="photo", type="image", **asked)
    return SimpleNamespace(event=event, order=order, one=one, two=two, three=three, **vars(cast))


def said(answer: Any) -> str:
    """What the person is told next."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def change(client: Client, attendees: Any, **given: Any) -> Any:
    keys = [attendee.pk for attendee in attendees]
    return client.post(
        url("changelist", Attendee), {"action": "change_many", "_selected_action": keys, "door": "", **given}
    )


def test_ticked_fields_are_changed_after_a_preview_and_noted_in_the_history(people: SimpleNamespace) -> None:
    otto, chosen = client_for(people.otto), [people.one, people.two]
    first = otto.post(
        url("changelist", Attendee), {"action": "change_many", "_selected_action": [a.pk for a in chosen]}
    )
    names = [value.html_name for _box, value in first.context_data["form"].rows()]
    assert {"value_company", "value_shirt", "value_gender"} <= set(names)
    assert not {"value_photo", "value_firstname", "value_email"} & set(names)
    given = {"pick_company": "on", "value_company": "ACME", "pick_shirt": "on", "value_shirt": "M", "door": "in"}
    given |= {"value_city": "Rome"}  # not ticked

    preview = change(otto, chosen, **given).context_data["change"]

    assert preview.counts() == [("company", 1), ("T-shirt", 2), ("Check in", 2)]
    assert not CheckIn.objects.exists()
    assert Attendee.objects.get(pk=people.two.pk).company is None
    done = otto.post(
        url("changelist", Attendee),
        {"action": "change_many", "_selected_action": [a.pk for a in chosen], **given, "confirm": preview.key},
    )
    assert "Done for 2 rows." in said(done)
    rows = list(Attendee.objects.order_by("pk").values_list("company", "city", "complex_field_values", "is_checked_in"))
    assert rows == [
        ("ACME", "Paris", {"food": "vegan", "shirt": "M"}, True),
        ("ACME", None, {"shirt": "M"}, True),
        (None, None, None, False),
    ]
    history = dict(LogEntry.objects.values_list("object_id", "change_message"))
    assert history[str(people.one.pk)] == "T-shirt (– → M), Check in"
    assert history[str(people.two.pk)] == "company (– → ACME), T-shirt (– → M), Check in"

    emptied = {"pick_company": "on", "value_company": "", "door": "out"}
    key = change(otto, chosen, **emptied).context_data["change"].key
    change(otto, chosen, **emptied, confirm=key)
    assert not Attendee.objects.filter(company="ACME").exists()
    assert Attendee.objects.filter(is_checked_out=True).count() == 2


def test_what_was_not_shown_is_not_confirmed_and_wrong_values_are_refused(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    otto, chosen = client_for(people.otto), [people.one, people.two]
    shown = change(otto, chosen, pick_company="on", value_company="ACME").context_data["change"]

    other = change(otto, chosen, pick_company="on", value_company="Evil", confirm=shown.key)
    assert other.context_data["change"].key != shown.key
    assert "Tick what" in str(change(otto, chosen).context_data["form"].non_field_errors())
    wrong = change(otto, chosen, pick_shirt="on", value_shirt="XXL", pick_website="on", value_website="no link")
    assert {"value_shirt", "value_website"} == set(wrong.context_data["form"].errors)
    unticked = change(otto, chosen, value_shirt="XXL", pick_company="on", value_company="ACME")
    assert unticked.context_data["change"] is not None
    same = change(otto, [people.one], pick_company="on", value_company="ACME")
    assert not same.context_data["change"].notes
    monkeypatch.setattr(changing, "MOST", 1)
    assert change(otto, chosen).status_code == 302
    assert not LogEntry.objects.exists()
    assert Attendee.objects.filter(company="ACME").count() == 1


def test_attendees_of_several_events_share_no_questions_and_tags_stay_in_their_event(people: SimpleNamespace) -> None:
    other = make_event(name="Other")
    Tag.objects.create(event=other, name="VIP")
    mine = Tag.objects.create(event=people.event, name="VIP")
    stranger = order_of(make_ticket(other), people.ada).attendees.get()
    sue = client_for(people.sue)

    both = change(sue, [people.one, stranger]).context_data["form"]
    assert not [part.name for part in both.parts if part.name in ("shirt", "tag")]
    given = {"pick_tag": "on", "value_tag": mine.pk}
    change(sue, [people.one], **given, confirm=change(sue, [people.one], **given).context_data["change"].key)
    people.one.refresh_from_db()
    assert people.one.tag == mine


def test_registrars_change_nobody(people: SimpleNamespace) -> None:
    rita = client_for(people.rita)

    given = {"pick_company": "on", "value_company": "Evil", "confirm": "x"}
    assert "change_many" not in str(rita.get(url("changelist", Attendee)).context_data["action_form"])
    change(rita, [people.one], **given)

    assert not Attendee.objects.filter(company="Evil").exists()


def test_orders_of_which_some_refuse_are_reported(people: SimpleNamespace) -> None:
    event = people.event
    ticket = make_paid_ticket(event, "10", quantity=3)
    placed, gone, paid = (order_of(ticket, people.ada) for _ in range(3))
    Order.objects.filter(pk__in=[placed.pk, gone.pk, paid.pk]).update(status="placed", payment_mode="bank")
    cancel_order(gone)
    foreign = order_of(make_paid_ticket(make_event(), "10"), people.ada)
    otto = client_for(people.otto)
    keys = [order.pk for order in (placed, gone, paid, people.order, foreign)]

    def act(name: str, **given: Any) -> str:
        chosen = {"action": name, "_selected_action": keys, **given}
        return said(otto.post(url("changelist", Order), chosen))

    def statuses() -> list[str]:
        found = dict(Order.objects.values_list("pk", "status"))
        return [found[key] for key in keys]

    page = act("mark_paid")
    assert "Done for 3 rows." in page
    assert "1 row was left as it is" in page  # the one that was cancelled
    assert statuses() == ["completed", "cancelled", "completed", "completed", foreign.status]

    Mail.objects.all().delete()
    page = act("send_again")
    assert "Done for 3 rows." in page
    assert "1 row was left as it is" in page

    page = act("cancel", cancel_note="The hall burnt down.")
    assert "Done for 3 rows." in page
    assert statuses() == ["cancelled", "cancelled", "cancelled", "cancelled", foreign.status]
    assert Order.objects.filter(is_refund_due=True).count() == 2
    assert Order.objects.get(pk=gone.pk).cancel_note is None
    assert "Done for 0 rows" not in act("mark_paid")
    assert statuses()[0] == "cancelled"


def test_reasons_of_refusals_are_said_once(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*, order: Order, **_options: Any) -> None:
        raise Conflict("The printer is on fire.", "fire")

    orders = [complete_order(order_of(make_ticket(people.event), people.ada)) for _ in range(7)]
    monkeypatch.setattr(services, "resend_tickets", refuse)
    chosen = {"action": "send_again", "_selected_action": [order.pk for order in orders]}
    text = said(client_for(people.otto).post(url("changelist", Order), chosen))
    assert text.count("The printer is on fire.") == 1
    assert "and 2 more" in text
