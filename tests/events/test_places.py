"""Where events are looked for: locations are drawn from the events themselves."""

from collections.abc import Callable
from typing import Any

from events.models import Event, EventLocation

from .conftest import Caller

Call = Callable[[str], Caller]


def names(call: Call, who: str) -> list[str]:
    return [row["attributes"]["name"] for row in call(who).get("/v1/event-locations").json()["data"]]


def test_location_of_an_event_is_listed_once_with_its_events(call: Call, event: Event) -> None:
    olga = call("olga")
    for _ in range(2):
        changed = olga.change(f"/v1/events/{event.pk}", "event", event.pk, searchable_location_name="Berlin")
        assert changed.status_code == 200
    assert names(call, "") == ["Berlin"]
    key = EventLocation.objects.get().pk
    assert EventLocation.objects.get().slug == "berlin"
    event.refresh_from_db()
    assert event.event_location_id == key
    olga.change(f"/v1/events/{event.pk}", "event", event.pk, searchable_location_name="Paris")
    assert names(call, "") == ["Paris"], "nothing is in Berlin any more"


def test_location_of_a_draft_is_not_given_away(call: Call, event: Event, cast: Any) -> None:
    call("olga").change(f"/v1/events/{event.pk}", "event", event.pk, searchable_location_name="Secret place")
    Event.objects.filter(pk=event.pk).update(state="draft")
    assert names(call, "") == names(call, "eve") == []
    assert names(call, "adam") == ["Secret place"]
