"""What the search boxes of the lists find."""

from typing import Any

import pytest
from django.contrib import admin

from benchmarks.backoffice import request_of
from openevent.searching import begins, words_of
from orders.models import Attendee, Order
from tests.factories import make_access_code, make_event, make_ticket, make_user, order_of, switch_modules

pytestmark = pytest.mark.django_db


def found(model: Any, text: str) -> list[Any]:
    page, request = admin.site._registry[model], request_of(make_user(is_admin=True), "")
    return list(page.get_search_results(request, page.get_queryset(request), text)[0])


@pytest.fixture
def order() -> Order:
    switch_modules()
    ticket = make_ticket(make_event())
    buyer = make_user("Zora", last_name="Quillfeather")
    bought = order_of(ticket, buyer, quantity=2)
    bought.access_code = make_access_code(ticket.event, ticket, code="SESAME")
    bought.save(update_fields=["access_code"])
    first, second = bought.attendees.order_by("pk")
    Attendee.objects.filter(pk=first.pk).update(firstname="Bo", lastname="100%_Müller", email="bo@mail.example")
    Attendee.objects.filter(pk=second.pk).update(firstname="Ann Li", lastname="Okafor", company="Initech")
    order_of(ticket, make_user("Nora"))
    return bought


def test_orders_are_found_by_buyer_attendee_number_and_whole_code(order: Order) -> None:
    number = str(order.identifier)
    for text in ("quillfeather", "zora@example", "müller", "okafor initech", number, number[:8], number[:13].upper()):
        assert found(Order, text) == [order], text
    assert found(Order, "sesame") == [order]
    for text in ("sesam", "okafor nobody", number[1:9], f"{number}0"):
        assert found(Order, text) == [], text


def test_orders_are_not_found_by_attendees_in_the_trash(order: Order) -> None:
    order.attendees.get(lastname="Okafor").trash()

    assert found(Order, "okafor") == []


def test_attendees_are_found_by_parts_of_long_words_and_beginnings_of_short_ones(order: Order) -> None:
    bo, ann = order.attendees.order_by("pk")

    assert found(Attendee, "ÜLLER") == [bo]
    assert found(Attendee, "bo") == [bo]
    assert found(Attendee, "li") == [ann]
    assert found(Attendee, "nn") == []
    assert found(Attendee, '"ann li"') == [ann]
    assert set(found(Attendee, str(order.identifier)[:8])) == {bo, ann}


def test_wildcards_are_letters_like_others(order: Order) -> None:
    assert [a.lastname for a in found(Attendee, "100%_")] == ["100%_Müller"]
    assert found(Attendee, "%%%") == []
    assert found(Attendee, "O_afor") == []


def test_what_was_typed_is_split_at_spaces_outside_of_quotes() -> None:
    assert words_of("  Ada  'van der Berg' o\x00k ") == ["Ada", "van der Berg", "ok"]
    assert words_of('"') == ['"']


def test_only_hexadecimal_digits_begin_a_number() -> None:
    assert begins("1234567", "identifier") is None
    assert begins("1234567g", "identifier") is None
    assert begins("12345678-", "identifier") is not None
    assert begins("a" * 33, "identifier") is None
