"""Pages on a phone."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import make_paid_ticket

Open = Callable[..., Any]


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}])
def test_pages_fit_on_a_phone(open_as: Open, people: SimpleNamespace, size: dict[str, int]) -> None:
    make_paid_ticket(people.event, "10", name="Entry")
    page = open_as(people.otto, viewport=size)
    for address in [
        "/admin/",
        f"/admin/orders/order/sell/{people.event.pk}/",
        f"/admin/events/event/{people.event.pk}/copy/",
    ]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
