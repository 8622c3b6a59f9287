"""The back office with a row of everything, made once for each module of tests."""

import random
from collections.abc import Iterator
from typing import Any
from unittest.mock import PropertyMock, patch

import pytest
from django.contrib import admin
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import Mail, User
from events.models import EventMember, Role
from orders.models import Attendee, CheckIn
from tests.factories import make_cast, make_event, make_row, make_user, switch_modules
from tests.world import World

APPS = {"accounts", "events", "ticketing", "orders", "payments", "admin"}


def client_for(user: User) -> Client:
    """Somebody who has logged in."""
    client = Client()
    client.force_login(user)
    return client


def url(page: str, model: Any, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def models_with_pages() -> list[Any]:
    return [model for model in admin.site._registry if model._meta.app_label in APPS]


@pytest.fixture(scope="module")
def _office(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    random.seed(20240302)
    with django_db_blocker.unblock(), transaction.atomic():
        switch_modules()
        event = make_event(is_sessions_speakers_enabled=True, can_pay_onsite=True)
        world = World(event, make_cast(event))
        for model in models_with_pages():  # rows that the wire does not show
            if not model._default_manager.exists():
                amount = {"amount": 5} if any(f.name == "amount" for f in model._meta.fields) else {}
                world.rows[model] = make_row(model, world.rows, **amount)
        Mail.objects.update(event_id=event.pk)
        scanned, now = Attendee.objects.first(), timezone.now()
        CheckIn.objects.create(event=scanned.event, attendee=scanned, scan_id="scan 1", at=now, happened_at=now)
        tina = make_user("Tina")
        EventMember.objects.create(event=event, user=tina, role=Role.objects.get(name="track_organizer"))
        world.people["tina"] = tina
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def office(_office: World, db: None) -> World:
    """The world, within a transaction of the test's own."""
    for person in _office.people.values():
        person.__dict__.pop("_roles_by_event", None)
    return _office


@pytest.fixture
def unrendered() -> Iterator[None]:
    """Pages are made, but not drawn: who may open them is the question."""
    with patch.object(SimpleTemplateResponse, "rendered_content", new_callable=PropertyMock, return_value=""):
        yield
