"""Getting in: the password, the second factor, and working as somebody else."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Activity, User
from events.models import Event
from tests.factories import make_cast, make_event

from .conftest import client_for, url

PASSWORD = "correct horse battery"


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    return make_cast(make_event())


def log_in(user: User) -> Client:
    client = Client()
    answer = client.post("/admin/login/?next=/admin/events/event/", {"username": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def code_of(device: TOTPDevice, drift: int = 0) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.drift = drift
    return f"{totp.token():06d}"


def test_organizers_log_in_and_people_without_a_role_are_told_why_not(people: SimpleNamespace) -> None:
    assert log_in(people.otto).get("/admin/").status_code == 200

    refused = Client().post("/admin/login/", {"username": people.eve.email, "password": PASSWORD})

    assert "You have no role in an event" in refused.content.decode()


def test_second_factor_is_set_up_at_first_login_where_it_is_demanded(people: SimpleNamespace, settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    client = log_in(people.sue)
    there = client.get("/admin/events/event/", follow=True)
    assert there.redirect_chain[-1][0].startswith("/admin/two-factor/")
    device = TOTPDevice.objects.get(user=people.sue)
    assert "<svg" in there.content.decode()
    wrong = client.post("/admin/two-factor/", {"code": "000000"})
    assert "not right" in wrong.content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)

    done = client.post("/admin/two-factor/", {"code": code_of(device)})

    codes = done.context["codes"]
    assert len(codes) == 10
    assert client.get("/admin/events/event/").status_code == 200
    assert log_in(people.otto).get("/admin/").status_code == 200  # others are not asked
    again = log_in(people.sue)
    assert again.get("/admin/").status_code == 302
    assert again.post("/admin/two-factor/?next=/admin/events/event/", {"code": code_of(device)}).status_code == 200
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    entered = again.post("/admin/two-factor/?next=//evil.example/", {"code": codes[0]})
    assert entered["Location"] == "/admin/"  # a used code was refused, a recovery code works, once, and leads home
    third = log_in(people.sue)
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert third.post("/admin/two-factor/", {"code": codes[0]}).status_code == 200


def test_second_factor_is_turned_on_and_off_by_whom_it_protects(people: SimpleNamespace) -> None:
    client = log_in(people.otto)
    client.get("/admin/two-factor/")
    device = TOTPDevice.objects.get(user=people.otto)
    client.post("/admin/two-factor/", {"code": code_of(device)})
    assert log_in(people.otto).get("/admin/").status_code == 302
    device.refresh_from_db()

    client.post("/admin/two-factor/", {"code": code_of(device, drift=1), "off": "1"})

    assert not TOTPDevice.objects.exists()
    assert log_in(people.otto).get("/admin/").status_code == 200


def test_super_admins_work_as_organizers_and_the_log_tells(people: SimpleNamespace) -> None:
    client = client_for(people.sue)
    assert "Log in as this person" in client.get(url("change", User, people.otto.pk)).content.decode()

    client.post("/admin/hijack/acquire/", {"user_pk": people.otto.pk, "next": "/admin/"})

    assert client.get("/admin/accounts/user/").status_code == 403
    assert client.get(url("change", Event, Event.objects.get().pk)).status_code == 200
    assert Activity.objects.filter(action=f"Logged in as otto@example.org ({people.otto.pk})").exists()
    client.post("/admin/hijack/release/")
    assert client.get("/admin/accounts/user/").status_code == 200


def test_nobody_else_works_as_others_and_nobody_as_an_administrator(people: SimpleNamespace) -> None:
    for name, target in [("adam", "otto"), ("otto", "eve"), ("eve", "otto"), ("sue", "adam")]:
        client = client_for(getattr(people, name))
        client.post("/admin/hijack/acquire/", {"user_pk": getattr(people, target).pk})
        assert client.session["_auth_user_id"] == str(getattr(people, name).pk), (name, target)


def test_pages_forbid_foreign_scripts(people: SimpleNamespace) -> None:
    policy = client_for(people.otto).get("/admin/")["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert "frame-ancestors 'none'" in policy
