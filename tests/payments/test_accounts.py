"""The Stripe accounts of events: whose they are, and that what opens them is nowhere in clear."""

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from events.models import Event
from openevent.secrets import Unreadable, decrypt, encrypt
from orders.models import Order
from payments.models import StripeAuthorization
from payments.services import charge_order
from tests.factories import give_role, make_event
from tests.jsonapi import body, client_for, ref, send

from .conftest import VISA

URL = "/v1/stripe-authorizations"


@pytest.fixture
def bare(cast: SimpleNamespace) -> Event:
    """An event of Olga's that has no account yet."""
    event = make_event(name="Bare")
    give_role(cast.olga, event, "owner")
    return event


def connect(who: Any, event: Event, code: str = "example") -> Any:
    document = body("stripe-authorization", relationships={"event": ref("event", event)}, stripe_auth_code=code)
    return send(client_for(who), "post", URL, document)


def test_owner_connects_an_account_once(cast: SimpleNamespace, bare: Event) -> None:
    made = connect(cast.olga, bare)

    assert made.status_code == 201
    row = StripeAuthorization.objects.get(event=bare)
    assert made.json()["data"]["attributes"] == {"stripe-publishable-key": row.stripe_publishable_key}
    assert row.secret_key.startswith("sk_test_")
    assert connect(cast.olga, bare).status_code == 409
    for url in (f"{URL}/{row.pk}", f"/v1/stripe-authorization/{row.pk}", f"/v1/events/{bare.pk}/stripe-authorization"):
        assert client_for(cast.ada).get(url).json()["data"]["id"] == str(row.pk)
    assert client_for(cast.olga).get(URL).status_code == 405


def test_wrong_code_is_refused_and_nothing_is_stored(cast: SimpleNamespace, bare: Event) -> None:
    answer = connect(cast.olga, bare, "wrong")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == {"pointer": "/data/attributes/stripe-auth-code"}
    assert not StripeAuthorization.objects.filter(event=bare).exists()


def test_only_the_team_connects_and_disconnects(cast: SimpleNamespace, bare: Event) -> None:
    assert [connect(who, bare).status_code for who in (None, cast.eve, cast.ada)] == [401, 403, 403]
    connect(cast.olga, bare)
    url = f"{URL}/{StripeAuthorization.objects.get(event=bare).pk}"

    assert [send(client_for(who), "delete", url).status_code for who in (None, cast.eve, cast.olga)] == [401, 403, 200]


def test_secrets_are_nowhere_in_clear(
    cast: SimpleNamespace, ordered: Callable[..., Order], bare: Event, caplog: Any, settings: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    connect(cast.olga, bare)
    order = ordered()
    charge_order(order=order, stripe=VISA)
    shown = [client_for(cast.adam).get(f"{URL}/{row.pk}").content.decode() for row in StripeAuthorization.objects.all()]
    admin = Client()
    admin.force_login(cast.sue)
    pages = ["payment/", "stripeauthorization/"]
    pages += [f"stripeauthorization/{row.pk}/change/" for row in StripeAuthorization.objects.all()]
    for page in pages:
        answer = admin.get(f"/admin/payments/{page}")
        assert answer.status_code == 200
        shown += [answer.content.decode()]

    secrets = [settings.STRIPE_SECRET_KEY, settings.PAYPAL_SECRET, "sk_test_of_the_event"]
    for row in StripeAuthorization.objects.filter(event=bare):
        secrets += [row.secret_key, row.refresh_token]
    everything = "\n".join([*shown, caplog.text, repr(list(StripeAuthorization.objects.all())), dump()])
    for secret in secrets:
        assert secret
        assert secret not in everything


def dump() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_keys_of_secrets_can_be_changed(settings: Any) -> None:
    settings.PAYMENT_SECRETS_KEYS = ["an old key of more than thirty-two characters"]
    stored = encrypt("sk_live_1")
    settings.PAYMENT_SECRETS_KEYS = ["a new key of more than thirty-two characters!", *settings.PAYMENT_SECRETS_KEYS]
    assert decrypt(stored) == "sk_live_1"
    settings.PAYMENT_SECRETS_KEYS = ["the key of quite another site, also long enough"]
    with pytest.raises(Unreadable):
        decrypt(stored)
