"""Getting in, in a browser: the first log-in sets the second factor up, the next one asks for it."""

import base64
import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import zxingcpp
from django_otp.oath import totp
from PIL import Image
from playwright.sync_api import expect

PASSWORD = "correct horse battery"


def log_in(page: Any, email: str, password: str = PASSWORD) -> None:
    page.goto("/admin/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def scanned_key(page: Any) -> bytes:
    """The key of the QR code on the page, as an app's camera reads it."""
    picture = Image.open(io.BytesIO(page.locator("svg:has(path)").first.screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    (secret,) = parse_qs(urlsplit(found.text).query)["secret"]
    return base64.b32decode(secret)


def test_first_login_sets_up_the_second_factor_and_the_next_asks_for_it(
    open_as: Callable[..., Any], people: SimpleNamespace, settings: Any
) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    page = open_as()
    log_in(page, people.sue.email)
    page.wait_for_url("**/two-factor/**")
    page.goto("/admin/accounts/user/")  # there is no way around it
    page.wait_for_url("**/two-factor/**")
    code = f"{totp(scanned_key(page)):06d}"
    page.get_by_label("Code").fill("12345")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("The code is not right")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    recovery = page.locator(".oe-codes").inner_text().split()
    assert len(set(recovery)) == 10
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("link", name="Users")).to_be_visible()

    page.context.clear_cookies()
    log_in(page, people.sue.email)
    page.wait_for_url("**/two-factor/**")
    assert page.locator("svg:has(path)").count() == 0  # nobody with the password alone sees the key
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("was used before")
    page.get_by_label("Code").fill(recovery[3])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name="Users")).to_be_visible()


def test_wrong_password_and_people_without_work_stay_outside(
    open_as: Callable[..., Any], people: SimpleNamespace
) -> None:
    page = open_as()
    log_in(page, people.otto.email, "wrong")
    expect(page.get_by_text("Please enter the correct").first).to_be_visible()
    log_in(page, people.eve.email)
    expect(page).to_have_url(re.compile("/admin/login/"))
    log_in(page, people.otto.email)
    expect(page.get_by_role("link", name="New event")).to_be_visible()
