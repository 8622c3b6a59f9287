"""Devices that scan without us: what they take along, and what they bring back, in whatever order."""

import base64
import hashlib
import json
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from events.models import Event
from orders.checkins import find_spot, log
from orders.checkins.devices import issue_device
from orders.checkins.merging import LateScan, merge_scans
from orders.checkins.packing import door_pack
from orders.checkins.reporting import double_admissions
from orders.models import Attendee, CheckIn, Station
from orders.services import cancel_order
from tests.factories import client_of, make_event, make_paid_ticket, make_ticket, order_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def rita(cast: SimpleNamespace) -> APIClient:
    return client_of(cast.rita)


@pytest.fixture
def attendees(event: Event, cast: SimpleNamespace) -> list[Attendee]:
    order = order_of(make_ticket(event), cast.olga, quantity=4, status="completed")
    return list(order.attendees.select_related("order"))


def pack(client: APIClient, event: Event, after: str = "") -> tuple[dict, list[list], dict]:
    answer = client.get(f"/v1/events/{event.pk}/door-pack", {"after": after} if after else {})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/x-ndjson"
    head, *rows, tail = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert tail["count"] == len(rows)
    return head, rows, tail


def upload(client: APIClient, event: Event, *scans: dict[str, Any], **more: Any) -> Any:
    return client.post(f"/v1/events/{event.pk}/scan-batches", {"scans": list(scans), **more}, format="json")


def late(number: int, attendee: Attendee, minute: int, **more: Any) -> dict[str, Any]:
    at = (NOON + timedelta(minutes=minute)).isoformat()
    return {"scan-id": f"s{number}", "code": attendee.ticket_code, "at": at, **more}


# -- the pack ------------------------------------------------------------------------------------


def test_pack_recognises_codes_without_holding_them(
    event: Event, rita: APIClient, attendees: list[Attendee], cast: SimpleNamespace
) -> None:
    pending = order_of(make_paid_ticket(event), cast.ada).attendees.get()
    order_of(make_ticket(make_event()), cast.adam, status="completed")
    gate = Station.objects.create(event=event, station_name="VIP", station_type="check in")
    gate.tickets.add(pending.ticket)
    head, rows, _ = pack(rita, event)
    by_code = {row[1]: dict(zip(head["fields"], row, strict=True)) for row in rows}
    assert len(rows) == 5
    for attendee, state in ((attendees[0], "out"), (pending, "not_paid")):
        digest = hashlib.sha256((head["salt"] + attendee.ticket_code).encode()).digest()[:15]
        entry = by_code[base64.urlsafe_b64encode(digest).decode()]
        assert (entry["id"], entry["state"]) == (attendee.pk, state)
        assert str(attendee.order.identifier) not in json.dumps([head, rows])
    assert head["stations"] == [{"id": gate.pk, "name": "VIP", "type": "check in", "tickets": [pending.ticket_id]}]
    assert head["zone"] == "Europe/Berlin"
    assert head["tickets"][str(pending.ticket_id)] == pending.ticket.name


@pytest.mark.django_db(transaction=True)
def test_pack_after_a_cursor_holds_what_changed(cast_of_door: SimpleNamespace) -> None:
    event, rita, attendees = cast_of_door.event, cast_of_door.rita, cast_of_door.attendees
    _, first, tail = pack(rita, event)
    assert len(first) == 4
    head, rows, tail = pack(rita, event, tail["cursor"])
    assert head["whole"] is False
    assert all(row in first for row in rows)  # while others write, a row may come twice, and never too seldom
    rita.post(f"/v1/events/{event.pk}/scans", {"attendee": attendees[0].pk}, format="json")
    _, rows, tail = pack(rita, event, tail["cursor"])
    assert [(row[0], row[4]) for row in rows if row not in first] == [(attendees[0].pk, "in")]
    cancel_order(attendees[0].order)  # touches the order alone
    _, rows, tail = pack(rita, event, tail["cursor"])
    assert {(row[0], row[4]) for row in rows} == {(a.pk, "cancelled") for a in attendees}
    assert pack(rita, event, "1")[0]["whole"] is False
    assert pack(rita, event, "9" * 18)[0]["whole"] is True  # of another database
    for wrong in ("x", "-1", "9" * 30):
        assert rita.get(f"/v1/events/{event.pk}/door-pack?after={wrong}").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_pack_never_misses_what_was_not_committed_yet(cast_of_door: SimpleNamespace) -> None:
    """A change that began before the pack and was committed after it comes with the next one."""
    event, rita, attendees = cast_of_door.event, cast_of_door.rita, cast_of_door.attendees
    other = connection.copy()
    try:
        with transaction.atomic():
            Attendee.objects.filter(pk=attendees[0].pk).update(firstname="Late")
            with other.cursor() as cursor:  # another transaction comes and goes meanwhile
                cursor.execute("UPDATE orders_attendee SET city = 'x' WHERE id = %s", [attendees[1].pk])
                cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                seen = cursor.fetchone()[0]
    finally:
        other.close()
    _, rows, _ = pack(rita, event, seen)
    assert "Late" in {row[2] for row in rows}


@pytest.fixture
def cast_of_door(transactional_db: None) -> SimpleNamespace:
    from tests.factories import give_role, make_user, switch_modules

    switch_modules()
    event = make_event()
    rita = client_of(give_role(make_user("Rita"), event, "registrar"))
    order = order_of(make_ticket(event), make_user("Adam", is_admin=True), quantity=4, status="completed")
    return SimpleNamespace(event=event, rita=rita, attendees=list(order.attendees.select_related("order")))


def test_pack_streams_in_bounded_memory(event: Event, cast: SimpleNamespace) -> None:
    fill(event, 12_000)
    spot = find_spot(str(event.pk))
    list(door_pack(spot=spot, after=None))
    tracemalloc.start()
    try:
        size = sum(len(chunk) for chunk in door_pack(spot=spot, after=None))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 600_000
    assert peak < 4_000_000


def fill(event: Event, count: int) -> None:
    """So many attendees with a completed order each."""
    ticket = make_ticket(event)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO orders_order (identifier, event_id, status, amount, currency, created_at, is_refund_due,
                    is_billing_enabled, discount_uses, access_uses)
                SELECT gen_random_uuid(), %s, 'completed', 0, 'USD', now(), false, false, 0, 0
                FROM generate_series(1, %s) RETURNING id
            )
            INSERT INTO orders_attendee (event_id, ticket_id, order_id, firstname, lastname, created_at, modified_at,
                is_consent_of_refund_policy, is_checked_in, is_checked_out, is_registered)
            SELECT %s, %s, id, 'Ada', 'Lovelace', now(), now(), false, false, false, false FROM made
            """,
            [event.pk, count, event.pk, ticket.pk],
        )


# -- batches -------------------------------------------------------------------------------------


def test_batch_is_merged_once_however_often_it_comes(
    event: Event, rita: APIClient, attendees: list[Attendee], cast: SimpleNamespace
) -> None:
    one, two, three, four = attendees
    scans = [
        late(1, one, 0, device="Gate A"),
        late(2, one, 5, device="Gate B"),  # let in twice
        late(3, two, 1),
        late(4, two, 2, kind="out"),
        late(5, three, 3, result="refused", reason="wrong_ticket"),
        {"scan-id": "s6", "code": "hello", "at": NOON.isoformat()},
        {**late(7, four, 61), "clock-offset": 3_600_000},
    ]
    answer = upload(rita, event, *scans, device="Gate C")
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["received"], body["new"], body["known"]) == (7, 7, 0)
    assert body["unknown"] == [
        {"scan-id": "s6", "reason": "unknown_code", "message": "Unknown code: this is no ticket."}
    ]
    assert body["double-admissions"] == [
        {
            "attendee": str(one.pk),
            "place": "event",
            "first": {"scan-id": "s1", "at": "2026-11-22T12:00:00.000+00:00", "gate": "Gate A"},
            "second": {"scan-id": "s2", "at": "2026-11-22T12:05:00.000+00:00", "gate": "Gate B"},
        }
    ]
    again = upload(rita, event, *scans, device="Gate C").json()
    assert (again["new"], again["known"], again["double-admissions"]) == (0, 7, body["double-admissions"])
    state = list(Attendee.objects.filter(event=event).order_by("pk").values_list("is_checked_in", "is_checked_out"))
    assert state == [(True, False), (False, True), (False, False), (True, False)]
    assert CheckIn.objects.count() == 7
    assert CheckIn.objects.get(scan_id="s7").happened_at == NOON + timedelta(minutes=1)
    assert CheckIn.objects.get(scan_id="s3").device == "Gate C"
    report = client_of(cast.olga).get(f"/v1/events/{event.pk}/door-report").json()
    assert report == {"double-admissions": body["double-admissions"], "without-ticket": []}


def test_late_scans_find_their_place_among_those_decided_here(
    event: Event, rita: APIClient, attendees: list[Attendee]
) -> None:
    attendee = attendees[0]
    rita.post(f"/v1/events/{event.pk}/scans", {"attendee": attendee.pk, "device": "Gate A"}, format="json")
    hour_ago = {"at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(), "device": "Gate B"}
    found = upload(rita, event, {**late(1, attendee, 0), **hour_ago}).json()["double-admissions"]
    assert [found[0][way]["gate"] for way in ("first", "second")] == ["Gate B", "Gate A"]
    ahead = {"at": (datetime.now(UTC) + timedelta(days=1)).isoformat(), "kind": "out"}
    upload(rita, event, {**late(2, attendee, 0), **ahead})
    answer = rita.post(f"/v1/events/{event.pk}/scans", {"attendee": attendee.pk}, format="json").json()
    assert answer["result"] == "accepted"  # though that clock was a day ahead: what is decided here comes last
    attendee.refresh_from_db()
    assert attendee.is_checked_in


def test_admitted_with_a_cancelled_ticket_is_inside_and_reported(
    event: Event, rita: APIClient, attendees: list[Attendee]
) -> None:
    cancel_order(attendees[0].order)
    upload(rita, event, late(1, attendees[0], 0, device="Gate A"))
    attendees[0].refresh_from_db()
    assert attendees[0].is_checked_in
    assert rita.get(f"/v1/events/{event.pk}/door-report").json()["without-ticket"] == [
        {
            "attendee": str(attendees[0].pk),
            "at": "2026-11-22T12:00:00.000+00:00",
            "gate": "Gate A",
            "reason": "The order of this ticket was cancelled.",
        }
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scan-id": None}, "/scans/1/scan_id"),
        ({"at": None}, "/scans/1/at"),
        ({"at": "noon"}, "/scans/1/at"),
        ({"result": "maybe"}, "/scans/1/result"),
        ({"result": "refused", "reason": "rain"}, "/scans/1/reason"),
        ({"clock-offset": "5"}, "/scans/1/clock_offset"),
        ({"clock-offset": 10**15}, "/scans/1/clock_offset"),
        ({"clock-offset": -(10**11), "at": "9000-01-01T00:00:00Z"}, "/scans/1/clock_offset"),
        ({"station": 10**9}, "/scans/1/station"),
        ({"session": 10**9}, "/scans/1/session"),
        ({"device": "a,b"}, "/scans/1/device"),
    ],
)
def test_batch_with_a_bad_scan_is_refused_whole(
    event: Event, rita: APIClient, attendees: list[Attendee], change: dict, pointer: str
) -> None:
    answer = upload(rita, event, late(1, attendees[0], 0), {**late(2, attendees[1], 0), **change})
    assert (answer.status_code, answer.json()["errors"][0]["source"]) == (422, {"pointer": pointer})
    assert not CheckIn.objects.exists()


def test_batch_has_limits(event: Event, rita: APIClient, attendees: list[Attendee]) -> None:
    assert upload(rita, event, *[late(n, attendees[0], n) for n in range(5001)]).status_code == 422
    for body in ([], {}, {"scans": {}}, {"scans": None}, {"scans": [], "device": [1]}):
        assert rita.post(f"/v1/events/{event.pk}/scan-batches", body, format="json").status_code == 400
    assert upload(rita, event, "x").status_code == 400
    assert upload(rita, event).json()["received"] == 0


def test_device_brings_its_scans(event: Event, attendees: list[Attendee], cast: SimpleNamespace) -> None:
    gate = Station.objects.create(event=event, station_name="Gate", station_type="check in")
    answer = client_of(cast.olga).post(
        f"/v1/events/{event.pk}/door-devices", {"name": "Phone", "station": gate.pk}, format="json"
    )
    assert answer.status_code == 201
    phone = APIClient()
    phone.credentials(HTTP_AUTHORIZATION=f"Device {answer.json()['token']}")
    assert upload(phone, event, late(1, attendees[0], 0)).status_code == 200
    row = CheckIn.objects.get()
    assert (row.device, row.station, row.by, row.door_device.name) == ("Phone", gate, None, "Phone")
    assert len(pack(phone, event)[1]) == 4
    assert phone.get(f"/v1/events/{event.pk}/door-devices").status_code == 401
    devices = client_of(cast.olga).get(f"/v1/events/{event.pk}/door-devices").json()["devices"]
    assert [(d["name"], d["scans"], d["is-revoked"]) for d in devices] == [("Phone", 1, False)]
    assert client_of(cast.rita).get(f"/v1/events/{event.pk}/door-devices").status_code == 403
    key = answer.json()["id"]
    assert client_of(cast.rita).delete(f"/v1/events/{event.pk}/door-devices/{key}").status_code == 403
    assert client_of(cast.olga).delete(f"/v1/events/{event.pk}/door-devices/{key}").status_code == 200
    assert upload(phone, event, late(2, attendees[1], 0)).status_code == 401
    olga, address = client_of(cast.olga), f"/v1/events/{event.pk}/door-devices"
    for body, status in (({}, 422), ({"name": "a,b"}, 422), ({"name": "x", "station": 10**9}, 404)):
        assert olga.post(address, body, format="json").status_code == status
    issue_device(event=event, name="Second", by=cast.olga)
    assert olga.post(address, {"name": "Second"}, format="json").status_code == 409


def test_five_thousand_scans_merge_in_two_seconds(event: Event, cast: SimpleNamespace) -> None:
    fill(event, 5_000)
    spot = find_spot(str(event.pk))
    codes = Attendee.objects.filter(event=event).values_list("pk", "order__identifier")
    scans = [
        LateScan(scan_id=f"s{pk}", at=NOON + timedelta(seconds=n), code=f"{order}-{pk}", device=f"Gate {n % 4}")
        for n, (pk, order) in enumerate(codes)
    ]
    begun = time.process_time()
    with CaptureQueriesContext(connection) as captured:
        report = merge_scans(spot=spot, scans=scans, by=cast.rita)
    assert time.process_time() - begun < 2
    assert (report.received, report.known, report.refused) == (5_000, 0, [])
    assert Attendee.objects.filter(event=event, is_checked_in=True).count() == 5_000
    assert len(captured) < 25  # however many scans there are


# -- whatever the order: 4 devices, offline for a while, with clocks of their own -------------------

DEVICES = ["Gate A", "Gate B", "Gate C", "-"]
scan = st.tuples(
    st.integers(0, 2),  # whom
    st.sampled_from(["in", "in", "out", "register"]),
    st.integers(0, 3),  # by which device
    st.integers(0, 600),  # minutes after noon, in truth
    st.booleans(),  # whether the device refused
    st.booleans(),  # whether in a session
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[int], list[list[list[int]]]]:
    """Scans; by how many minutes the clock of each device is wrong; and two ways to upload them: batches of places
    in the list, each place at least once, in any order."""
    scans = draw(st.lists(scan, min_size=1, max_size=14))
    clocks = draw(st.lists(st.integers(-90, 90), min_size=4, max_size=4))
    places = list(range(len(scans)))

    def uploads() -> list[list[int]]:
        order = draw(st.permutations(places + draw(st.lists(st.sampled_from(places), max_size=6))))
        cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=4)))
        return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]

    return scans, clocks, [uploads(), uploads()]


def outcome_of(event: Event) -> Any:
    """All that anybody can see of the door."""
    shown = list(Attendee.objects.filter(event=event).order_by("pk").values_list(*STATE))
    doubles = [(d.first.scan_id, d.first.gate, d.second.scan_id, d.second.gate) for d in double_admissions(event)]
    entries = set(CheckIn.objects.filter(event=event).values_list("scan_id", "result", "happened_at", "kind"))
    return shown, doubles, entries


STATE = (
    "is_checked_in", "is_checked_out", "is_registered", "checkin_times", "device_name_checkin", "checkout_times",
    "register_times", "inside_since", "last_scan_at", "last_registered_at",
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), are_clocks_known=st.booleans())
def test_every_order_of_uploads_ends_in_the_same_truth(
    event: Event, attendees: list[Attendee], cast: SimpleNamespace, history: Any, are_clocks_known: bool
) -> None:
    scans, clocks, ways = history
    session = event.sessions.get_or_create(title="Talk")[0]
    sent = [
        LateScan(
            scan_id=f"scan {n}",
            at=NOON + timedelta(minutes=minute + clocks[device]),
            attendee_id=attendees[whom].pk,
            kind=kind,
            device=DEVICES[device],
            session_id=session.pk if is_in_session else None,
            clock_offset=timedelta(minutes=clocks[device]) if are_clocks_known else timedelta(0),
            is_refused=is_refused,
        )
        for n, (whom, kind, device, minute, is_refused, is_in_session) in enumerate(scans)
    ]
    outcomes = []
    spot = find_spot(str(event.pk))
    for batches in ways:
        with transaction.atomic():
            for batch in batches:
                merge_scans(spot=spot, scans=[sent[place] for place in batch], by=cast.rita)
            outcomes.append(outcome_of(event))
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1]
    assert {entry[0] for entry in outcomes[0][2]} == {scan.scan_id for scan in sent}  # nothing is lost
    if are_clocks_known:
        assert {entry[2] for entry in outcomes[0][2]} == {
            NOON + timedelta(minutes=minute) for *_, minute, _, _ in scans
        }


@given(history=histories(), zone=st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/New_York"]))
def test_what_follows_from_the_log_depends_on_no_order(history: Any, zone: str) -> None:
    scans, clocks, ways = history
    rows = [
        log.Passage(0, str(n), kind, NOON + timedelta(minutes=m + clocks[d]), NOON, "", DEVICES[d], is_daily=d == 3)
        for n, (_, kind, d, m, _, _) in enumerate(scans)
    ]
    results = [log.readable([rows[place] for place in order], ZoneInfo(zone)) for order in _orders(ways, len(rows))]
    assert all(result == results[0] for result in results)
    ins = [row for row in rows if row.kind == "in"]
    assert len((results[0]["checkin_times"] or "").split(",")) == max(1, len(ins))


def _orders(ways: Any, count: int) -> list[list[int]]:
    """Each way as one order without repetitions."""
    return [list(dict.fromkeys(place for batch in way for place in batch)) for way in ways] + [list(range(count))]
