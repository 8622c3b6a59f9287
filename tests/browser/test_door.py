"""The door page in a browser, at the width of a desk and of a phone."""

import base64
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from orders.checkins.devices import issue_device
from orders.models import Attendee, CheckIn, Station
from orders.services import cancel_order
from tests.factories import make_ticket, order_of

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1280, "height": 900}}
GOOD, BAD = re.compile("door-good"), re.compile("door-bad")


@pytest.fixture
def door(people: SimpleNamespace) -> SimpleNamespace:
    """An event with three holders of tickets, a gate and a device; the order of one of them is cancelled."""
    names = [("Ada", "Lovelace"), ("Charles", "Babbage"), ("Mary", "Somerville")]
    holders = []
    ticket = make_ticket(people.event, name="Early bird")
    for first, last in names:
        holder = order_of(ticket, people.adam, status="completed").attendees.select_related("order").get()
        Attendee.objects.filter(pk=holder.pk).update(firstname=first, lastname=last, email=f"{first}@example.org")
        holders.append(holder)
    cancel_order(holders[2].order)
    station = Station.objects.create(event=people.event, station_name="Gate B", station_type="check in")
    issue_device(event=people.event, name="Phone 1", by=people.olga)
    return SimpleNamespace(people=people, event=people.event, holders=holders, station=station)


def picture(page: Any, name: str) -> None:
    """Keep a screenshot where SCREENSHOTS says."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("name", "options"), [("desk", DESK), ("phone", PHONE)])
def test_door_is_worked_from_one_page(
    door: SimpleNamespace, open_as: Callable[..., Any], name: str, options: dict[str, Any]
) -> None:
    page = open_as(door.people.adam, **options)
    page.goto("/admin/orders/checkin/door/")
    page.get_by_role("link", name="Fair").click()
    expect(page.locator("#door-expected")).to_have_text("2")
    scan_with_a_scanner(door, page)
    expect(page.locator("#door-gates")).to_contain_text("Gate B")
    expect(page.locator("#door-devices")).to_contain_text("Phone 1")
    assert sum(int(bar.get_attribute("data-count")) for bar in page.locator("#door-chart rect").all()) == 3
    go_in_and_out_by_hand(page, name)
    by_hand = CheckIn.objects.filter(attendee=door.holders[1])
    assert list(by_hand.values_list("kind", "device", "by__first_name")) == [("in", "-", "Adam"), ("out", "-", "Adam")]
    width = page.evaluate("document.getElementById('door').scrollWidth - document.getElementById('door').clientWidth")
    assert width <= 0  # nothing sticks out


def scan_with_a_scanner(door: SimpleNamespace, page: Any) -> None:
    """It is a keyboard that ends with Enter; its field has the focus whatever else is clicked."""
    result, code = page.locator("#door-result"), page.get_by_label("Ticket code")

    def scan(attendee: Attendee) -> None:
        expect(code).to_be_focused()
        page.keyboard.type(attendee.ticket_code)
        page.keyboard.press("Enter")

    page.locator("#door-station").select_option(label="Gate B (Check In)")
    scan(door.holders[0])
    expect(result).to_have_text(re.compile("Welcome, Ada Lovelace"))
    expect(result).to_have_class(GOOD)
    expect(page.locator("#door-inside")).to_have_text("1")
    page.locator("h1").last.click()
    scan(door.holders[0])
    expect(result).to_have_text(re.compile(r"Already inside since \d\d:\d\d at Gate B\."))
    expect(result).to_have_class(BAD)
    expect(page.locator("#door-refused")).to_contain_text("Ada Lovelace")
    expect(page.locator("#door-reasons")).to_contain_text("1 × Already inside.")
    scan(door.holders[2])
    expect(result).to_have_text(re.compile("The order of this ticket was cancelled"))


def go_in_and_out_by_hand(page: Any, name: str) -> None:
    """Search, and one click each."""
    result, found = page.locator("#door-result"), page.locator("#door-found li")
    page.get_by_label("Search by name").fill("babb")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Charles Babbage")
    found.get_by_role("button", name="Check in").click()
    expect(result).to_have_text(re.compile("Welcome, Charles Babbage"))
    expect(page.locator("#door-inside")).to_have_text("2")
    expect(found).to_contain_text("inside since")
    picture(page, f"door-{name}")
    found.get_by_role("button", name="Check out").click()
    expect(result).to_have_text(re.compile("Goodbye, Charles Babbage"))
    expect(page.locator("#door-inside")).to_have_text("1")


def test_camera_reads_a_ticket(door: SimpleNamespace, open_as: Callable[..., Any]) -> None:
    """A picture of the ticket's QR code in place of the camera's; the rest is the library and the page."""
    page = open_as(door.people.adam, **DESK)
    page.add_init_script(CAMERA.replace("PICTURE", qr_code(door.holders[0].ticket_code)))
    page.goto(f"/admin/orders/checkin/door/{door.event.pk}/")
    page.get_by_role("button", name="Camera").click()
    result = page.locator("#door-result")
    expect(result).to_have_text(re.compile("Welcome, Ada Lovelace"))
    expect(page.locator("#door-video")).to_be_visible()
    picture(page, "door-camera")
    page.get_by_role("button", name="Stop camera").click()
    expect(page.locator("#door-video")).to_be_hidden()
    assert CheckIn.objects.filter(attendee=door.holders[0]).count() == 1  # held still before it, it is scanned once


def test_scan_survives_a_break_of_the_connection(door: SimpleNamespace, open_as: Callable[..., Any]) -> None:
    page = open_as(door.people.adam, **DESK)
    page.goto(f"/admin/orders/checkin/door/{door.event.pk}/")
    answers: list[Any] = []

    def lose_the_first_answer(route: Any) -> None:
        answers.append(route.fetch())  # it reaches the server
        if len(answers) == 1:
            route.abort()
        else:
            route.fulfill(response=answers[-1])

    page.route("**/scan/", lose_the_first_answer)
    page.get_by_label("Ticket code").fill(door.holders[0].ticket_code)
    page.keyboard.press("Enter")
    expect(page.locator("#door-result")).to_have_text(re.compile("Welcome, Ada Lovelace"))
    assert CheckIn.objects.filter(attendee=door.holders[0]).count() == 1


def test_registrars_work_at_the_door_and_others_do_not(door: SimpleNamespace, open_as: Callable[..., Any]) -> None:
    page = open_as(door.people.rita, **PHONE)
    page.goto(f"/admin/orders/checkin/door/{door.event.pk}/")
    expect(page.get_by_label("Ticket code")).to_be_focused()
    stranger = open_as(door.people.ada)
    stranger.goto(f"/admin/orders/checkin/door/{door.event.pk}/")
    expect(stranger.get_by_label("Ticket code")).to_have_count(0)


CAMERA = """
navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 480;
    const image = new Image();
    image.src = "data:image/png;base64,PICTURE";
    await image.decode();
    const draw = () => canvas.getContext("2d").drawImage(image, 0, 0, 480, 480);
    draw();
    setInterval(draw, 100);
    return canvas.captureStream(10);
};
"""


def qr_code(text: str) -> str:
    """A PNG of the code, as base64."""
    drawn = zxingcpp.write_barcode(zxingcpp.BarcodeFormat.QRCode, text, width=480, height=480, quiet_zone=4)
    file = io.BytesIO()
    Image.fromarray(drawn).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
