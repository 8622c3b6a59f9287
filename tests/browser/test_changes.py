"""Several fields of several attendees, changed in a browser."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from orders.models import Attendee
from tests.factories import make_ticket, order_of


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_typed_is_ticked_previewed_and_changed(
    open_as: Callable[..., Any], people: SimpleNamespace, width: int
) -> None:
    order = order_of(make_ticket(people.event, name="Entry"), people.ada, 3)
    Attendee.objects.filter(pk=order.attendees.first().pk).update(company="ACME")
    page = open_as(people.otto, viewport={"width": width, "height": 844})
    page.goto(f"/admin/orders/attendee/?event={people.event.pk}")
    for box in page.locator("input[name=_selected_action]").all():
        box.check()
    page.select_option("select[name=action]", "change_many")
    page.click("button[name=index]")

    page.fill("input[name=value_company]", "ACME")
    assert page.is_checked("input[name=pick_company]")
    assert not page.is_checked("input[name=pick_city]")
    page.select_option("select[name=door]", "in")
    page.click("button:has-text('Preview')")
    page.wait_for_selector("text=Company: 2 attendees change")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("button:has-text('Change 3 attendees')")
    page.wait_for_selector("text=Done for 3 rows")

    assert set(order.attendees.values_list("company", "is_checked_in")) == {("ACME", True)}
